"""All rows of a SQLite database, read or written at full speed."""

import os
import sqlite3
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path

from gatepost.server.store import directory
from gatepost.server.store.copying.ends import CopyRefused, Rows
from gatepost.server.store.copying.tables import BATCH, Table, tables
from gatepost.server.store.sqlite.connection import translate
from gatepost.server.store.sqlite.session import Session

ALONE_SECONDS = 2.0
"""How long another process may take to leave the database."""

_HASTE = (
    "journal_mode = OFF",
    "synchronous = OFF",
    "foreign_keys = OFF",
    "temp_store = MEMORY",
    "cache_size = -131072",
)

_TAKEN_OFF = "SELECT type, name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND sql IS NOT NULL"


class SqliteRows:
    """What one connection sees of a database."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    async def count(self, table: Table) -> int:
        return int(self._connection.execute(f"SELECT count(*) FROM {table.name}").fetchone()[0])

    async def rows(self, table: Table) -> AsyncGenerator[Rows]:
        cursor = self._connection.execute(f"SELECT {', '.join(table.columns)} FROM {table.name}")
        while batch := _fetched(cursor, table):
            yield batch

    async def holding_nul(self, table: Table) -> list[tuple[str, str]]:
        texts = [column for column, kind in table.columns.items() if kind == "text"]
        return [found for column in texts for found in self._holding_nul(table, column)]

    def _holding_nul(self, table: Table, column: str) -> list[tuple[str, str]]:
        found = self._connection.execute(
            f"SELECT {', '.join(table.key)} FROM {table.name} WHERE instr({column}, char(0)) > 0"
        )
        return [(" ".join(map(_readable, key)), column) for key in found]


class SqliteTarget(SqliteRows):
    """A file that nobody uses yet; whoever made it throws it away when the copy fails."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        self._put_back = connection.execute(_TAKEN_OFF).fetchall()
        for kind, name, _ in self._put_back:
            connection.execute(f"DROP {kind} {name}")

    async def take(self, table: Table, rows: AsyncIterator[Rows]) -> None:
        self._connection.execute(f"DELETE FROM {table.name}")
        values = ", ".join("?" * len(table.columns))
        insert = f"INSERT INTO {table.name} ({', '.join(table.columns)}) VALUES ({values})"
        async for batch in rows:
            self._connection.executemany(insert, batch)

    async def complete(self) -> None:
        for _, _, sql in self._put_back:
            self._connection.execute(sql)
        await directory.rebuild(Session(self._connection))
        for table in tables():
            self._require_parents(table)

    def _require_parents(self, table: Table) -> None:
        if orphan := self._connection.execute(f"PRAGMA foreign_key_check({table.name})").fetchone():
            raise CopyRefused(f"a row of {table.name} belongs to one of {orphan[2]} that is not there")


@asynccontextmanager
async def reading(path: Path) -> AsyncIterator[SqliteRows]:
    """Keep everybody else out of a database while it is read."""
    with _translated(), closing(sqlite3.connect(path, timeout=ALONE_SECONDS, isolation_level=None)) as connection:
        # Set before anything is read, it needs the whole database for itself, and keeps it to the end.
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            raise CopyRefused(f"{path} is in use: stop 'gatepost serve', and whatever else has it open") from error
        yield SqliteRows(connection)


@asynccontextmanager
async def writing(path: Path) -> AsyncIterator[SqliteTarget]:
    """Fill a new file; it is on the disk when the block has ended well."""
    with _translated(), closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for pragma in _HASTE:
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("BEGIN")
        yield SqliteTarget(connection)
        connection.execute("COMMIT")
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _fetched(cursor: sqlite3.Cursor, table: Table) -> Rows:
    try:
        return cursor.fetchmany(BATCH)
    except sqlite3.OperationalError as error:
        if "decode to UTF-8" in str(error):  # which quotes the text, and has no code of its own
            raise CopyRefused(f"a row of {table.name} holds text that is not UTF-8; nothing was copied") from None
        raise


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise translate(error) from error


def _readable(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)
