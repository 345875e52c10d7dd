"""Transactions that are run again, as on PostgreSQL any may be: when others were faster, when a key was taken
meanwhile, when the connection was lost.
"""

from collections.abc import Callable, Coroutine
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from random import Random
from typing import Any, TypeVar
from uuid import UUID

from gatepost.server.store.database import Database, Reader, Transaction
from gatepost.server.store.statement import Query

T = TypeVar("T")

_inside: ContextVar[bool] = ContextVar("_inside", default=False)


@dataclass
class Chances:
    """Identifiers in order and chances that are the same each time, and can be taken back."""

    drawn: int = 0
    random: Random = field(default_factory=lambda: Random(7))  # noqa: S311  the same for every test

    def new_id(self) -> str:
        self.drawn += 1
        return str(UUID(int=self.drawn))

    def below(self, bound: int) -> int:
        return self.random.randrange(bound)

    def remember(self) -> Callable[[], None]:
        """Give a function that takes back what is drawn from now on."""
        drawn, state = self.drawn, self.random.getstate()

        def take_back() -> None:
            self.drawn = drawn
            self.random.setstate(state)

        return take_back


class _Enough(Exception):
    """The rehearsal has come to its end, and what it changed is to be undone."""


class Rehearsed:
    """A database that runs each body of a transaction to its end, undoes what it did, and runs it again for good.

    What a body does beside its statements then happens twice. A body that asks for a second connection fails: when
    all of them are with bodies that do so, each waits for another for ever.
    """

    def __init__(self, database: Database, chances: Chances) -> None:
        self._database = database
        self._chances = chances
        self.engine = database.engine

    async def one(self, query: Query[T], **parameters: Any) -> T | None:
        _require_outside()
        return await self._database.one(query, **parameters)

    async def all(self, query: Query[T], **parameters: Any) -> list[T]:
        _require_outside()
        return await self._database.all(query, **parameters)

    async def read(self, body: Callable[[Reader], Coroutine[Any, Any, T]]) -> T:
        _require_outside()
        return await self._database.read(lambda reader: _noted(body(reader)))

    async def transaction(
        self, body: Callable[[Transaction], Coroutine[Any, Any, T]], *, serializable: bool = True
    ) -> T:
        _require_outside()
        take_back = self._chances.remember()

        async def rehearsal(tx: Transaction) -> None:
            await _noted(body(tx))
            raise _Enough

        with suppress(Exception):  # it is raised again when it counts
            await self._database.transaction(rehearsal, serializable=serializable)
        take_back()
        return await self._database.transaction(lambda tx: _noted(body(tx)), serializable=serializable)

    def credential_revision(self) -> int | None:
        return self._database.credential_revision()

    async def close(self) -> None:
        await self._database.close()


async def _noted(body: Coroutine[Any, Any, T]) -> T:
    token = _inside.set(True)
    try:
        return await body
    finally:
        _inside.reset(token)


def _require_outside() -> None:
    assert not _inside.get(), "a body asks nobody but its transaction"
