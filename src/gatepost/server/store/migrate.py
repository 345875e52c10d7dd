"""Bringing a SQLite database to the schema of this program.

Alembic and SQLAlchemy are imported only when there is something to do: on an up-to-date database the check is one
read, so start-up does not pay for them.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from gatepost.server.store.database import SchemaMismatch
from gatepost.server.store.migrations import HEAD
from gatepost.server.store.sqlite.connection import begin_writing, connect, schema_version

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection

PATIENCE_SECONDS = 600.0
"""How long to wait for another process that migrates the same database."""


def upgrade(path: Path) -> tuple[str | None, str]:
    """Apply what is missing, all of it or nothing, and return the versions before and after.

    Raises SchemaMismatch when the file is no database of this or an older program.
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
    from alembic import command  # see the module's docstring
    from alembic.util import CommandError
    from sqlalchemy import create_engine, event
    from sqlalchemy.pool import NullPool

    engine = create_engine("sqlite://", creator=lambda: connect(path), poolclass=NullPool)
    event.listen(engine, "begin", _lock)
    with engine.begin() as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise SchemaMismatch(f"{path} has a schema this program does not know ({error}).") from error


def _lock(connection: "Connection") -> None:
    """Begin with the write lock, so that starting processes migrate one after the other and a kill leaves no half."""
    raw = connection.connection.driver_connection
    assert raw is not None  # noqa: S101  a connection that begins is connected
    begin_writing(raw, PATIENCE_SECONDS)


def alembic_config() -> "Config":
    """Build Alembic's configuration; there is no ini file."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    return config
