"""Migrations on PostgreSQL: to exactly the declared schema, once, whole or not at all, and nowhere else."""

from collections.abc import Iterator
from itertools import count

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import event

from gatepost.server.store import accounts, directory
from gatepost.server.store.database import SchemaMismatch
from gatepost.server.store.migrate import upgrade, version_of
from gatepost.server.store.migrations import HEAD
from gatepost.server.store.opening import open_database
from gatepost.server.store.postgres import migration
from gatepost.server.store.postgres.options import PostgresOptions
from gatepost.server.store.schema import metadata
from tests.contract.dumps import ACCOUNTS
from tests.contract.population import email_of, id_of
from tests.contract.postgresql_dumps import KEPT, restore, schema_of
from tests.contract.test_migrations import KILLED, declared, start
from tests.kit.engines import OnPostgres
from tests.kit.postgres import Cluster
from tests.kit.storage import storage_at

UPGRADE = """
import sys
from gatepost.server.store.migrate import upgrade
from gatepost.server.store.postgres.options import PostgresOptions

sys.stdout.write("ready\\n")
sys.stdout.flush()
sys.stdin.readline()
upgrade(PostgresOptions(sys.argv[1]))
"""

KILLED_ON_THE_WAY = """
import os, signal, sys
from sqlalchemy import event
from gatepost.server.store.migrate import upgrade
from gatepost.server.store.postgres import migration
from gatepost.server.store.postgres.options import PostgresOptions

left = int(sys.argv[2])
engine = migration.engine

def counted(url):
    made = engine(url)
    event.listen(made, "before_cursor_execute", count)
    return made

def count(*_):
    global left
    left -= 1
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)

migration.engine = counted
upgrade(PostgresOptions(sys.argv[1]))
"""

_numbers = count()


@pytest.fixture(scope="module")
def engine(postgresql: OnPostgres) -> OnPostgres:
    """Run everything on PostgreSQL, which it is about."""
    return postgresql


@pytest.fixture(params=sorted(kept.stem for kept in KEPT.glob("*.sql")))
def kept(request: pytest.FixtureRequest, cluster: Cluster) -> Iterator[PostgresOptions]:
    """Make a database of a schema there has been."""
    name = f"kept{next(_numbers)}"
    yield restore(cluster, request.param, name)
    cluster.drop(name)


@pytest.fixture
def nothing(cluster: Cluster) -> Iterator[PostgresOptions]:
    """Make a database without a table."""
    name = f"nothing{next(_numbers)}"
    yield PostgresOptions(cluster.create(name))
    cluster.drop(name)


def tables(place: PostgresOptions) -> set[str]:
    return set(storage_at(place).columns())


def test_the_migrations_end_at_the_declared_schema(place: PostgresOptions) -> None:
    with migration.engine(place.url).connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": declared, "compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_a_migration_still_makes_the_schema_it_made_when_it_was_kept(
    kept: PostgresOptions, nothing: PostgresOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, revision = command.upgrade, version_of(kept)
    monkeypatch.setattr(command, "upgrade", lambda config, _: real(config, str(revision)))
    upgrade(nothing)
    assert schema_of(nothing) == schema_of(kept), "before a release: python -m tests.contract.postgresql_dumps"


@pytest.mark.anyio
async def test_what_was_stored_under_an_older_schema_is_still_there(kept: PostgresOptions) -> None:
    upgrade(kept)
    database = await open_database(kept)
    for number in range(ACCOUNTS):
        account = await database.one(accounts.by_id, id=id_of(number))
        assert account is not None
        assert account.email == email_of(number)
        assert [row.id for row in await directory.search(database, account.email, 10)] == [account.id]
    await database.close()


def test_no_text_is_in_an_order_that_depends_on_the_server(place: PostgresOptions) -> None:
    # Pages, prefixes and the ranking of search stand on the order of code points; the tests' server has another one.
    storage = storage_at(place)
    assert storage.rows("SELECT 'a' < 'B'") == [(True,)]
    others = (
        "SELECT table_name::text, column_name::text FROM information_schema.columns WHERE data_type = 'text' "
        "AND table_schema = current_schema() AND collation_name IS DISTINCT FROM 'C'"
    )
    assert storage.rows(others) == []


def test_upgrading_tells_from_where_to_where_and_the_second_time_changes_nothing(nothing: PostgresOptions) -> None:
    assert upgrade(nothing) == (None, HEAD)
    with storage_at(nothing).watched() as commits:
        before = commits()
        assert upgrade(nothing) == (HEAD, HEAD)
        assert commits() == before


def test_processes_that_start_together_migrate_once(nothing: PostgresOptions) -> None:
    processes = [start(UPGRADE, nothing.url) for _ in range(4)]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    outputs = [process.communicate("go\n", timeout=60) for process in processes]
    assert [process.returncode for process in processes] == [0] * 4, outputs
    assert version_of(nothing) == HEAD


def test_a_migration_killed_on_the_way_has_changed_nothing(cluster: Cluster, nothing: PostgresOptions) -> None:
    last = statements_of_an_upgrade(PostgresOptions(cluster.create("counted")))
    cluster.drop("counted")
    for number in (1, last // 3, last):
        process = start(KILLED_ON_THE_WAY, nothing.url, number)
        process.communicate(timeout=60)
        assert process.returncode == KILLED
        assert version_of(nothing) is None
        assert tables(nothing) == set()
    assert upgrade(nothing) == (None, HEAD)


def statements_of_an_upgrade(place: PostgresOptions) -> int:
    """Count the statements before the commit."""
    statements: list[str] = []
    real = migration.engine

    def counted(url: str) -> object:
        made = real(url)
        event.listen(made, "before_cursor_execute", lambda *sent: statements.append(sent[2]))
        return made

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(migration, "engine", counted)
        upgrade(place)
    return len(statements)


@pytest.mark.parametrize(("version", "message"), [("9999", "run a newer Gatepost on it"), ("0000", "does not know")])
def test_a_database_of_another_version_is_refused_and_left_alone(
    place: PostgresOptions, version: str, message: str
) -> None:
    storage = storage_at(place)
    storage.write("UPDATE alembic_version SET version_num = ?", version)
    with storage.watched() as commits:
        before = commits()
        with pytest.raises(SchemaMismatch, match=message):
            upgrade(place)
        assert commits() == before


def test_the_database_of_another_program_is_refused_and_left_alone(nothing: PostgresOptions) -> None:
    storage_at(nothing).write("CREATE TABLE revisions (id INTEGER)")
    with pytest.raises(SchemaMismatch, match="another program"):
        upgrade(nothing)
    assert tables(nothing) == {"revisions"}


def test_a_database_that_would_not_keep_every_character_is_refused(cluster: Cluster) -> None:
    cluster.execute("CREATE DATABASE western TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C' LOCALE_PROVIDER libc")
    with pytest.raises(SchemaMismatch, match="stores text as LATIN1"):
        upgrade(PostgresOptions(cluster.url("western")))
    cluster.drop("western")


def test_whoever_may_not_create_tables_is_told(cluster: Cluster, nothing: PostgresOptions) -> None:
    cluster.execute("CREATE ROLE guest LOGIN")
    with pytest.raises(SchemaMismatch, match="may not create tables"):
        upgrade(PostgresOptions(nothing.url.replace("//postgres@", "//guest@")))
    cluster.execute("DROP ROLE guest")
    assert tables(nothing) == set()
