"""Bodies of answers that must end in time: a server may otherwise send a byte a minute for ever."""

import time
from collections.abc import AsyncIterator, Iterator

import httpx


class Deadline:
    """The moment by which the body of a response must have arrived: its read time-out after its head."""

    def __init__(self, request: httpx.Request) -> None:
        limits = request.extensions.get("timeout", {})
        self._seconds: float | None = limits.get("read")
        self._ends = time.monotonic() + (self._seconds or 0.0)
        self._request = request

    def check(self) -> None:
        """Let the moment pass only once.

        Raises:
            httpx.ReadTimeout: it is over.
        """
        if self._seconds is not None and time.monotonic() > self._ends:
            raise httpx.ReadTimeout(f"The body took more than {self._seconds:g} s", request=self._request)


class DeadlineStream(httpx.SyncByteStream):
    """A body that is read before its deadline."""

    def __init__(self, stream: httpx.SyncByteStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def __iter__(self) -> Iterator[bytes]:
        """Give the body in pieces."""
        for piece in self._stream:
            self._deadline.check()
            yield piece

    def close(self) -> None:
        """Give the connection back."""
        self._stream.close()


class AsyncDeadlineStream(httpx.AsyncByteStream):
    """A body that is read before its deadline."""

    def __init__(self, stream: httpx.AsyncByteStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Give the body in pieces."""
        async for piece in self._stream:
            self._deadline.check()
            yield piece

    async def aclose(self) -> None:
        """Give the connection back."""
        await self._stream.aclose()
