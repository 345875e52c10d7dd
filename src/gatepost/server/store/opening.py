"""Which engine a database is on: the one place that chooses between the drivers."""

from pathlib import Path

from gatepost.server.store.database import Database
from gatepost.server.store.postgres.options import PostgresOptions
from gatepost.server.store.sqlite import SqliteDatabase

Place = Path | PostgresOptions
"""Where a database is: a SQLite file, or how to reach PostgreSQL."""


async def open_database(place: Place) -> Database:
    """Open a database whose schema is up to date; raises Unavailable when it cannot be reached."""
    if isinstance(place, Path):
        return SqliteDatabase(place)
    from gatepost.server.store.postgres.database import PostgresDatabase  # only who uses it pays for the driver

    database = PostgresDatabase(place)
    await database.open()
    return database
