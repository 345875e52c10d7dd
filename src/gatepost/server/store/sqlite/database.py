"""The `Database` port on one SQLite file."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from gatepost.server.domain.errors import Unavailable
from gatepost.server.store.database import Reader, Transaction
from gatepost.server.store.sqlite.connection import BUSY_SECONDS, connect, translate
from gatepost.server.store.sqlite.session import Session, run_body
from gatepost.server.store.sqlite.writer import Writer
from gatepost.server.store.statement import Query

T = TypeVar("T")

READ_THREADS = 2


class SqliteDatabase:
    """One open SQLite file; `busy_seconds` bounds the wait for another process that writes."""

    engine = "sqlite"

    def __init__(self, path: Path, *, busy_seconds: float = BUSY_SECONDS) -> None:
        self.path = path
        self._closed = False
        self._inline = self._connect()
        self._inline_session = Session(self._inline)
        self._revision_cursor = self._inline.cursor()
        self._data_version: int | None = None
        self._revision = 0
        self._readers = ThreadPoolExecutor(READ_THREADS, "sqlite-read")
        self._local = threading.local()
        self._opened: list[sqlite3.Connection] = []
        self._writer = Writer(path, busy_seconds)

    def _connect(self) -> sqlite3.Connection:
        try:
            return connect(self.path)
        except sqlite3.Error as error:
            raise translate(error) from error

    async def one(self, query: Query[T], **parameters: Any) -> T | None:
        self._require_open()
        try:
            return await self._inline_session.one(query, **parameters)
        except sqlite3.Error as error:
            raise translate(error) from error

    async def all(self, query: Query[T], **parameters: Any) -> list[T]:
        return await self.read(lambda reader: reader.all(query, **parameters))

    async def read(self, body: Callable[[Reader], Coroutine[Any, Any, T]]) -> T:
        self._require_open()
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._read, body)

    def _read(self, body: Callable[[Reader], Coroutine[Any, Any, T]]) -> T:
        connection = self._own_connection()
        try:
            connection.execute("BEGIN")
            try:
                return run_body(body, connection)
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
        except sqlite3.Error as error:
            raise translate(error) from error

    def _own_connection(self) -> sqlite3.Connection:
        """Give the connection of the calling thread."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = self._connect()
            self._opened.append(connection)
        return connection

    async def transaction(
        self, body: Callable[[Transaction], Coroutine[Any, Any, T]], *, serializable: bool = True
    ) -> T:
        """See the port; with one writer everything is serializable."""
        self._require_open()
        return await self._writer.submit(body)

    def credential_revision(self) -> int | None:
        """See the port. `PRAGMA data_version` moves with every commit of any other connection, this process's
        writer included; only then is the one-row revision itself read.
        """
        try:
            version = self._revision_cursor.execute("PRAGMA data_version").fetchone()[0]
            if version != self._data_version:
                row = self._revision_cursor.execute("SELECT value FROM revisions WHERE name = 'credentials'").fetchone()
                self._data_version, self._revision = version, row[0]
        except sqlite3.Error:
            return None
        return self._revision

    def _require_open(self) -> None:
        if self._closed:
            raise Unavailable("The database is closed.", retry_after=1)

    async def close(self) -> None:
        self._closed = True
        await asyncio.get_running_loop().run_in_executor(None, self._release)

    def _release(self) -> None:
        self._writer.close()
        self._readers.shutdown(wait=True)
        for connection in (*self._opened, self._inline):
            connection.close()
