"""What comes between a statement and its answer: callers that give up, and migrations by another process."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from gatepost.server.store.database import Transaction
from gatepost.server.store.postgres.database import PostgresDatabase
from gatepost.server.store.postgres.options import PostgresOptions
from tests.contract.neighbour import change, increment, insert, value_of
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


async def add_both(tx: Transaction, number: int) -> None:
    await tx.run(insert, name=f"a{number}", value=1)
    await tx.run(insert, name=f"b{number}", value=1)


async def test_a_caller_that_gives_up_anywhere_leaves_all_or_nothing_and_a_clean_connection(
    narrow: PostgresDatabase,
) -> None:
    ended = []
    for number in range(40):
        task = asyncio.create_task(narrow.transaction(lambda tx, number=number: add_both(tx, number)))  # type: ignore[misc]  # of a default
        for _ in range(number):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait({task})
        ended.append(task.cancelled())
        stored = [await narrow.one(value_of, name=f"{half}{number}") for half in "ab"]
        assert stored in ([None, None], [1, 1])
        assert await narrow.transaction(lambda tx, number=number: tx.run(insert, name=f"c{number}", value=1)) == 1  # type: ignore[misc]  # as above
    assert ended[0]


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
