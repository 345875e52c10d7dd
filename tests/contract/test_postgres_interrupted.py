"""What comes between a statement and its answer: callers that give up, and migrations by another process."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import anyio
import pytest

from gatepost.server.store.database import Transaction
from gatepost.server.store.postgres.database import PostgresDatabase
from gatepost.server.store.postgres.options import PostgresOptions
from tests.contract.neighbour import change, increment, insert, value_of
from tests.contract.test_postgres_transactions import own_process
from tests.kit.postgres import Cluster

pytestmark = pytest.mark.anyio

NAME = "interrupted"


@pytest.fixture
def url(cluster: Cluster) -> Iterator[str]:
    yield cluster.create(NAME, "empty")
    cluster.drop(NAME)


@pytest.fixture
async def database(url: str) -> AsyncIterator[PostgresDatabase]:
    opened = PostgresDatabase(PostgresOptions(url, connections=8))
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
async def narrow(url: str) -> AsyncIterator[PostgresDatabase]:
    """Open a database of one connection: whatever state it is left in, the next one gets it."""
    opened = PostgresDatabase(PostgresOptions(url, connections=1))
    await opened.open()
    yield opened
    await opened.close()


@pytest.mark.parametrize("given_up_at", [0, 1, 2])
async def test_a_caller_that_gives_up_leaves_all_or_nothing_and_a_clean_connection(
    narrow: PostgresDatabase, given_up_at: int
) -> None:
    def give_up() -> None:
        """Be cancelled at the next wait for an answer, which is when the question has been sent."""
        task.cancel()

    async def body(tx: Transaction) -> None:
        for number in range(2):
            if number == given_up_at:
                give_up()
            await tx.run(insert, name=f"n{number}", value=1)
        if given_up_at == 2:
            give_up()  # at the commit

    served_by = await narrow.one(own_process)
    task = asyncio.create_task(narrow.transaction(body))
    await asyncio.wait({task})
    assert task.cancelled()
    stored = [await narrow.one(value_of, name=f"n{number}") for number in range(2)]
    assert stored == [None, None] or (given_up_at == 2 and stored == [1, 1])
    assert await narrow.transaction(lambda tx: tx.run(insert, name="after", value=1)) == 1
    assert await narrow.one(own_process) == served_by


@pytest.mark.parametrize("goes_on", [True, False])
async def test_who_hangs_in_a_transaction_keeps_no_lock_and_begins_again(
    url: str, cluster: Cluster, goes_on: bool
) -> None:
    async def hanging(tx: Transaction) -> None:
        runs.append(await tx.one(own_process))
        await tx.run(insert, name="n", value=1)
        if len(runs) == 1:
            await until_gone(cluster, runs[0])
        if goes_on:
            await tx.run(change, name="n", value=2)

    runs: list[int | None] = []
    database = PostgresDatabase(PostgresOptions(url, statement_seconds=0.2))
    await database.open()
    with anyio.fail_after(20):
        await database.transaction(hanging)
    assert len(runs) == 2
    assert await database.one(value_of, name="n") == (2 if goes_on else 1)
    await database.close()


async def until_gone(cluster: Cluster, process: int | None) -> None:
    looked = f"SELECT pid FROM pg_stat_activity WHERE pid = {process}"  # noqa: S608  a number
    while await asyncio.to_thread(cluster.execute, looked):
        continue


async def use_everything(database: PostgresDatabase) -> set[Any]:
    """Ask the same on every connection, each way there is, and give the answers."""
    ways = (
        lambda: database.one(value_of, name="n"),
        lambda: database.all(value_of, name="n"),
        lambda: database.read(lambda reader: reader.one(value_of, name="n")),
        lambda: database.transaction(lambda tx: tx.one(value_of, name="n")),
    )
    answers = await asyncio.gather(*(way() for way in ways for _ in range(12)))
    return {answer[0] if isinstance(answer, list) else answer for answer in answers}


async def test_a_migration_by_another_process_disturbs_nobody(database: PostgresDatabase, cluster: Cluster) -> None:
    await database.transaction(lambda tx: tx.run(insert, name="n", value=7))
    for _ in range(3):
        assert await use_everything(database) == {7}
    cluster.execute("ALTER TABLE revisions ALTER COLUMN value TYPE numeric", NAME)
    assert await use_everything(database) == {7}
    await database.transaction(lambda tx: increment(tx, "n"))
    cluster.execute("ALTER TABLE revisions ALTER COLUMN value TYPE bigint", NAME)
    await database.transaction(lambda tx: tx.run(change, name="n", value=9))
    assert await use_everything(database) == {9}
