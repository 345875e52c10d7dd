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


def header_secret(value: str, name: str) -> Secret:
    """Check that a credential can travel in a header, so that no lower layer refuses it with a text that shows it.

    Raises:
        TypeError: it is not a text.
        ValueError: it is empty, or has blanks around it, control characters or characters outside ASCII.
    """
    require_text(value, name)
    if not value:
        raise ValueError(f"{name} is empty")
    if value != value.strip() or not value.isascii() or not value.isprintable():
        raise ValueError(f"{name} has blanks around it, or characters that cannot travel in a header")
    return Secret(value)
