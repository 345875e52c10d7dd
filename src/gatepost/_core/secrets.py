"""Credentials in memory: usable, never shown."""

from collections.abc import Mapping
from typing import Any

from gatepost._core.checks import require_text
from gatepost._core.models import REDACTED


class Secret:
    """A text that no repr, log or traceback shows."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Give the text."""
        return self._value

    def __repr__(self) -> str:
        """Hide the text."""
        return REDACTED

    def __reduce__(self) -> tuple[Any, ...]:
        """Refuse to be written down."""
        raise TypeError("a secret cannot be pickled")


SecretHeaders = Mapping[str, Secret]

CANNOT_TRAVEL = "has blanks around it, or characters that cannot travel in a header"


def header_secret(value: str, name: str) -> Secret:
    """Check that a credential can travel in a header, so that no lower layer refuses it with a text that shows it.

    Raises:
        TypeError: it is not a text.
        ValueError: it is empty, or has blanks around it, control characters or characters outside ASCII.
    """
    require_text(value, name)
    if not value:
        raise ValueError(f"{name} is empty")
    if not _travels(value):
        raise ValueError(f"{name} {CANNOT_TRAVEL}")
    return Secret(value)


def check_headers(headers: Mapping[str, str | None]) -> None:
    """Check that all values can travel in a header, also those the layers below would refuse by showing them.

    Raises:
        TypeError: one is neither a text nor None.
        ValueError: one has blanks around it, control characters or characters outside ASCII; the text names it.
    """
    for name, value in headers.items():
        if value is None:
            continue
        require_text(value, f"the header {name}")
        if not _travels(value):
            raise ValueError(f"the header {name} {CANNOT_TRAVEL}")


def _travels(value: str) -> bool:
    return value == value.strip() and value.isascii() and value.isprintable()
