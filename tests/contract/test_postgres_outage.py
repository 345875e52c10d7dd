"""What the log says while a database is away: one line when it is lost, one when it is back."""

from collections.abc import Iterator

import pytest
from structlog.testing import capture_logs

from gatepost.server.domain.errors import Unavailable
from gatepost.server.store.opening import open_database
from gatepost.server.store.postgres.options import PostgresOptions
from tests.contract.neighbour import increment
from tests.contract.test_database import adding
from tests.kit.engines import TEMPLATE
from tests.kit.link import Link, link_to
from tests.kit.postgres import Cluster

pytestmark = pytest.mark.anyio

NAME = "outage"


@pytest.fixture
def link(cluster: Cluster) -> Iterator[Link]:
    cluster.create(NAME, TEMPLATE)
    with link_to(cluster.port) as opened:
        yield opened
    cluster.drop(NAME)


async def test_an_outage_is_a_line_when_it_begins_and_one_when_it_is_over(link: Link, cluster: Cluster) -> None:
    database = await open_database(PostgresOptions(cluster.url(NAME).replace(f":{cluster.port}/", f":{link.port}/")))
    await database.transaction(adding("n", 1))
    with capture_logs() as entries:
        link.refuse()
        for _ in range(3):
            with pytest.raises(Unavailable):
                await database.transaction(lambda tx: increment(tx, "n"))
        link.release()
        assert await database.transaction(lambda tx: increment(tx, "n")) == 2
    await database.close()
    told = [(entry["log_level"], entry["event"]) for entry in entries if "reached" in entry["event"]]
    assert told == [("warning", "the database cannot be reached"), ("info", "the database is reached again")]
