"""What is remembered of credentials that held, and for how long it may be believed."""

import asyncio
from typing import Protocol, TypeVar

from gatepost.server.domain.clock import MINUTE
from gatepost.server.store.database import Database

CACHED_FOR = MINUTE
MOST_CACHED = 100_000


class Revision:
    """The credential revision, read once for all requests that wait in the same turn of the event loop.

    Theory of operation. Reading costs SQLite two file locks, a fifth of an answer from the cache. The event loop runs
    what is ready in the order it got ready, and the end of a turn is put in that line before the revision is read.
    So whatever runs before the end was received before the read, and sees every revocation committed before it was
    sent. Whatever was received later runs after the end, and the revision is read anew.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._value: int | None = None
        self._turn_of: asyncio.AbstractEventLoop | None = None

    def read(self) -> int | None:
        """Give the revision; None means that it cannot be known now."""
        loop = asyncio.get_running_loop()
        if self._turn_of is not loop:
            loop.call_soon(self._end)
            self._value = self._database.credential_revision()
            self._turn_of = loop
        return self._value

    def _end(self) -> None:
        self._turn_of = None


class Resolved(Protocol):
    """A credential that held under a revision, and holds until an instant (milliseconds) unless that moves."""

    @property
    def revision(self) -> int | None: ...

    @property
    def fresh_until(self) -> int: ...


def is_stale(resolved: Resolved, now: int, revision: int | None) -> bool:
    """Tell whether the credential must be read again."""
    return revision is None or resolved.revision != revision or now >= resolved.fresh_until


T = TypeVar("T")


def keep(cache: dict[bytes, T], digest: bytes, resolved: T) -> None:
    """Remember a credential; a full cache begins anew."""
    if len(cache) >= MOST_CACHED:
        cache.clear()
    cache[digest] = resolved
