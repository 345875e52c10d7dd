"""Gatepost: a self-hosted user service and its typed Python client.

`gatepost.kipu`, `gatepost.homebox`, `gatepost.ubiops` and `gatepost.vectara` are the clients of four user APIs,
`gatepost.directory` is one protocol over them. All raise the errors below. Each is imported when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gatepost import directory, homebox, kipu, ubiops, vectara
    from gatepost._core.errors import (
        ApiError,
        BadRequestError,
        ConflictError,
        ForbiddenError,
        NotFoundError,
        ParsingError,
        TooManyRequestsError,
        UnauthorizedError,
        UnprocessableEntityError,
    )

__version__ = "0.1.0"

__all__ = [
    "ApiError",
    "BadRequestError",
    "ConflictError",
    "ForbiddenError",
    "NotFoundError",
    "ParsingError",
    "TooManyRequestsError",
    "UnauthorizedError",
    "UnprocessableEntityError",
    "__version__",
    "directory",
    "homebox",
    "kipu",
    "ubiops",
    "vectara",
]


def __getattr__(name: str) -> Any:
    """Import what is asked for: `import gatepost` alone costs nothing."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if name.endswith("Error"):
        return getattr(import_module("gatepost._core.errors"), name)
    return import_module(f"gatepost.{name}")


def __dir__() -> list[str]:
    """List what can be asked for."""
    return sorted({*globals(), *__all__})
