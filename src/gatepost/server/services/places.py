"""Bounded queues for work that takes long: who finds no place is refused at once instead of piling up."""

from collections.abc import Iterator
from contextlib import contextmanager

from gatepost.server.domain.errors import Unavailable


class Places:
    """The places of a queue, those who are being served included.

    `refusal` is what whoever finds none is told, `retry_after` when to come back, in seconds.
    """

    def __init__(self, count: int, refusal: str, retry_after: int) -> None:
        self._left = count
        self._refusal = refusal
        self._retry_after = retry_after

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Take a place while the block runs; raises Unavailable when there is none."""
        if self._left <= 0:
            raise Unavailable(self._refusal, self._retry_after)
        self._left -= 1
        try:
            yield
        finally:
            self._left += 1
