"""Reads by key that share a connection: everybody gets his own answer, or is told that there is none."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import anyio
import pytest

from gatepost.server.store.database import Database
from gatepost.server.store.opening import open_database
from gatepost.server.store.postgres.options import PostgresOptions
from gatepost.server.store.postgres.point_reads import Elsewhere, PointReads
from gatepost.server.store.statement import Query
from tests.kit.postgres import Cluster

pytestmark = pytest.mark.anyio


def asking(name: str, sql: str) -> Query[Any]:
    return Query(name, sql, row=tuple)


echo = asking("test.echo", "SELECT CAST(:text AS TEXT)")
length = asking("test.length", "SELECT CAST(:number AS BIGINT), length(CAST(:text AS TEXT))")
kinds = asking(
    "test.kinds",
    "SELECT CAST(:text AS TEXT), CAST(:number AS BIGINT), CAST(:flag AS BOOLEAN), CAST(:data AS BYTEA)",
)
nothing = asking("test.nothing", "SELECT value FROM revisions WHERE name = :name")
wrong = asking("test.wrong", "SELECT 1 / CAST(:number AS BIGINT)")
waiting = asking("test.waiting", "SELECT 1 FROM pg_sleep(0.05)")


@pytest.fixture
def options(cluster: Cluster) -> Iterator[PostgresOptions]:
    """Make an empty database of its own."""
    yield PostgresOptions(cluster.create("point_reads", "empty"))
    cluster.drop("point_reads")


@pytest.fixture
async def reads(options: PostgresOptions) -> AsyncIterator[PointReads]:
    """Open one connection."""
    opened = PointReads(options, 1)
    await answer(opened, echo, text="")
    yield opened
    await opened.close()


@pytest.fixture
async def database(options: PostgresOptions) -> AsyncIterator[Database]:
    """Open the whole driver."""
    opened = await open_database(options)
    yield opened
    await opened.close()


async def answer(reads: PointReads, query: Query[Any], **parameters: object) -> Any:
    """Ask until there is a connection."""
    with anyio.fail_after(10):
        while True:
            try:
                return await reads.one(query, parameters)
            except Elsewhere:
                await asyncio.sleep(0)


async def outcome(reads: PointReads, query: Query[Any], **parameters: object) -> Any:
    try:
        return await reads.one(query, parameters)
    except Elsewhere:
        return Elsewhere


async def test_everybody_gets_his_own_answer(reads: PointReads) -> None:
    answers = await asyncio.gather(
        *(reads.one(echo, {"text": f"{n}"}) if n % 3 else reads.one(nothing, {"name": f"{n}"}) for n in range(300))
    )
    assert answers == [(f"{n}",) if n % 3 else None for n in range(300)]


async def test_a_caller_that_gave_up_shifts_nobodys_answer(reads: PointReads) -> None:
    tasks = [asyncio.create_task(reads.one(echo, {"text": f"{n}"})) for n in range(100)]
    await asyncio.sleep(0)
    for task in tasks[::2]:
        task.cancel()
    await asyncio.wait(tasks)
    assert [task.cancelled() for task in tasks] == [True, False] * 50
    assert [task.result() for task in tasks[1::2]] == [(f"{n}",) for n in range(1, 100, 2)]
    assert await reads.one(echo, {"text": "after"}) == ("after",)


async def test_questions_larger_than_what_the_socket_takes_arrive_whole(reads: PointReads) -> None:
    text = "x" * 1_000_000
    answers = await asyncio.gather(*(reads.one(length, {"number": n, "text": text}) for n in range(40)))
    assert answers == [(n, len(text)) for n in range(40)]


@pytest.mark.parametrize("text", ["", "é ☃ 𝄞", "'; --", "\\", "$1"])
@pytest.mark.parametrize("number", [0, -(2**63), 2**63 - 1])
async def test_values_come_back_as_they_were(reads: PointReads, text: str, number: int) -> None:
    values = {"text": text, "number": number, "flag": number > 0, "data": b"\x00\xff"}
    assert await reads.one(kinds, values) == tuple(values.values())
    assert await reads.one(kinds, dict.fromkeys(values)) == (None, None, None, None)


async def test_text_that_cannot_be_stored_is_not_asked_for_cut_off(reads: PointReads, database: Database) -> None:
    assert await outcome(reads, echo, text="a\0b") is Elsewhere
    assert await database.one(nothing, name="credentials\0") is None
    assert await reads.one(echo, {"text": "after"}) == ("after",)


async def test_an_error_leaves_nobody_without_an_answer(reads: PointReads, database: Database) -> None:
    outcomes = await asyncio.gather(*(outcome(reads, wrong if n == 5 else waiting, number=0) for n in range(10)))
    assert outcomes == [(1,)] * 5 + [Elsewhere] * 5
    assert await answer(reads, echo, text="again") == ("again",)
    both = await asyncio.gather(database.one(wrong, number=0), database.one(waiting), return_exceptions=True)
    assert [type(each).__name__ for each in both] == ["DivisionByZero", "tuple"]


async def test_reads_survive_the_end_of_their_connections(database: Database, cluster: Cluster) -> None:
    kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'point_reads'"
    over = asyncio.Event()

    async def keep_reading() -> int:
        count = 0
        while not over.is_set():
            assert await database.one(echo, text=f"{count}") == (f"{count}",)
            count += 1
        return count

    readers = [asyncio.create_task(keep_reading()) for _ in range(8)]
    for _ in range(5):
        await asyncio.to_thread(cluster.execute, kill)
    over.set()
    assert all(count > 0 for count in await asyncio.gather(*readers))


async def test_no_more_connections_are_opened_than_allowed(options: PostgresOptions, cluster: Cluster) -> None:
    few = PostgresOptions(options.url, connections=3)
    count = "SELECT count(*) FROM pg_stat_activity WHERE datname = 'point_reads'"
    database = await open_database(few)
    for _ in range(3):
        await asyncio.gather(*(database.one(waiting) for _ in range(20)), *(database.all(waiting) for _ in range(20)))
    [(opened,)] = await asyncio.to_thread(cluster.execute, count)
    await database.close()
    assert opened == few.connections + 1  # one listens


async def test_who_waits_when_it_is_closed_is_sent_elsewhere(reads: PointReads) -> None:
    waits = asyncio.create_task(outcome(reads, waiting))
    await asyncio.sleep(0)
    await reads.close()
    assert await waits is Elsewhere
    assert await outcome(reads, echo, text="") is Elsewhere
