"""Connections to a SQLite file, taking its write lock, and what its errors mean to the rest of the program."""

import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import monotonic, sleep

from gatepost.server.domain.errors import GatepostError, StorageFull, Unavailable
from gatepost.server.store.database import Duplicate, SchemaMismatch

BUSY_SECONDS = 5.0
"""How long to wait for a lock that another process holds."""

ASK_AGAIN = 0.001
"""Seconds between two attempts to take the write lock."""

_PRAGMAS = (
    f"PRAGMA busy_timeout = {BUSY_SECONDS * 1_000:.0f}",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
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


def begin_writing(connection: sqlite3.Connection, seconds: float) -> None:
    """Begin a transaction that holds the write lock; raises sqlite3.OperationalError after `seconds` of waiting."""
    # SQLite's own waiting backs off to 100 ms, in which a busy process takes and leaves the lock many times over.
    connection.execute("PRAGMA busy_timeout = 0")
    deadline = monotonic() + seconds
    while not _begun(connection, last_attempt=monotonic() >= deadline):
        sleep(ASK_AGAIN)
    connection.execute(_PRAGMAS[0])


def _begun(connection: sqlite3.Connection, *, last_attempt: bool) -> bool:
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if last_attempt or _code(error) & _PRIMARY_CODE != sqlite3.SQLITE_BUSY:
            raise
        return False
    return True


def schema_version(path: Path) -> str | None:
    """Give the schema version of the database at `path`, without changing it; None when it is new or empty.

    Raises SchemaMismatch when the file is damaged or another program's, Unavailable when it cannot be read now.
    """
    if not path.exists():
        return None
    try:
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS)
        try:
            return _schema_version(connection, path)
        finally:
            connection.close()
    except sqlite3.Error as error:
        if _code(error) & _PRIMARY_CODE in _DAMAGE:
            raise SchemaMismatch(f"{path} is damaged, or not a database at all ({error}).") from error
        raise translate(error) from error


def _schema_version(connection: sqlite3.Connection, path: Path) -> str | None:
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    if not tables:
        return None
    if not {"alembic_version", "revisions"} <= tables:
        raise SchemaMismatch(f"{path} is the database of another program; choose a file of its own.")
    version: str = connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]
    return version


_UNIQUE = {sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY}
_DAMAGE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_PRIMARY_CODE = 0xFF

_busy = partial(Unavailable, "The database is busy.", retry_after=1)
_unwritable = partial(Unavailable, "The database cannot be written now; nothing was changed.", retry_after=5)
_damaged = partial(Unavailable, "The database is damaged.", retry_after=60)
_full = partial(StorageFull, "The disk is full; nothing was changed.")

_MEANINGS: dict[int, Callable[[], GatepostError]] = {
    sqlite3.SQLITE_BUSY: _busy,
    sqlite3.SQLITE_LOCKED: _busy,
    sqlite3.SQLITE_PROTOCOL: _busy,
    sqlite3.SQLITE_IOERR: _unwritable,
    sqlite3.SQLITE_CANTOPEN: _unwritable,
    sqlite3.SQLITE_READONLY: _unwritable,
    sqlite3.SQLITE_FULL: _full,
    sqlite3.SQLITE_CORRUPT: _damaged,
    sqlite3.SQLITE_NOTADB: _damaged,
}


def translate(error: sqlite3.Error) -> Exception:
    """Turn a driver's error into the port's; programming errors stay what they are."""
    code = _code(error)
    if code in _UNIQUE:
        return Duplicate("This is taken already.")
    meaning = _MEANINGS.get(code & _PRIMARY_CODE)
    return error if meaning is None else meaning()


def meaning(error: BaseException | None) -> Exception | None:
    """Translate an error that came through another library; None for one that is not the driver's."""
    return translate(error) if isinstance(error, sqlite3.Error) else None


def is_broken(connection: sqlite3.Connection, error: BaseException) -> bool:
    """Tell whether a failure was the connection's own, so that nothing more can be expected of it."""
    # A full disk ends the transaction; a file that could not be written when it was opened never can be.
    cause = error if isinstance(error, sqlite3.Error) else error.__cause__
    unwritable = isinstance(cause, sqlite3.Error) and _MEANINGS.get(_code(cause) & _PRIMARY_CODE) is _unwritable
    return unwritable or not connection.in_transaction


def _code(error: sqlite3.Error) -> int:
    """Give SQLite's extended result code; 0 for errors the Python module found itself."""
    return getattr(error, "sqlite_errorcode", 0)
