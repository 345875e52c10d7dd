"""The database port: what services may ask of storage, whatever the engine.

A transaction body is an ordinary coroutine function that awaits nothing but its transaction. On SQLite the writer
thread runs it to its end in one go, so the event loop never waits for a lock or an fsync and the lock is held as
briefly as can be; on PostgreSQL the event loop awaits it. Because a body has no other effects it may be run again,
which is how serialization failures are retried.
"""

from collections.abc import Callable, Coroutine, Iterable, Mapping
from functools import update_wrapper
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from gatepost.server.domain.errors import Conflict, Unavailable
from gatepost.server.store.statement import Query, Statement

T = TypeVar("T")
P = ParamSpec("P")


class Duplicate(Conflict):
    """A unique key is taken."""


class Unreachable(Unavailable):
    """There is no way to the database as it is configured; the message says why, for operators and without secrets."""


class SchemaMismatch(Exception):
    """The file is no database that this version of the program can use; the message says why and what to do."""


class Reader(Protocol):
    """Reads on a consistent view of the data, on the engine `sqlite` or `postgresql`."""

    engine: str

    async def one(self, query: Query[T], **parameters: Any) -> T | None:
        """Answer the first row, or None. For reads by key: on SQLite it runs inline on the calling thread."""

    async def all(self, query: Query[T], **parameters: Any) -> list[T]:
        """Answer every row."""


class Transaction(Reader, Protocol):
    """Reads and writes that become visible together or not at all."""

    async def run(self, statement: Statement, **parameters: Any) -> int:
        """Change rows and answer how many; raises Duplicate when a unique key is taken."""

    async def run_many(self, statement: Statement, rows: Iterable[Mapping[str, Any]]) -> None:
        """Run the statement once for each row of parameters."""


class Database(Reader, Protocol):
    """One open database. Raises Unavailable when it cannot answer now, StorageFull when it cannot write."""

    async def read(self, body: Callable[[Reader], Coroutine[Any, Any, T]]) -> T:
        """Run several reads away from the event loop, on one view of the data."""

    async def transaction(
        self, body: Callable[[Transaction], Coroutine[Any, Any, T]], *, serializable: bool = True
    ) -> T:
        """Run `body` in a transaction; its result is returned only after the commit is durable.

        Bodies may decide by what they read, as if they were alone, unless `serializable` is False: then each
        statement sees what others have committed by then, and their writing is no reason to run the body again.
        """

    def credential_revision(self) -> int | None:
        """Answer a number that moves whenever any process ends or changes a credential.

        None means that it cannot be known now, so nothing may be answered from a cache.
        """

    async def close(self) -> None:
        """Finish what runs and release every connection."""


class HasDatabase(Protocol):
    """An object whose methods can be made transactional."""

    @property
    def database(self) -> Database: ...


S = TypeVar("S", bound=HasDatabase)


def transactional(
    method: Callable[Concatenate[S, Transaction, P], Coroutine[Any, Any, T]],
) -> Callable[Concatenate[S, P], Coroutine[Any, Any, T]]:
    """Turn a use case that takes a transaction into one that opens it."""
    return _opening(method, serializable=True)


def independent(
    method: Callable[Concatenate[S, Transaction, P], Coroutine[Any, Any, T]],
) -> Callable[Concatenate[S, P], Coroutine[Any, Any, T]]:
    """As `transactional`, for statements of which each decides by itself what it changes."""
    return _opening(method, serializable=False)


def _opening(
    method: Callable[Concatenate[S, Transaction, P], Coroutine[Any, Any, T]], *, serializable: bool
) -> Callable[Concatenate[S, P], Coroutine[Any, Any, T]]:
    async def in_transaction(self: S, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self.database.transaction(lambda tx: method(self, tx, *args, **kwargs), serializable=serializable)

    return update_wrapper(in_transaction, method)
