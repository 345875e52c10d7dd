"""Taking turns on PostgreSQL, where several write at the same time."""

from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest

from gatepost.server.domain.clock import DAY
from gatepost.server.domain.principal import SYSTEM
from gatepost.server.store import housekeeping as turns
from gatepost.server.store.opening import Place
from gatepost.server.store.postgres.options import PostgresOptions
from tests.kit.engines import OnPostgres
from tests.kit.postgres import Cluster
from tests.service.conftest import World
from tests.service.test_mails import Postman
from tests.service.test_shared_work import sign_up, tidying

pytestmark = pytest.mark.anyio

Other = psycopg.Connection[tuple[object, ...]]


@pytest.fixture(scope="session")
def engine(postgresql: OnPostgres) -> OnPostgres:
    """SQLite has one writer, and so nobody to wait for or to pass over."""
    return postgresql


@pytest.fixture
def other(place: Place) -> Iterator[Other]:
    """Connect as another process does."""
    assert isinstance(place, PostgresOptions)
    with closing(psycopg.connect(place.url, autocommit=True)) as connection:
        yield connection


async def test_while_another_process_tidies_nothing_is_done_and_nobody_waits(world: World, other: Other) -> None:
    await sign_up(world, 3)
    world.clock.forward(8 * DAY)
    with other.transaction():
        assert other.execute(turns.turn.positional.encode()).fetchone() == (True,)
        await tidying(world).tidy()
        assert len(await world.parts.mails.page(SYSTEM)) == 3
    await tidying(world).tidy()
    assert await world.parts.mails.page(SYSTEM) == []


async def test_the_turn_of_a_process_that_died_is_taken_over_at_once(
    world: World, other: Other, cluster: Cluster
) -> None:
    await sign_up(world, 3)
    world.clock.forward(8 * DAY)
    other.execute("BEGIN")
    assert other.execute(turns.turn.positional.encode()).fetchone() == (True,)
    cluster.execute(f"SELECT pg_terminate_backend({other.info.backend_pid}, 5000)")
    await tidying(world).tidy()
    assert await world.parts.mails.page(SYSTEM) == []


async def test_a_mail_that_another_process_is_leasing_is_passed_over(world: World, other: Other) -> None:
    await sign_up(world, 3)
    postman = Postman()
    with other.transaction():
        other.execute("SELECT FROM outbox ORDER BY due_at LIMIT 2 FOR UPDATE")
        assert await world.parts.mails.deliver_due(postman) == 1
    assert await world.parts.mails.deliver_due(postman) == 2
