"""Statements on one connection, and running the coroutines that issue them."""

import sqlite3
from collections.abc import Callable, Coroutine, Iterable, Mapping
from typing import Any, TypeVar

from gatepost.server.domain.errors import Unavailable
from gatepost.server.store.sqlite.connection import translate
from gatepost.server.store.statement import Query, Statement

T = TypeVar("T")


class Session:
    """Reads and writes on one connection, never suspending: its coroutines end on their first step."""

    engine = "sqlite"

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    async def one(self, query: Query[T], **parameters: Any) -> T | None:
        row = self._connection.execute(query.sql, parameters).fetchone()
        return None if row is None else query.row(row)

    async def all(self, query: Query[T], **parameters: Any) -> list[T]:
        return list(map(query.row, self._connection.execute(query.sql, parameters)))

    async def run(self, statement: Statement, **parameters: Any) -> int:
        self._require_transaction()
        try:
            return self._connection.execute(statement.sql, parameters).rowcount
        except sqlite3.Error as error:
            raise translate(error) from error

    async def run_many(self, statement: Statement, rows: Iterable[Mapping[str, Any]]) -> None:
        self._require_transaction()
        try:
            self._connection.executemany(statement.sql, rows)
        except sqlite3.Error as error:
            raise translate(error) from error

    def _require_transaction(self) -> None:
        # A full disk can end a transaction at once; a body that goes on would write each statement for good.
        if not self._connection.in_transaction:
            raise Unavailable("The transaction has failed; nothing was changed.", retry_after=1)


def run_body(body: Callable[[Session], Coroutine[Any, Any, T]], connection: sqlite3.Connection) -> T:
    """Run a body to its end; raises RuntimeError when it waits for anything but its session."""
    coroutine = _awaiting(body, Session(connection))
    try:
        coroutine.send(None)
    except StopIteration as end:
        result: T = end.value
        return result
    coroutine.close()
    raise RuntimeError("a transaction body may await nothing but its transaction")


async def _awaiting(body: Callable[[Session], Coroutine[Any, Any, T]], session: Session) -> T:
    """Call the body inside a coroutine, where a stray StopIteration becomes an ordinary error."""
    return await body(session)
