"""One small protocol over all APIs: find a person, or off-board them, wherever they have an account.

The directory of an API is imported, with the client of that API, when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from gatepost.directory._async import AsyncDirectory
from gatepost.directory._async import find as find_async
from gatepost.directory._async import offboard as offboard_async
from gatepost.directory._sync import Directory, find, offboard
from gatepost.directory.abilities import HOMEBOX, KIPU, UBIOPS, VECTARA, Abilities, NotSupportedError, Operation, Reach
from gatepost.directory.outcomes import Finding, Outcome, Result
from gatepost.directory.people import Person

if TYPE_CHECKING:
    from gatepost.directory._async_homebox import AsyncHomeboxDirectory
    from gatepost.directory._async_kipu import AsyncKipuDirectory
    from gatepost.directory._async_ubiops import AsyncUbiOpsDirectory
    from gatepost.directory._async_vectara import AsyncVectaraDirectory
    from gatepost.directory._sync_homebox import HomeboxDirectory
    from gatepost.directory._sync_kipu import KipuDirectory
    from gatepost.directory._sync_ubiops import UbiOpsDirectory
    from gatepost.directory._sync_vectara import VectaraDirectory

__all__ = [
    "HOMEBOX",
    "KIPU",
    "UBIOPS",
    "VECTARA",
    "Abilities",
    "AsyncDirectory",
    "AsyncHomeboxDirectory",
    "AsyncKipuDirectory",
    "AsyncUbiOpsDirectory",
    "AsyncVectaraDirectory",
    "Directory",
    "Finding",
    "HomeboxDirectory",
    "KipuDirectory",
    "NotSupportedError",
    "Operation",
    "Outcome",
    "Person",
    "Reach",
    "Result",
    "UbiOpsDirectory",
    "VectaraDirectory",
    "find",
    "find_async",
    "offboard",
    "offboard_async",
]


def __getattr__(name: str) -> Any:
    """Import the directory of one API: a script that needs one does without the clients of the others."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    api = name.removeprefix("Async").removesuffix("Directory").lower()
    colour = "_async" if name.startswith("Async") else "_sync"
    return getattr(import_module(f"{__name__}.{colour}_{api}"), name)


def __dir__() -> list[str]:
    """List what can be asked for."""
    return sorted({*globals(), *__all__})
