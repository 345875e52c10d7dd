"""One small protocol over all APIs: find a person, or off-board them, wherever they have an account."""

from gatepost.directory._async import AsyncDirectory
from gatepost.directory._async import find as find_async
from gatepost.directory._async import offboard as offboard_async
from gatepost.directory._async_homebox import AsyncHomeboxDirectory
from gatepost.directory._async_kipu import AsyncKipuDirectory
from gatepost.directory._async_ubiops import AsyncUbiOpsDirectory
from gatepost.directory._async_vectara import AsyncVectaraDirectory
from gatepost.directory._sync import Directory, find, offboard
from gatepost.directory._sync_homebox import HomeboxDirectory
from gatepost.directory._sync_kipu import KipuDirectory
from gatepost.directory._sync_ubiops import UbiOpsDirectory
from gatepost.directory._sync_vectara import VectaraDirectory
from gatepost.directory.abilities import HOMEBOX, KIPU, UBIOPS, VECTARA, Abilities, NotSupportedError, Operation, Reach
from gatepost.directory.outcomes import Finding, Outcome, Result
from gatepost.directory.people import Person

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
