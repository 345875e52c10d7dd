"""What migrating a PostgreSQL database needs: its version, an engine for Alembic, and one migration at a time."""

from typing import TYPE_CHECKING

from psycopg import Error, OperationalError, errors

from gatepost.server.store.database import SchemaMismatch
from gatepost.server.store.postgres.connection import address, connect, unreachable
from gatepost.server.store.postgres.errors import translate

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

LOCK = 7_167_808_315_116
"""The advisory lock of whoever migrates; any number does that nobody else uses."""


def schema_version(url: str) -> str | None:
    """Give the schema version of a database; None when it is empty.

    Raises SchemaMismatch when it is another program's or not in UTF-8, Unavailable when it cannot be reached.
    """
    try:
        with connect(url) as connection:
            if (encoding := connection.info.parameter_status("server_encoding")) != "UTF8":
                raise SchemaMismatch(f"{address(url)} stores text as {encoding}; create it with ENCODING 'UTF8'.")
            tables = {row[0] for row in connection.execute(_TABLES)}
            if not tables:
                return None
            if not {"alembic_version", "revisions"} <= tables:
                raise SchemaMismatch(f"{address(url)} is the database of another program; choose one of its own.")
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
            return None if row is None else str(row[0])
    except OperationalError as error:
        raise unreachable(url, error) from error
    except Error as error:
        raise translate(error) from error


_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"


def engine(url: str) -> "Engine":
    """Build an engine whose transactions wait for whoever migrates the same database."""
    from sqlalchemy import create_engine, event  # see the docstring of store/migrate.py
    from sqlalchemy.pool import NullPool

    made = create_engine("postgresql+psycopg://", creator=lambda: connect(url), poolclass=NullPool)
    event.listen(made, "begin", _lock)
    return made


def _lock(connection: "Connection") -> None:
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")


def meaning(url: str, error: BaseException | None) -> Exception | None:
    """Say what an error on the way means to a person; None for one that is not the driver's."""
    if isinstance(error, errors.InsufficientPrivilege):
        return SchemaMismatch(f"This user may not create tables in {address(url)}; make it the owner of the database.")
    return translate(error) if isinstance(error, Error) else None
