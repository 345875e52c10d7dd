"""Bringing a SQLite database to the schema of this program.

Alembic and SQLAlchemy are imported only when there is something to do: on an up-to-date database the check is one
read, so start-up does not pay for them.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from gatepost.server.store.database import SchemaMismatch
from gatepost.server.store.migrations import HEAD
from gatepost.server.store.sqlite import lock_for_migration, schema_version

if TYPE_CHECKING:
    from alembic.config import Config


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
    from alembic import command  # see the module's docstring
    from sqlalchemy import create_engine
    from sqlalchemy.pool import NullPool

    engine = create_engine("sqlite://", creator=lambda: lock_for_migration(path), poolclass=NullPool)
    with engine.connect() as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()


def alembic_config() -> "Config":
    """Build Alembic's configuration; there is no ini file."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    return config
