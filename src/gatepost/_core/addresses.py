"""Addresses as people may see them."""

import httpx


class Unshown(httpx.URL):
    """The address of a request that stands for another one wherever it is written down.

    Clients log the addresses of requests, and show them in errors and reprs, as texts; what goes over the wire is put
    together from the parts. So replacing the text keeps a code or token in an address out of every log.
    """

    def __init__(self, url: httpx.URL, shown: str) -> None:
        super().__init__(url)
        self._shown = shown

    def __str__(self) -> str:
        """Give the other address."""
        return self._shown

    def __repr__(self) -> str:
        """Give the class and the other address."""
        return f"{type(self).__name__}({self._shown!r})"


def shown(url: httpx.URL) -> httpx.URL:
    """Give an address as logs and errors may show it, in any case without a query."""
    return httpx.URL(str(url)).copy_with(query=None)
