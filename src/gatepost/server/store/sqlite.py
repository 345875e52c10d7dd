"""The SQLite driver: many readers, one writer.

Point reads run inline on a connection that belongs to the event loop's thread: 4 µs, less than any hop to a thread.
Longer reads go to a small pool of threads, each with a connection of its own. All writing happens on one thread that
takes whatever transactions are waiting, runs them one after another inside savepoints and commits them together, so
that concurrent writers share one fsync. WAL keeps readers and the writer out of each other's way, and
`synchronous=FULL` makes an acknowledged commit survive a kill or a power cut.
"""

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable, Coroutine, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from gatepost.server.domain.errors import StorageFull, Unavailable
from gatepost.server.store.database import Duplicate, Reader, Transaction
from gatepost.server.store.statement import Query, Statement

T = TypeVar("T")

BUSY_TIMEOUT_MS = 5_000
READ_THREADS = 2
MOST_TOGETHER = 64
"""How many waiting transactions share one commit at the most."""

_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}",
    "PRAGMA temp_store = MEMORY",
)


def connect(path: Path) -> sqlite3.Connection:
    """Open a connection with the settings every part of the program relies on."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=256)
    try:
        for pragma in _PRAGMAS:
            connection.execute(pragma)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def schema_version(path: Path) -> str | None:
    """Give the schema version of the database at `path`; None when it is new or empty."""
    if not path.exists():
        return None
    connection = connect(path)
    try:
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.OperationalError as error:
        if "no such table" not in str(error):
            raise
        return None
    finally:
        connection.close()
    return row[0] if row else None


def lock_for_migration(path: Path) -> sqlite3.Connection:
    """Open a connection that holds the write lock, so that two starting processes migrate one after the other."""
    connection = connect(path)
    connection.execute("BEGIN IMMEDIATE")
    return connection


class _Session:
    """Reads and writes on one connection, never suspending: its coroutines end on their first step."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    async def one(self, query: Query[T], **parameters: Any) -> T | None:
        row = self._connection.execute(query.sql, parameters).fetchone()
        return None if row is None else query.row(row)

    async def all(self, query: Query[T], **parameters: Any) -> list[T]:
        return list(map(query.row, self._connection.execute(query.sql, parameters)))

    async def run(self, statement: Statement, **parameters: Any) -> int:
        try:
            return self._connection.execute(statement.sql, parameters).rowcount
        except sqlite3.Error as error:
            raise translate(error) from error

    async def run_many(self, statement: Statement, rows: Iterable[Mapping[str, Any]]) -> None:
        try:
            self._connection.executemany(statement.sql, rows)
        except sqlite3.Error as error:
            raise translate(error) from error


class SqliteDatabase:
    """The `Database` port on one SQLite file."""

    engine = "sqlite"

    def __init__(self, path: Path) -> None:
        self.path = path
        self._inline = connect(path)
        self._inline_session = _Session(self._inline)
        self._revision_cursor = self._inline.cursor()
        self._data_version: int | None = None
        self._revision = 0
        self._readers = ThreadPoolExecutor(READ_THREADS, "sqlite-read")
        self._local = threading.local()
        self._opened: list[sqlite3.Connection] = []
        self._writer = _Writer(path)

    async def one(self, query: Query[T], **parameters: Any) -> T | None:
        try:
            return await self._inline_session.one(query, **parameters)
        except sqlite3.Error as error:
            raise translate(error) from error

    async def all(self, query: Query[T], **parameters: Any) -> list[T]:
        return await self.read(lambda reader: reader.all(query, **parameters))

    async def read(self, body: Callable[[Reader], Coroutine[Any, Any, T]]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._read, body)

    def _read(self, body: Callable[[Reader], Coroutine[Any, Any, T]]) -> T:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        try:
            if connection is None:
                connection = self._local.connection = connect(self.path)
                self._opened.append(connection)
            connection.execute("BEGIN")
            try:
                return run_to_end(body(_Session(connection)))
            finally:
                connection.execute("ROLLBACK")
        except sqlite3.Error as error:
            raise translate(error) from error

    async def transaction(self, body: Callable[[Transaction], Coroutine[Any, Any, T]]) -> T:
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

    async def close(self) -> None:
        await asyncio.get_running_loop().run_in_executor(None, self._writer.close)
        self._readers.shutdown(wait=True)
        for connection in (*self._opened, self._inline):
            connection.close()


