"""A list of the awaiting client that nobody has read from yet."""

from collections.abc import AsyncIterator, Callable, Coroutine, Generator
from functools import partial, wraps
from typing import Any, Generic, ParamSpec, TypeAlias, TypeVar

from gatepost.vectara._async_pager import AsyncPager

T = TypeVar("T")
R = TypeVar("R")
P = ParamSpec("P")

Start: TypeAlias = Coroutine[Any, Any, AsyncPager[T, R]]


class AsyncListing(Generic[T, R]):
    """A list before its first page is read: `await` it for that page, or go through all items with `async for`."""

    def __init__(self, start: Callable[[], Start[T, R]]) -> None:
        self._start = start

    def __await__(self) -> Generator[Any, None, AsyncPager[T, R]]:
        """Read the first page."""
        return self._start().__await__()

    async def __aiter__(self) -> AsyncIterator[T]:
        """Read the first page, and give the items of all."""
        async for item in await self._start():
            yield item


def awaited_or_iterated(method: Callable[P, Start[T, R]]) -> Callable[P, AsyncListing[T, R]]:
    """Let what a method gives be awaited, and also be iterated without."""

    @wraps(method)
    def listing(*args: P.args, **kwargs: P.kwargs) -> AsyncListing[T, R]:
        return AsyncListing(partial(method, *args, **kwargs))

    return listing
