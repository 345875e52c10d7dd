"""All rows of a PostgreSQL database, read or written at full speed."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from psycopg import AsyncConnection, DataError, Error, IntegrityError, errors
from psycopg.conninfo import make_conninfo

from gatepost.server.store import directory
from gatepost.server.store.accounts import touch_revision
from gatepost.server.store.copying.ends import CopyRefused, NotEmpty, Rows, Unstorable
from gatepost.server.store.copying.tables import BATCH, Table, tables
from gatepost.server.store.postgres.connection import address, open_connection
from gatepost.server.store.postgres.definitions import Definitions, definitions_of
from gatepost.server.store.postgres.errors import translate
from gatepost.server.store.postgres.options import PostgresOptions
from gatepost.server.store.postgres.session import Session

if TYPE_CHECKING:
    from psycopg.rows import TupleRow

_PATIENT = (
    "SET LOCAL statement_timeout = 0",
    "SET LOCAL idle_in_transaction_session_timeout = 0",
    "SET LOCAL lock_timeout = '10s'",
    # Sorting for an index in memory; a server that has less than that is none to put a million accounts on.
    "SET LOCAL maintenance_work_mem = '256MB'",
)

STALL_MILLISECONDS = 120_000
"""How long a server may take no more rows, as while it writes out what it has; a request would give it up sooner."""

_OTHERS = (
    "SELECT count(*) FROM pg_stat_activity "
    "WHERE datname = current_database() AND application_name = 'gatepost' AND pid <> pg_backend_pid()"
)


class PostgresRows:
    """What one transaction sees of a database."""

    def __init__(self, connection: "AsyncConnection[TupleRow]") -> None:
        self._connection = connection

    async def count(self, table: Table) -> int:
        return int(await _value(self._connection, f"SELECT count(*) FROM {table.name}"))

    async def rows(self, table: Table) -> AsyncGenerator[Rows]:
        columns = ", ".join(f"{name}::int4" if kind == "bool" else name for name, kind in table.columns.items())
        async with self._connection.cursor(name="copied", binary=True) as cursor:
            await cursor.execute(f"SELECT {columns} FROM {table.name}".encode())
            while batch := await cursor.fetchmany(BATCH):
                yield batch

    async def holding_nul(self, table: Table) -> list[tuple[str, str]]:
        return []  # PostgreSQL stores it nowhere


class PostgresTarget(PostgresRows):
    """A database that is locked and empty, its indexes and constraints taken off."""

    def __init__(self, connection: "AsyncConnection[TupleRow]", taken_off: Definitions) -> None:
        super().__init__(connection)
        self._taken_off = taken_off

    async def take(self, table: Table, rows: AsyncIterator[Rows]) -> None:
        # Rows of a table that was emptied in this transaction may count as old at once: no vacuum reads them again.
        into = f"COPY {table.name} ({', '.join(table.columns)}) FROM STDIN (FORMAT binary, FREEZE)"
        try:
            async with self._connection.cursor().copy(into.encode()) as copy:
                copy.set_types(list(table.columns.values()))
                async for batch in rows:
                    for row in batch:
                        await copy.write_row(row)
        except DataError as error:
            raise Unstorable from error

    async def complete(self) -> None:
        try:
            await self._taken_off.put_back(self._connection)
        except IntegrityError as error:
            broken = error.diag.constraint_name or "a constraint"
            raise CopyRefused(f"the source breaks the rule {broken} of {error.diag.table_name}") from error
        session = Session(self._connection)
        await directory.rebuild(session)
        await session.run(touch_revision)  # who runs on the target forgets what it remembers of credentials
        for table in tables():
            await self._connection.execute(f"ANALYZE {table.name}".encode())


@asynccontextmanager
async def reading(options: PostgresOptions, *, alone: bool) -> AsyncIterator[PostgresRows]:
    """Read a database as it is at one moment; with `alone`, nobody writes meanwhile, or CopyRefused is raised."""
    async with _transaction(options, "BEGIN ISOLATION LEVEL REPEATABLE READ") as connection:
        if alone:
            await connection.execute(f"LOCK TABLE {_names()} IN SHARE MODE".encode())
            if await _value(connection, _OTHERS):
                raise _in_use(options)
        yield PostgresRows(connection)


@asynccontextmanager
async def writing(options: PostgresOptions, *, replace: bool) -> AsyncIterator[PostgresTarget]:
    """Replace the rows of a database, which nobody else reads or writes meanwhile, in one transaction."""
    async with _transaction(options, "BEGIN") as connection:
        await connection.execute(f"LOCK TABLE {_names()} IN ACCESS EXCLUSIVE MODE".encode())
        if not replace:
            await _require_empty(connection, options)
        await connection.execute(f"TRUNCATE {_names()} RESTART IDENTITY".encode())
        taken_off = await definitions_of(connection, [table.name for table in tables()])
        await taken_off.take_off(connection)
        yield PostgresTarget(connection, taken_off)


@asynccontextmanager
async def _transaction(options: PostgresOptions, begin: str) -> "AsyncIterator[AsyncConnection[TupleRow]]":
    try:
        url = make_conninfo(options.listen_url or options.url, tcp_user_timeout=STALL_MILLISECONDS)
        async with await open_connection(url) as connection:
            connection.prepare_threshold = None
            await connection.execute(begin.encode())
            for setting in _PATIENT:
                await connection.execute(setting.encode())
            yield connection
            await connection.commit()
    except errors.LockNotAvailable as error:
        raise _in_use(options) from error
    except Error as error:
        raise translate(error) from error


async def _require_empty(connection: "AsyncConnection[TupleRow]", options: PostgresOptions) -> None:
    """Raise NotEmpty when there is anything but what a new database holds."""
    for table in tables():
        if table.name != "revisions" and await _value(connection, f"SELECT EXISTS (SELECT FROM {table.name})"):
            raise NotEmpty(f"{address(options.url)} holds data already, in {table.name} for one")


def _in_use(options: PostgresOptions) -> CopyRefused:
    return CopyRefused(f"{address(options.url)} is in use: stop 'gatepost serve', on every host")


async def _value(connection: "AsyncConnection[TupleRow]", sql: str) -> Any:
    row = await (await connection.execute(sql.encode())).fetchone()
    return None if row is None else row[0]


def _names() -> str:
    return ", ".join(table.name for table in tables())
