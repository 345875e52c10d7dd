"""The pages of a list."""

from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import Generic, TypeVar

from gatepost._core._async import AsyncSession
from gatepost._core.options import RequestOptions
from gatepost.vectara.paging import Opening, Page, Paging

T = TypeVar("T")
R = TypeVar("R")


class AsyncPager(Generic[T, R]):
    """One page of a list, and the way to those after it, which are read when they are reached.

    Iterating gives the items of this page and of all after it. A page without items does not end the list.
    """

    def __init__(
        self,
        session: AsyncSession,
        options: RequestOptions | None,
        paging: "Paging[T, R, AsyncPager[T, R]]",
        number: int,
        page: Page[T, R],
    ) -> None:
        self._session = session
        self._options = options
        self._paging = paging
        self._number = number
        self._page = page

    @classmethod
    def opening(cls, session: AsyncSession, options: RequestOptions | None) -> "Opening[T, R, AsyncPager[T, R]]":
        """Give what opens a page, with the session and the options for the pages after it."""
        return partial(cls, session, options)

    @property
    def items(self) -> list[T]:
        """The items of this page."""
        return self._page.items

    @property
    def response(self) -> R:
        """The whole answer this page came in."""
        return self._page.response

    @property
    def has_next(self) -> bool:
        """Whether there is a page after this one."""
        return bool(self._page.next_key)

    @property
    def get_next(self) -> "Callable[[], Awaitable[AsyncPager[T, R] | None]] | None":
        """What reads the page after this one; None on the last page."""
        return self.next_page if self.has_next else None

    async def next_page(self) -> "AsyncPager[T, R] | None":
        """Read the page after this one; None on the last page.

        Raises:
            PagingError: the list leads back to a page it has already given.
        """
        if not self.has_next:
            return None
        return await self._session.run(self._paging.page(self._number + 1, self._page.next_key), self._options)

    async def iter_pages(self) -> "AsyncIterator[AsyncPager[T, R]]":
        """Give this page and all after it, each read when it is reached.

        Raises:
            PagingError: the list leads back to a page it has already given.
        """
        page: AsyncPager[T, R] | None = self
        while page is not None:
            yield page
            page = await page.next_page()

    def __aiter__(self) -> AsyncIterator[T]:
        """Give the items of this page and of all after it."""
        return (item async for page in self.iter_pages() for item in page.items)

    def __repr__(self) -> str:
        """Show how much there is."""
        return f"<{type(self).__name__} items={len(self.items)} has_next={self.has_next}>"
