"""A look at what is stored past the program, and changes behind everybody's back.

Statements are written in the portable subset of the engines, with `?` for a value.
"""

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any, Protocol

import psycopg

from gatepost.server.config import load
from gatepost.server.parts import place_of
from gatepost.server.store.opening import Place
from gatepost.server.store.postgres.listener import BELIEVED_SECONDS, CHANNEL
from tests.kit.engines import configuration

Row = tuple[Any, ...]


class Storage(Protocol):
    """A database as whoever administers the machine can reach it."""

    def write(self, sql: str, *values: Any) -> None:
        """Change it behind everybody's back."""

    def write_many(self, sql: str, rows: Sequence[Row]) -> None:
        """Change it behind everybody's back, once for each row of values."""

    def rows(self, sql: str, *values: Any) -> list[Row]:
        """Read it."""

    def columns(self) -> dict[str, list[str]]:
        """Name every table and its columns."""

    def check(self) -> None:
        """Fail unless the files are sound, as far as that is not for the engine's server to see to."""

    def watched(self) -> AbstractContextManager[Callable[[], int]]:
        """Give a number that moves with every commit of anybody else that wrote something."""

    def hearsay(self) -> AbstractContextManager[Callable[[], None]]:
        """Give a function that waits until every process has heard which credentials were ended so far."""


def storage_at(place: Place) -> Storage:
    """Open the database at a place."""
    return SqliteStorage(place) if isinstance(place, Path) else PostgresStorage(place.url)


def storage_of(data: Path) -> Storage:
    """Open the database of an installation."""
    return storage_at(place_of(load(configuration(data), {}, {"data": data}).settings))


class SqliteStorage:
    def __init__(self, path: Path) -> None:
        self._path = path

    def write(self, sql: str, *values: Any) -> None:
        self.write_many(sql, [values])

    def write_many(self, sql: str, rows: Sequence[Row]) -> None:
        with closing(self._connect()) as connection, connection:
            connection.executemany(sql, rows)

    def rows(self, sql: str, *values: Any) -> list[Row]:
        with closing(self._connect()) as connection:
            return connection.execute(sql, values).fetchall()

    def columns(self) -> dict[str, list[str]]:
        tables = "SELECT name FROM sqlite_schema WHERE type = 'table'"
        return {table: [row[1] for row in self.rows(f"PRAGMA table_info('{table}')")] for (table,) in self.rows(tables)}

    def check(self) -> None:
        assert self.rows("PRAGMA integrity_check") == [("ok",)]
        assert self.rows("PRAGMA foreign_key_check") == []

    @contextmanager
    def watched(self) -> Iterator[Callable[[], int]]:
        with closing(self._connect()) as connection:
            yield lambda: int(connection.execute("PRAGMA data_version").fetchone()[0])

    @contextmanager
    def hearsay(self) -> Iterator[Callable[[], None]]:
        yield lambda: None  # every request looks

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, timeout=10)


class PostgresStorage:
    def __init__(self, url: str) -> None:
        self._url = url

    def write(self, sql: str, *values: Any) -> None:
        self.write_many(sql, [values])

    def write_many(self, sql: str, rows: Sequence[Row]) -> None:
        with psycopg.connect(self._url) as connection:
            connection.cursor().executemany(_spelled(sql), rows)

    def rows(self, sql: str, *values: Any) -> list[Row]:
        with psycopg.connect(self._url) as connection:
            return connection.execute(_spelled(sql), values).fetchall()

    def columns(self) -> dict[str, list[str]]:
        named: dict[str, list[str]] = {}
        for table, column in self.rows(_COLUMNS):
            named.setdefault(table, []).append(column)
        return named

    def check(self) -> None:
        pass

    @contextmanager
    def watched(self) -> Iterator[Callable[[], int]]:
        # Only a transaction that writes takes a number; reading the next one takes none.
        with psycopg.connect(self._url, autocommit=True) as connection:
            yield lambda: int(_only(connection.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text")))

    @contextmanager
    def hearsay(self) -> Iterator[Callable[[], None]]:
        told: list[psycopg.Notify] = []

        def wait() -> None:
            connection.execute("SELECT 1")  # with the answer comes whatever was committed before
            if told:
                told.clear()
                time.sleep(BELIEVED_SECONDS)  # what is promised is a time

        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.add_notify_handler(told.append)
            connection.execute(f"LISTEN {CHANNEL}")
            yield wait


_COLUMNS = (
    "SELECT table_name::text, column_name::text FROM information_schema.columns "
    "WHERE table_schema = current_schema() ORDER BY table_name, ordinal_position"
)


def _only(cursor: "psycopg.Cursor[Row]") -> Any:
    row = cursor.fetchone()
    assert row is not None
    return row[0]


def _spelled(sql: str) -> bytes:
    """Write a statement as psycopg takes it."""
    return sql.replace("%", "%%").replace("?", "%s").encode()
