"""What the PostgreSQL driver does when a transaction cannot be committed as it was begun."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from itertools import count
from typing import Any

import pytest
from psycopg import Error

from gatepost.server.domain.errors import Invalid, NotFound, Unavailable
from gatepost.server.store import accounts
from gatepost.server.store.database import Duplicate, Transaction
from gatepost.server.store.postgres.database import ATTEMPTS, PostgresDatabase
from gatepost.server.store.postgres.options import PostgresOptions
from gatepost.server.store.statement import Query, Statement
from tests.contract.neighbour import change, increment, insert, value_of
from tests.kit.postgres import Cluster

pytestmark = pytest.mark.anyio

DEATH_AT_COMMIT = """
CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER die AFTER INSERT ON revisions
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION die()
"""

own_process = Query("test.own_process", "SELECT pg_backend_pid()", row=lambda row: int(row[0]))
isolation = Query("test.isolation", "SELECT current_setting('transaction_isolation')", row=lambda row: str(row[0]))
total = Query(
    "test.total", "SELECT coalesce(sum(value), 0) FROM revisions WHERE name LIKE 'n%'", row=lambda row: row[0]
)
increase = Statement("test.increase", "UPDATE revisions SET value = value + 1 WHERE name = :name")
wrong = Statement("test.wrong", "UPDATE revisions SET value = 1 / 0")

_numbers = count()


@pytest.fixture
def url(cluster: Cluster) -> Iterator[str]:
    name = f"transactions{next(_numbers)}"
    yield cluster.create(name, "empty")
    cluster.drop(name)


@pytest.fixture
async def database(url: str) -> AsyncIterator[PostgresDatabase]:
    opened = PostgresDatabase(PostgresOptions(url, connections=4))
    await opened.open()
    yield opened
    await opened.close()


def counted(
    body: Callable[[Transaction], Coroutine[Any, Any, Any]],
) -> tuple[list[None], Callable[[Transaction], Coroutine[Any, Any, Any]]]:
    """Make a body that notes each time it is run."""
    runs: list[None] = []

    async def noting(tx: Transaction) -> Any:
        runs.append(None)
        return await body(tx)

    return runs, noting


async def test_transactions_are_serializable_and_reads_of_several_rows_one_snapshot(database: PostgresDatabase) -> None:
    assert await database.transaction(lambda tx: tx.one(isolation)) == "serializable"
    assert await database.read(lambda reader: reader.one(isolation)) == "repeatable read"


async def test_what_decides_nothing_by_what_it_reads_is_not_run_again(database: PostgresDatabase) -> None:
    async def outrun(tx: Transaction) -> str | None:
        await tx.one(value_of, name="n")
        await database.transaction(lambda other: increment(other, "n"))
        await tx.run(increase, name="n")
        return await tx.one(isolation)

    await database.transaction(lambda tx: tx.run(insert, name="n", value=1))
    runs, body = counted(outrun)
    assert await database.transaction(body, serializable=False) == "read committed"
    assert len(runs) == 1
    assert await database.one(value_of, name="n") == 3


async def test_two_that_look_at_what_the_other_writes_do_not_both_believe_it(database: PostgresDatabase) -> None:
    # Each adds one only while there are fewer than two: alone the second sees two, together both would see one.
    await database.transaction(lambda tx: tx.run(insert, name="n0", value=1))
    together = asyncio.Barrier(2)

    async def add(tx: Transaction, name: str) -> None:
        if await tx.one(total) == 2:
            raise NotFound("There is no place left.")
        if len(first) < 2:
            first.append(name)
            await together.wait()
        await tx.run(insert, name=name, value=1)

    first: list[str] = []
    outcomes = await asyncio.gather(
        *(database.transaction(lambda tx, name=name: add(tx, name)) for name in ("n1", "n2")),  # type: ignore[misc]  # of a default
        return_exceptions=True,
    )
    assert [type(outcome) for outcome in outcomes if outcome is not None] == [NotFound]
    assert await database.one(total) == 2


async def test_what_others_keep_changing_is_busy_in_the_end(database: PostgresDatabase) -> None:
    await database.transaction(lambda tx: tx.run(insert, name="n", value=1))

    async def outrun(tx: Transaction) -> None:
        await tx.one(value_of, name="n")
        await database.transaction(lambda other: increment(other, "n"))
        await tx.run(change, name="n", value=0)

    runs, body = counted(outrun)
    with pytest.raises(Unavailable, match="busy"):
        await database.transaction(body)
    assert len(runs) == ATTEMPTS
    assert await database.one(value_of, name="n") == 1 + ATTEMPTS


async def test_a_taken_key_is_looked_at_once_more(database: PostgresDatabase) -> None:
    async def take(tx: Transaction) -> str:
        if await tx.one(value_of, name="n") is not None:
            return "there already"
        await database.transaction(lambda other: other.run(insert, name="n", value=1))
        await tx.run(insert, name="n", value=2)
        return "made"

    assert await database.transaction(take) == "there already"


async def test_a_key_that_stays_taken_is_a_duplicate(database: PostgresDatabase) -> None:
    await database.transaction(lambda tx: tx.run(insert, name="n", value=1))
    runs, body = counted(lambda tx: tx.run(insert, name="n", value=2))
    with pytest.raises(Duplicate):
        await database.transaction(body)
    assert len(runs) == 2


async def test_a_body_that_goes_on_after_a_failure_is_refused_and_changes_nothing(database: PostgresDatabase) -> None:
    async def careless(tx: Transaction) -> None:
        await tx.run(insert, name="n", value=1)
        try:
            await tx.run(insert, name="n", value=1)
        except Duplicate:
            return

    with pytest.raises(RuntimeError, match="may not go on"):
        await database.transaction(careless)
    assert await database.one(value_of, name="n") is None


async def test_a_mistake_in_a_statement_stays_what_it_is(database: PostgresDatabase) -> None:
    with pytest.raises(Error, match="division by zero"):
        await database.transaction(lambda tx: tx.run(wrong))
    assert await database.one(own_process) is not None


async def test_a_connection_lost_on_the_way_is_replaced_and_the_transaction_run_again(
    database: PostgresDatabase, cluster: Cluster
) -> None:
    async def killed(tx: Transaction) -> str:
        await tx.run(insert, name="n", value=1)
        if len(runs) == 1:
            cluster.execute(f"SELECT pg_terminate_backend({await tx.one(own_process)}, 5000)")
        await tx.run(change, name="n", value=2)
        return "done"

    runs, body = counted(killed)
    assert await database.transaction(body) == "done"
    assert len(runs) == 2
    assert await database.one(value_of, name="n") == 2


async def test_every_connection_lost_at_rest_costs_nobody_an_error(
    database: PostgresDatabase, cluster: Cluster
) -> None:
    await asyncio.gather(*(database.transaction(lambda tx: tx.one(own_process)) for _ in range(20)))
    cluster.execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'gatepost'")
    assert all(await asyncio.gather(*(database.one(own_process) for _ in range(20))))
    assert await database.transaction(lambda tx: tx.run(insert, name="n", value=1)) == 1


async def test_a_commit_that_may_have_happened_is_neither_repeated_nor_called_done(
    database: PostgresDatabase, cluster: Cluster, url: str
) -> None:
    cluster.execute(DEATH_AT_COMMIT, url.rpartition("/")[2])
    runs, body = counted(lambda tx: tx.run(insert, name="n", value=1))
    with pytest.raises(Unavailable, match="unknown"):
        await database.transaction(body)
    assert len(runs) == 1
    assert await database.one(own_process) is not None


async def test_a_revocation_in_doubt_empties_the_cache(database: PostgresDatabase, cluster: Cluster, url: str) -> None:
    cluster.execute(DEATH_AT_COMMIT, url.rpartition("/")[2])

    async def revoke(tx: Transaction) -> None:
        await tx.run(accounts.touch_revision)
        await tx.run(insert, name="n", value=1)

    while (before := database.credential_revision()) is None:
        await database.one(own_process)
    with pytest.raises(Unavailable):
        await database.transaction(revoke)
    assert database.credential_revision() != before


async def test_what_no_text_can_hold_is_found_nowhere_and_stored_nowhere(database: PostgresDatabase) -> None:
    assert await database.one(value_of, name="a\0b") is None
    assert await database.all(value_of, name="a\0b") == []
    with pytest.raises(Invalid):
        await database.transaction(lambda tx: tx.run(insert, name="a\0b", value=1))
