"""Bringing a SQLite database to the schema of this program.

Alembic and SQLAlchemy are imported only when there is something to do: on an up-to-date database the check is one
read, so start-up does not pay for them.
"""

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from gatepost.server.store.database import SchemaMismatch
from gatepost.server.store.migrations import HEAD
from gatepost.server.store.sqlite import connect

if TYPE_CHECKING:
    from alembic.config import Config


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


def upgrade(path: Path) -> tuple[str | None, str]:
    """Apply what is missing and return the versions before and after.

    Raises SchemaMismatch when the database was made by a newer program.
    """
    before = schema_version(path)
    if before is not None and before > HEAD:
        raise SchemaMismatch(
            f"The database has schema {before}, this program knows up to {HEAD}: run a newer Gatepost on it."
        )
    if before != HEAD:
        _run(path)
    return before, HEAD


def _run(path: Path) -> None:
    from alembic import command  # noqa: PLC0415  see the module's docstring
    from sqlalchemy import create_engine  # noqa: PLC0415
    from sqlalchemy.pool import NullPool  # noqa: PLC0415

    engine = create_engine("sqlite://", creator=lambda: _exclusive(path), poolclass=NullPool)
    with engine.connect() as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()


def _exclusive(path: Path) -> sqlite3.Connection:
    """Open a connection that holds the write lock, so that two starting processes migrate one after the other."""
    connection = connect(path)
    connection.execute("BEGIN IMMEDIATE")
    return connection


def alembic_config() -> "Config":
    """Build Alembic's configuration; there is no ini file."""
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    return config
