"""Databases of every schema there has been, kept as SQL with a few rows, to upgrade from in tests.

`python -m tests.contract.dumps` writes the one of the newest schema; a schema that was released is never written again.
"""

import asyncio
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from gatepost.server.store.migrate import upgrade
from gatepost.server.store.migrations import HEAD
from gatepost.server.store.sqlite import SqliteDatabase
from tests.contract.population import populate

SCHEMAS = Path(__file__).with_name("schemas")
ACCOUNTS = 3

_OBJECTS = "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type = 'trigger', rowid"
_REINDEX = "INSERT INTO directory_fts (directory_fts) VALUES ('rebuild')"


def schema_of(connection: sqlite3.Connection) -> list[tuple[str, str, str]]:
    """List tables, indexes and triggers as (type, name, sql); what virtual tables keep inside is theirs."""
    objects = [(kind, name, " ".join(sql.split())) for kind, name, sql in connection.execute(_OBJECTS)]
    virtual = [name for _, name, sql in objects if sql.startswith("CREATE VIRTUAL")]
    return [entry for entry in objects if not entry[1].startswith(tuple(f"{name}_" for name in virtual))]


def dump(connection: sqlite3.Connection) -> Iterator[str]:
    """Give the statements that make a database like this one; triggers come last, so that no row sets one off."""
    objects = schema_of(connection)
    yield from (sql for kind, _, sql in objects if kind != "trigger")
    for kind, name, sql in objects:
        if kind == "table" and not sql.startswith("CREATE VIRTUAL"):
            yield from _rows(connection, name)
    yield _REINDEX
    yield from (sql for kind, _, sql in objects if kind == "trigger")


def _rows(connection: sqlite3.Connection, table: str) -> Iterator[str]:
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info('{table}')")]
    quoted = " || ', ' || ".join(f"quote({column})" for column in columns)
    for (values,) in connection.execute(f"SELECT {quoted} FROM {table}"):  # noqa: S608  the schema's own names
        yield f"INSERT INTO {table} VALUES ({values})"  # noqa: S608  as above


def restore(schema: Path, path: Path) -> Path:
    """Make a database at `path` from a kept dump."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(schema.read_text(encoding="utf-8"))
    return path


async def _write_newest() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "newest.db")
        upgrade(path)
        database = SqliteDatabase(path)
        await populate(database, ACCOUNTS)
        await database.close()
        with closing(sqlite3.connect(path)) as connection:
            text = ";\n".join([*dump(connection), ""])
    (SCHEMAS / f"{HEAD}.sql").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(_write_newest())
