"""Bringing a database to the schema of this program.

Alembic and SQLAlchemy are imported only when there is something to do: on an up-to-date database the check is one
read, so start-up does not pay for them.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from gatepost.server.store.database import SchemaMismatch
from gatepost.server.store.migrations import HEAD
from gatepost.server.store.opening import Place
from gatepost.server.store.sqlite.connection import begin_writing, connect, meaning, schema_version

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection, Engine

PATIENCE_SECONDS = 600.0
"""How long to wait for another process that migrates the same database."""


def upgrade(place: Place) -> tuple[str | None, str]:
    """Apply what is missing, all of it or nothing, and return the versions before and after.

    Raises SchemaMismatch when the database is not one of this or an older program, Unavailable when it cannot be
    reached.
    """
    before = version_of(place)
    if before is not None and before > HEAD:
        raise SchemaMismatch(
            f"The database has schema {before}, this program knows up to {HEAD}: run a newer Gatepost on it."
        )
    if before != HEAD:
        _run(place)
    return before, HEAD


def version_of(place: Place) -> str | None:
    """Give the schema version of a database, without changing it; None when it is new or empty.

    Raises SchemaMismatch when it is damaged or another program's, Unavailable when it cannot be read now.
    """
    if isinstance(place, Path):
        return schema_version(place)
    from gatepost.server.store.postgres import migration

    return migration.schema_version(place.url)


def _run(place: Place) -> None:
    from alembic import command  # see the module's docstring
    from alembic.util import CommandError
    from sqlalchemy.exc import DBAPIError

    config = alembic_config()
    try:
        with _engine(place).begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except CommandError as error:
        raise SchemaMismatch(f"The database has a schema this program does not know ({error}).") from error
    except DBAPIError as error:
        foreseen = _meaning(place, error.orig)
        if foreseen is None:
            raise
        raise foreseen from error


def _meaning(place: Place, error: BaseException | None) -> Exception | None:
    """Say what a driver's error means to a person."""
    if isinstance(place, Path):
        return meaning(error)
    from gatepost.server.store.postgres import migration

    return migration.meaning(place.url, error)


def _engine(place: Place) -> "Engine":
    if not isinstance(place, Path):
        from gatepost.server.store.postgres import migration

        return migration.engine(place.url)
    from sqlalchemy import create_engine, event
    from sqlalchemy.pool import NullPool

    engine = create_engine("sqlite://", creator=lambda: connect(place), poolclass=NullPool)
    event.listen(engine, "begin", _lock)
    return engine


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
