"""What a PostgreSQL server may do to whoever uses it: the port says so, loses nothing, and recovers by itself."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import psycopg
import pytest

from gatepost.server.domain.errors import Unavailable
from gatepost.server.store.database import SchemaMismatch, Transaction, Unreachable
from gatepost.server.store.migrate import upgrade, version_of
from gatepost.server.store.opening import open_database
from gatepost.server.store.postgres import database as driver
from gatepost.server.store.postgres.options import PostgresOptions
from tests.contract.neighbour import change, insert, value_of
from tests.kit.engines import TEMPLATE
from tests.kit.postgres import Cluster, postgres
from tests.kit.server import free_port

pytestmark = pytest.mark.anyio

NAME = "faults"


@pytest.fixture(scope="module")
def server() -> Iterator[Cluster]:
    """Run a server that these tests may stop and lock, with one migrated database."""
    with postgres(synchronous_commit="on") as running:
        upgrade(PostgresOptions(running.create(TEMPLATE)))
        yield running


@pytest.fixture
def url(server: Cluster) -> Iterator[str]:
    yield server.create(NAME, TEMPLATE)
    server.drop(NAME)


@pytest.fixture
async def database(url: str) -> AsyncIterator[driver.PostgresDatabase]:
    async with opened(PostgresOptions(url)) as made:
        yield made


@asynccontextmanager
async def opened(options: PostgresOptions) -> AsyncIterator[driver.PostgresDatabase]:
    database = await open_database(options)
    assert isinstance(database, driver.PostgresDatabase)
    yield database
    await database.close()


async def store(database: driver.PostgresDatabase, name: str, value: int) -> None:
    await database.transaction(lambda tx: tx.run(insert, name=name, value=value))


async def test_a_full_pool_refuses_after_a_while_and_serves_again(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver, "WAIT_SECONDS", 0.2)
    async with opened(PostgresOptions(url, connections=1)) as database:
        await store(database, "first", 1)
        with psycopg.connect(url) as somebody:
            somebody.execute("UPDATE revisions SET value = 2 WHERE name = 'first'")
            waiting = asyncio.create_task(database.transaction(lambda tx: tx.run(change, name="first", value=3)))
            await _blocked(url)
            with pytest.raises(Unavailable) as refused:
                await store(database, "second", 1)
            assert refused.value.retry_after > 0
        await waiting
        await store(database, "second", 1)
        assert await database.one(value_of, name="first") == 3


async def test_a_statement_that_takes_too_long_is_given_up_and_nothing_of_it_stays(url: str) -> None:
    async with opened(PostgresOptions(url, statement_seconds=0.2)) as database:
        await store(database, "first", 1)

        async def body(tx: Transaction) -> None:
            await tx.run(insert, name="second", value=1)
            await tx.run(change, name="first", value=3)

        with psycopg.connect(url) as somebody:
            somebody.execute("UPDATE revisions SET value = 2 WHERE name = 'first'")
            with pytest.raises(Unavailable, match="busy"):
                await database.transaction(body)
        assert await database.one(value_of, name="second") is None
        await database.transaction(body)
        assert await database.one(value_of, name="second") == 1


async def test_a_server_that_becomes_read_only_is_unavailable_until_it_leads_again(
    server: Cluster, database: driver.PostgresDatabase
) -> None:
    await store(database, "before", 1)
    server.execute(f"ALTER DATABASE {NAME} SET default_transaction_read_only = on")
    _end_connections(server)
    with pytest.raises(Unavailable):
        await store(database, "meanwhile", 1)
    server.execute(f"ALTER DATABASE {NAME} RESET default_transaction_read_only")
    await store(database, "after", 1)
    assert await database.one(value_of, name="before") == 1
    assert await database.one(value_of, name="meanwhile") is None


async def test_a_server_that_went_and_came_back_is_used_again_without_opening_anew(
    server: Cluster, database: driver.PostgresDatabase
) -> None:
    await store(database, "before", 1)
    server.stop("immediate")
    try:
        with pytest.raises(Unavailable) as read:
            await database.one(value_of, name="before")
        with pytest.raises(Unavailable) as write:
            await store(database, "meanwhile", 1)
        assert min(read.value.retry_after, write.value.retry_after) > 0
    finally:
        server.start()
    assert await database.one(value_of, name="before") == 1
    await store(database, "after", 1)
    assert await database.one(value_of, name="meanwhile") is None


async def test_a_server_without_free_connections_is_unavailable_until_there_are(server: Cluster, url: str) -> None:
    server.execute(f"ALTER DATABASE {NAME} CONNECTION LIMIT 1")
    server.execute("CREATE ROLE modest LOGIN")
    server.execute(f"GRANT ALL ON DATABASE {NAME} TO modest")
    modest = url.replace("postgres@", "modest@")
    try:
        with psycopg.connect(modest), pytest.raises(Unavailable, match="too many connections"):
            version_of(PostgresOptions(modest))
    finally:
        server.execute(f"ALTER DATABASE {NAME} CONNECTION LIMIT -1")
        server.execute(f"REVOKE ALL ON DATABASE {NAME} FROM modest")
        server.execute("DROP ROLE modest")


def test_a_role_that_may_create_nothing_is_told_so_and_changes_nothing(server: Cluster) -> None:
    server.execute("CREATE ROLE guest LOGIN")
    url = server.create("closed")
    server.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC", "closed")
    with pytest.raises(SchemaMismatch, match=r"may not create tables in postgresql://127.0.0.1/closed"):
        upgrade(PostgresOptions(url.replace("postgres@", "guest@")))
    assert version_of(PostgresOptions(url)) is None
    server.drop("closed")
    server.execute("DROP ROLE guest")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("/faults", "/nowhere"), 'database "nowhere" does not exist'),
        (("postgres@", "nobody@"), 'role "nobody" does not exist'),
        (("127.0.0.1", "no-such-host.invalid"), "resolve"),
        (("faults", "faults?sslmode=require"), "server does not support SSL, but SSL was required"),
    ],
)
def test_what_is_wrong_with_an_address_is_told(url: str, change: tuple[str, str], reason: str) -> None:
    with pytest.raises(Unreachable, match=reason):
        upgrade(PostgresOptions(url.replace(*change)))


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://ada:geheim@127.0.0.1:{port}/x",
        "postgresql://ada:geheim%zz@127.0.0.1/x",
        "postgresql://a:geheim@[/x",
    ],
)
def test_no_password_is_told(address: str) -> None:
    with pytest.raises(Unreachable) as refused:
        upgrade(PostgresOptions(address.format(port=free_port())))
    assert "geheim" not in f"{refused.value!r}"


async def _blocked(url: str) -> None:
    """Return when somebody waits for a row that another one has changed."""
    waiting = b"SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)"
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        while await (await connection.execute(waiting)).fetchone() != (True,):
            continue


def _end_connections(server: Cluster) -> None:
    server.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{NAME}'")  # noqa: S608  constants only
