"""Statements on one connection."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from psycopg import AsyncConnection, DataError, errors

from gatepost.server.store.accounts import touch_revision
from gatepost.server.store.postgres.errors import holds_nul, translate
from gatepost.server.store.statement import Query, Statement

if TYPE_CHECKING:
    from psycopg.rows import TupleRow

T = TypeVar("T")


class Session:
    """Reads and writes on one connection; `revoked` tells whether a credential was ended or changed."""

    engine = "postgresql"

    def __init__(self, connection: "AsyncConnection[TupleRow]") -> None:
        self._cursor = connection.cursor(binary=True)
        self.revoked = False

    async def one(self, query: Query[T], **parameters: Any) -> T | None:
        if not await self._read(query, parameters):
            return None
        row = await self._cursor.fetchone()
        return None if row is None else query.row(row)

    async def all(self, query: Query[T], **parameters: Any) -> list[T]:
        if not await self._read(query, parameters):
            return []
        return [query.row(row) for row in await self._cursor.fetchall()]

    async def _read(self, query: Query[T], parameters: dict[str, Any]) -> bool:
        try:
            await self._cursor.execute(query.positional, query.values_of(parameters))
        except DataError as error:
            if holds_nul(error):
                return False  # no text has it, so nothing equals it; and the server was not asked
            raise
        return True

    async def run(self, statement: Statement, **parameters: Any) -> int:
        try:
            await self._cursor.execute(statement.positional, statement.values_of(parameters))
        except errors.UniqueViolation as error:
            raise translate(error) from error
        except DataError as error:
            if holds_nul(error) and statement.sql.startswith("DELETE"):
                return 0  # here too: nothing equals it
            raise
        self.revoked = self.revoked or statement is touch_revision
        return self._cursor.rowcount

    async def run_many(self, statement: Statement, rows: Iterable[Mapping[str, Any]]) -> None:
        try:
            await self._cursor.executemany(statement.positional, [statement.values_of(row) for row in rows])
        except errors.UniqueViolation as error:
            raise translate(error) from error
