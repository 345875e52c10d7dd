"""PostgreSQL databases of every schema since the first that was released there, kept as SQL with a few rows.

`python -m tests.contract.postgresql_dumps` writes the one of the newest schema; a schema that was released is never
written again.
"""

import asyncio

import psycopg

from gatepost.server.store.migrate import upgrade
from gatepost.server.store.migrations import HEAD
from gatepost.server.store.opening import open_database
from gatepost.server.store.postgres.options import PostgresOptions
from tests.contract.dumps import ACCOUNTS, SCHEMAS
from tests.contract.population import populate
from tests.kit.postgres import Cluster, postgres, program, run
from tests.kit.storage import Row, storage_at

KEPT = SCHEMAS / "postgresql"

_SCHEMA = (
    """SELECT table_name::text, column_name::text, data_type::text, collation_name::text, is_nullable::text,
        column_default::text FROM information_schema.columns WHERE table_schema = 'public'""",
    """SELECT relname::text, reloptions::text FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND reloptions IS NOT NULL""",
    "SELECT tablename::text, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    """SELECT conrelid::regclass::text, conname::text, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace""",
    "SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
)


def schema_of(place: PostgresOptions) -> set[Row]:
    """List what there is besides rows, each thing as the server spells it."""
    return {row for question in _SCHEMA for row in storage_at(place).rows(question)}


def restore(cluster: Cluster, revision: str, name: str) -> PostgresOptions:
    """Make a database called `name` from a kept dump."""
    place = PostgresOptions(cluster.create(name))
    with psycopg.connect(place.url) as connection:
        connection.execute((KEPT / f"{revision}.sql").read_bytes())
    return place


def dump(place: PostgresOptions) -> str:
    """Give the statements that make a database like this one."""
    text = run(program("pg_dump"), "--inserts", "--no-owner", "--no-privileges", place.url)
    # Comments name versions of programs, and lines with a backslash are for psql only.
    return "\n".join(line for line in text.splitlines() if line and not line.startswith(("--", "\\"))) + "\n"


async def _write_newest() -> None:
    with postgres() as cluster:
        place = PostgresOptions(cluster.create("newest"))
        upgrade(place)
        database = await open_database(place)
        await populate(database, ACCOUNTS)
        await database.close()
        KEPT.mkdir(exist_ok=True)
        (KEPT / f"{HEAD}.sql").write_text(dump(place), encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(_write_newest())
