"""The behaviour suite behind PgBouncer in transaction mode: every promise holds there, but for what is remembered."""

import asyncio
from collections.abc import Iterator
from itertools import count

import pytest

from gatepost.server.store.opening import open_database
from gatepost.server.store.postgres import listener
from gatepost.server.store.postgres.options import PostgresOptions
from tests.contract import test_database as suite
from tests.contract.neighbour import increment, value_of
from tests.kit.engines import TEMPLATE
from tests.kit.logs import logged_by
from tests.kit.pgbouncer import pgbouncer
from tests.kit.postgres import Cluster

pytestmark = pytest.mark.anyio

globals().update({name: test for name, test in vars(suite).items() if name.startswith("test_")})

_numbers = count()


@pytest.fixture(scope="module")
def pooler(cluster: Cluster) -> Iterator[int]:
    with pgbouncer(cluster.port) as port:
        yield port


@pytest.fixture
def place(cluster: Cluster, pooler: int) -> Iterator[PostgresOptions]:
    """Make an empty database that is reached through the pooler, but for notifications."""
    name = f"pooled{next(_numbers)}"
    direct = cluster.create(name, TEMPLATE)
    yield PostgresOptions(direct.replace(f":{cluster.port}/", f":{pooler}/"), direct)
    cluster.drop(name)


async def test_without_an_address_to_listen_at_nothing_is_believed_and_the_log_says_why(
    place: PostgresOptions, cluster: Cluster
) -> None:
    with logged_by(listener) as entries:
        database = await open_database(PostgresOptions(place.url))
        while not entries:
            assert database.credential_revision() is None
            await asyncio.sleep(0.01)
    assert [entry["event"] for entry in entries] == [
        "a pooler passes no notifications on: set database.listen_url to the server itself"
    ]
    await database.transaction(suite.adding("n", 7))
    assert await database.one(value_of, name="n") == 7
    assert database.credential_revision() is None
    await database.close()


async def test_connections_of_the_pooler_change_and_nobody_notices(place: PostgresOptions, cluster: Cluster) -> None:
    database = await open_database(place)
    await database.transaction(suite.adding("n", 0))
    for _ in range(5):
        kill = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'gatepost'"
        cluster.execute(kill)
        await asyncio.gather(*(database.one(value_of, name="n") for _ in range(20)))
        await asyncio.gather(*(database.transaction(lambda tx: increment(tx, "n")) for _ in range(5)))
    assert await database.one(value_of, name="n") == 25
    await database.close()
