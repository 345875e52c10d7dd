"""Headers of answers."""

from collections.abc import Mapping
from typing import Any


class Headers(dict[str, str]):
    """Headers with their names in lower case, found by their names in any case."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        super().__init__({name.lower(): value for name, value in headers.items()})

    def __missing__(self, name: str) -> str:
        """Look again in lower case."""
        if name == name.lower():
            raise KeyError(name)
        return self[name.lower()]

    def __contains__(self, name: object) -> bool:
        """Tell whether there is such a header."""
        return isinstance(name, str) and super().__contains__(name.lower())

    def get(self, name: str, default: Any = None) -> Any:
        """Give a header, or the default."""
        return super().get(name.lower(), default)
