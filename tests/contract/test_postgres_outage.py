"""A server that is away, or there and silent: what callers are told, and what the log says."""

import asyncio
from collections.abc import Iterator

import anyio
import pytest

from gatepost.server.domain.errors import Unavailable
from gatepost.server.store.database import Transaction
from gatepost.server.store.opening import open_database
from gatepost.server.store.postgres import database as driver
from gatepost.server.store.postgres.options import PostgresOptions
from tests.contract.neighbour import increment, insert, value_of
from tests.contract.test_database import adding
from tests.kit.engines import TEMPLATE
from tests.kit.link import Link, link_to
from tests.kit.logs import logged_by
from tests.kit.postgres import Cluster

pytestmark = pytest.mark.anyio

NAME = "outage"


@pytest.fixture
def link(cluster: Cluster) -> Iterator[Link]:
    cluster.create(NAME, TEMPLATE)
    with link_to(cluster.port) as opened:
        yield opened
    cluster.drop(NAME)


def through(link: Link, cluster: Cluster) -> str:
    return cluster.url(NAME).replace(f":{cluster.port}/", f":{link.port}/")


async def test_a_server_that_does_not_answer_keeps_nobody_waiting_for_ever(link: Link, cluster: Cluster) -> None:
    database = await open_database(PostgresOptions(through(link, cluster), statement_seconds=0.5))
    await database.transaction(adding("n", 1))
    assert await asyncio.gather(*(database.one(value_of, name="n") for _ in range(20))) == [1] * 20
    link.hold()  # the machine still takes packets, as it does when its disk hangs
    with anyio.fail_after(30):
        with pytest.raises(Unavailable):
            await database.one(value_of, name="n")
        with pytest.raises(Unavailable):
            await database.transaction(adding("m"))
    link.release()
    assert await database.one(value_of, name="n") == 1
    assert await database.transaction(lambda tx: increment(tx, "n")) == 2
    await database.close()


async def test_a_commit_that_is_not_answered_is_in_doubt(link: Link, cluster: Cluster) -> None:
    async def body(tx: Transaction) -> None:
        await tx.run(insert, name="n", value=1)
        link.hold()

    database = await open_database(PostgresOptions(through(link, cluster), statement_seconds=0.5))
    with anyio.fail_after(30), pytest.raises(Unavailable, match="unknown"):
        await database.transaction(body)
    link.release()
    await database.close()


async def test_an_outage_is_a_line_when_it_begins_and_one_when_it_is_over(link: Link, cluster: Cluster) -> None:
    database = await open_database(PostgresOptions(through(link, cluster)))
    await database.transaction(adding("n", 1))
    with logged_by(driver) as entries:
        link.refuse()
        for _ in range(3):
            with pytest.raises(Unavailable):
                await database.transaction(lambda tx: increment(tx, "n"))
        link.release()
        assert await database.transaction(lambda tx: increment(tx, "n")) == 2
    await database.close()
    told = [(entry["log_level"], entry["event"]) for entry in entries if "reached" in entry["event"]]
    assert told == [("warning", "the database cannot be reached"), ("info", "the database is reached again")]
