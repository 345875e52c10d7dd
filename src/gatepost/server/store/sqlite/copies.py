"""Whole databases: copying one while it is in use, and looking for damage."""

import sqlite3
from contextlib import closing
from pathlib import Path

from gatepost.server.store.sqlite.connection import ASK_AGAIN, connect, translate

_FAR_AHEAD = 1_000
"""More than the credentials of an installation change while a copy is on its way."""


def save(database: Path, file: Path) -> None:
    """Copy the database as it is at one moment, also while others write, to a file that needs no other beside it."""
    try:
        with closing(connect(database)) as source, closing(sqlite3.connect(file)) as target:
            source.backup(target, sleep=ASK_AGAIN)
            # Read anywhere, also from a directory that cannot be written: what the write-ahead mode needs.
            target.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.Error as error:
        raise translate(error) from error


def load(file: Path, database: Path) -> None:
    """Replace what the database holds by what `file` holds, at one moment, also while others use it."""
    try:
        with closing(sqlite3.connect(file)) as source, closing(connect(database)) as target:
            source.backup(target, sleep=ASK_AGAIN)
            target.execute("PRAGMA journal_mode = WAL")
    except sqlite3.Error as error:
        raise translate(error) from error


def outrun(database: Path, other: Path) -> None:
    """Move the credential revision beyond that of `other`, so that who knows the one takes it for news in the other."""
    try:
        with closing(connect(database)) as mine, closing(connect(other)) as theirs:
            query = "SELECT value FROM revisions WHERE name = 'credentials'"
            (newest,) = max(mine.execute(query).fetchone(), theirs.execute(query).fetchone())
            mine.execute("UPDATE revisions SET value = ? WHERE name = 'credentials'", (newest + _FAR_AHEAD,))
    except sqlite3.Error as error:
        raise translate(error) from error


def damage(database: Path) -> list[str]:
    """List what `PRAGMA quick_check` finds; nothing in a sound database."""
    try:
        with closing(sqlite3.connect(database)) as connection:
            found = [str(row[0]) for row in connection.execute("PRAGMA quick_check(5)")]
    except sqlite3.Error as error:
        return [str(error)]
    return [] if found == ["ok"] else found


def journal_mode(database: Path) -> str:
    """Give the journal mode that is in force after asking for `wal`; where files cannot be shared it is another."""
    try:
        with closing(connect(database)) as connection:
            return str(connection.execute("PRAGMA journal_mode").fetchone()[0])
    except sqlite3.Error as error:
        return str(error)
