"""How a list is read page by page: which page comes next, and when the list is over.

A page is over when it has no key for a next one, never because it has no items: filters may leave pages empty.
A key that was used before would lead in a circle, so the list ends with an error instead of never.
"""

from collections.abc import Callable
from typing import Generic, TypeAlias, TypeVar

import msgspec

from gatepost._core.calls import Operation
from gatepost.vectara.errors import PagingError

T = TypeVar("T")
R = TypeVar("R")
P = TypeVar("P")


class Page(msgspec.Struct, Generic[T, R], frozen=True):
    """One page of a list, `response` being the whole answer it came in; `next_key` is None or empty on the last."""

    items: list[T]
    next_key: str | None
    response: R


Reading: TypeAlias = Callable[[str | None], Operation[Page[T, R]]]
"""Reads the page for a key, the first one for None."""

Opening: TypeAlias = Callable[["Paging[T, R, P]", int, Page[T, R]], P]
"""Makes of a page, and its number, what the caller turns the pages with."""


class Paging(Generic[T, R, P]):
    """A list that is being read; pages may be asked for again, and are counted from 0."""

    def __init__(self, read: Reading[T, R], opened: Opening[T, R, P]) -> None:
        self._read = read
        self._opened = opened
        self._numbers: dict[str, int] = {}

    def page(self, number: int, key: str | None) -> Operation[P]:
        """Read a page.

        Raises:
            PagingError: the key has led to another page before.
        """
        if key is not None and self._numbers.setdefault(key, number) != number:
            raise PagingError(key)
        page = yield from self._read(key)
        return self._opened(self, number, page)
