"""Dictionaries whose values are used and never shown."""

from typing import TypeVar

from gatepost._core.models import REDACTED

V = TypeVar("V")


class Hidden(dict[str, V]):
    """A dictionary of secrets: its names may be seen, its values not."""

    def __repr__(self) -> str:
        """Show the names."""
        return repr(dict(self.__rich_repr__()))

    def __rich_repr__(self) -> list[tuple[str, str]]:
        """Give rich what `repr` shows."""
        return [(name, REDACTED) for name in self]