class _Job:
    """One transaction waiting for the writer, and where its outcome goes."""

    def __init__(self, body: Callable[[Transaction], Coroutine[Any, Any, Any]]) -> None:
        self.body = body
        self.loop = asyncio.get_running_loop()
        self.future: asyncio.Future[Any] = self.loop.create_future()
        self.result: Any = None
        self.error: BaseException | None = None

    def settle(self) -> None:
        """Hand the outcome to the event loop that waits for it, if it still does."""
        try:
            self.loop.call_soon_threadsafe(self._deliver)
        except RuntimeError:
            return  # the loop was closed meanwhile: nobody waits any more

    def _deliver(self) -> None:
        if self.future.done():
            return
        if self.error is None:
            self.future.set_result(self.result)
        else:
            self.future.set_exception(self.error)


class _Writer:
    """The one thread that writes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._connection: sqlite3.Connection | None = None

    async def submit(self, body: Callable[[Transaction], Coroutine[Any, Any, T]]) -> T:
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="sqlite-write", daemon=True)
            self._thread.start()
        job = _Job(body)
        self._jobs.put(job)
        result: T = await job.future
        return result

    def close(self) -> None:
        if self._thread is not None:
            self._jobs.put(None)
            self._thread.join()
            self._thread = None

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            batch = [job]
            closing = self._gather(batch)
            self._commit_together(batch)
            for done in batch:
                done.settle()
            if closing:
                break
        if self._connection is not None:
            self._connection.close()

    def _gather(self, batch: list[_Job]) -> bool:
        """Add what else is waiting; tell whether the end of the queue was among it."""
        while len(batch) < MOST_TOGETHER:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                return False
            if job is None:
                return True
            batch.append(job)
        return False

    def _commit_together(self, batch: list[_Job]) -> None:
        try:
            if self._connection is None:
                self._connection = connect(self._path)
            self._connection.execute("BEGIN IMMEDIATE")
            for job in batch:
                self._run(self._connection, job)
            self._connection.execute("COMMIT")
        except Exception as error:  # noqa: BLE001  it goes to whoever waits
            self._abandon(batch, translate(error) if isinstance(error, sqlite3.Error) else error)

    def _run(self, connection: sqlite3.Connection, job: _Job) -> None:
        connection.execute("SAVEPOINT job")
        try:
            job.result = run_to_end(job.body(_Session(connection)))
        except Exception as error:
            if not connection.in_transaction:
                raise  # SQLite itself rolled everything back, as it does when the disk is full
            connection.execute("ROLLBACK TO job")
            job.error = translate(error) if isinstance(error, sqlite3.Error) else error
        connection.execute("RELEASE job")

    def _abandon(self, batch: list[_Job], error: Exception) -> None:
        if self._connection is not None and self._connection.in_transaction:
            self._connection.execute("ROLLBACK")
        for job in batch:
            job.error = job.error or error


def run_to_end(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine that never suspends and return its result."""
    try:
        coroutine.send(None)
    except StopIteration as end:
        result: T = end.value
        return result
    coroutine.close()
    raise RuntimeError("a transaction body may await nothing but its transaction")


_UNIQUE = {sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY}
_PRIMARY_CODE = 0xFF


def translate(error: sqlite3.Error) -> Exception:
    """Turn a driver's error into the port's; programming errors stay what they are."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return error
    if code in _UNIQUE:
        return Duplicate("This is taken already.")
    match code & _PRIMARY_CODE:
        case sqlite3.SQLITE_FULL:
            return StorageFull("The disk is full; nothing was changed.")
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return Unavailable("The database is busy.", retry_after=1)
        case sqlite3.SQLITE_IOERR | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_READONLY:
            return Unavailable("The database cannot be written now; nothing was changed.", retry_after=5)
    return error
