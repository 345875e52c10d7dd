"""What every driver of the database port promises."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import anyio
import pytest

from gatepost.server.domain.errors import Conflict, NotFound, Unavailable
from gatepost.server.store import accounts
from gatepost.server.store.database import Database, Duplicate, Reader, Transaction
from gatepost.server.store.statement import Query, Statement
from tests.contract.neighbour import Neighbour, change, increment, insert, value_of

pytestmark = pytest.mark.anyio

Body = Callable[[Transaction], Coroutine[Any, Any, Any]]

names = Query("test.names", "SELECT name FROM revisions WHERE value > 0 ORDER BY name", row=lambda row: str(row[0]))
forget_one = Statement("test.forget_one", "DELETE FROM revisions WHERE name = :name")
forget = Statement("test.forget", "DELETE FROM revisions WHERE value > 0")


def adding(name: str, value: int = 1) -> Body:
    async def body(tx: Transaction) -> str:
        await tx.run(insert, name=name, value=value)
        return name

    return body


def adding_then_raising(name: str, error: BaseException) -> Body:
    async def body(tx: Transaction) -> None:
        await tx.run(insert, name=name, value=1)
        raise error

    return body


async def test_one_gives_the_first_row_or_none(database: Database) -> None:
    for name in ("b", "a"):
        await database.transaction(adding(name))
    assert await database.one(names) == "a"
    assert await database.one(value_of, name="nobody") is None


async def test_all_gives_every_row_in_order(database: Database) -> None:
    assert await database.all(names) == []
    for name in ("b", "c", "a"):
        await database.transaction(adding(name))
    assert await database.all(names) == ["a", "b", "c"]


async def test_a_transaction_gives_its_result_and_is_seen_by_every_read_after_it(database: Database) -> None:
    assert await database.transaction(adding("a", 7)) == "a"
    assert await database.one(value_of, name="a") == 7
    assert await database.all(names) == ["a"]
    assert await database.read(lambda reader: reader.one(value_of, name="a")) == 7


async def test_a_transaction_reads_what_it_wrote(database: Database) -> None:
    async def body(tx: Transaction) -> int | None:
        await tx.run(insert, name="a", value=7)
        return await tx.one(value_of, name="a")

    assert await database.transaction(body) == 7


async def test_a_transaction_that_is_not_serializable_is_whole_all_the_same(database: Database) -> None:
    assert await database.transaction(adding("a", 7), serializable=False) == "a"
    with pytest.raises(NotFound):
        await database.transaction(adding_then_raising("b", NotFound("b")), serializable=False)
    assert await database.all(names) == ["a"]


async def test_run_counts_the_rows_it_changed(database: Database) -> None:
    async def body(tx: Transaction) -> list[int]:
        added = await tx.run(insert, name="a", value=1) + await tx.run(insert, name="b", value=1)
        return [added, await tx.run(forget), await tx.run(forget)]

    assert await database.transaction(body) == [2, 2, 0]


async def test_a_name_that_no_text_can_have_is_not_there(database: Database) -> None:
    async def body(tx: Transaction) -> list[object]:
        await tx.run(insert, name="a", value=1)
        looked = [await tx.one(value_of, name="a\x00"), await tx.run(forget_one, name="a\x00")]
        return [*looked, await tx.run(forget_one, name="a")]

    assert await database.transaction(body) == [None, 0, 1]


@pytest.mark.parametrize("count", [0, 1, 1_000])
async def test_run_many_runs_once_for_each_row(database: Database, count: int) -> None:
    rows = ({"name": f"{number:04}", "value": 1} for number in range(count))
    await database.transaction(lambda tx: tx.run_many(insert, rows))
    assert len(await database.all(names)) == count


@pytest.mark.parametrize("error", [ValueError("bug"), NotFound("domain"), asyncio.CancelledError(), SystemExit(1)])
async def test_any_exception_rolls_back_and_reaches_the_caller(database: Database, error: BaseException) -> None:
    with pytest.raises(type(error)):
        await database.transaction(adding_then_raising("a", error))
    assert await database.all(names) == []
    assert await database.transaction(adding("a")) == "a"


async def test_a_stray_stop_iteration_reaches_the_caller_as_an_error(database: Database) -> None:
    def body(tx: Transaction) -> Any:
        return next(iter([]))

    with pytest.raises(RuntimeError):
        await database.transaction(body)
    with pytest.raises(RuntimeError):
        await database.read(body)  # type: ignore[arg-type]  # the same wrong body serves both


async def test_a_taken_key_is_a_duplicate_and_rolls_back(database: Database) -> None:
    async def body(tx: Transaction) -> None:
        await tx.run(insert, name="b", value=1)
        await tx.run(insert, name="a", value=2)

    await database.transaction(adding("a"))
    with pytest.raises(Duplicate) as caught:
        await database.transaction(body)
    assert isinstance(caught.value, Conflict)
    assert await database.all(names) == ["a"]


async def test_a_taken_key_among_many_rows_rolls_all_of_them_back(database: Database) -> None:
    rows = [{"name": name, "value": 1} for name in ("a", "b", "a")]
    with pytest.raises(Duplicate):
        await database.transaction(lambda tx: tx.run_many(insert, rows))
    assert await database.all(names) == []


async def test_a_failing_transaction_leaves_those_beside_it_alone(database: Database) -> None:
    def body(number: int) -> Body:
        name = f"{number:03}"
        return adding_then_raising(name, NotFound(name)) if number % 3 == 0 else adding(name)

    outcomes = await asyncio.gather(*(database.transaction(body(n)) for n in range(100)), return_exceptions=True)
    assert [str(outcome) for outcome in outcomes] == [f"{n:03}" for n in range(100)]
    assert [n for n in range(100) if isinstance(outcomes[n], NotFound)] == list(range(0, 100, 3))
    assert await database.all(names) == [f"{n:03}" for n in range(100) if n % 3]


async def test_concurrent_transactions_lose_no_update(database: Database) -> None:
    await database.transaction(adding("n", 0))
    seen = await asyncio.gather(*(database.transaction(lambda tx: increment(tx, "n")) for _ in range(200)))
    assert sorted(seen) == list(range(1, 201))


async def test_processes_lose_no_update_of_each_other(database: Database, neighbour: Neighbour) -> None:
    await database.transaction(adding("n", 0))
    neighbour.tell("increment n 100")
    for _ in range(100):
        await database.transaction(lambda tx: increment(tx, "n"))
    assert neighbour.hear() == "done"
    assert await database.one(value_of, name="n") == 200


async def test_a_cancelled_caller_disturbs_nobody(database: Database) -> None:
    tasks = [asyncio.create_task(database.transaction(adding(f"{number:02}"))) for number in range(50)]
    await asyncio.sleep(0)
    for task in tasks[::2]:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert [task.cancelled() for task in tasks] == [True, False] * 25
    assert await database.transaction(adding("after")) == "after"
    assert {task.result() for task in tasks[1::2]} <= set(await database.all(names))


async def test_what_is_not_committed_is_not_seen(database: Database, neighbour: Neighbour) -> None:
    await database.transaction(adding("n", 1))
    assert neighbour.ask("hold n") == "holding"
    assert await database.one(value_of, name="n") == 1
    assert await database.read(lambda reader: reader.one(value_of, name="n")) == 1
    assert neighbour.ask("release") == "released"
    assert await database.one(value_of, name="n") == 2


async def test_reads_of_one_body_see_one_state(database: Database, neighbour: Neighbour) -> None:
    async def body(reader: Reader) -> list[int | None]:
        before = await reader.one(value_of, name="n")
        neighbour.ask("increment n")
        return [before, await reader.one(value_of, name="n")]

    await database.transaction(adding("n", 1))
    assert await database.read(body) == [1, 1]
    assert await database.one(value_of, name="n") == 2


async def known_revision(database: Database) -> int:
    """Wait until the revision is known; on PostgreSQL whoever asks first makes it so."""
    while (revision := database.credential_revision()) is None:
        await database.one(names)
    return revision


async def moved_revision(database: Database, revision: int) -> int:
    """Wait until the revision is another one."""
    while (now := await known_revision(database)) == revision:
        await database.one(names)
    return now


async def test_the_credential_revision_moves_at_once_with_a_change_of_this_process(database: Database) -> None:
    revision = await known_revision(database)
    for _ in range(20):
        await database.transaction(lambda tx: tx.run(accounts.touch_revision))
        assert database.credential_revision() != revision
        revision = await known_revision(database)


async def test_the_credential_revision_moves_with_every_process_that_ends_a_credential(
    database: Database, neighbour: Neighbour
) -> None:
    revision = await known_revision(database)
    for _ in range(20):
        assert neighbour.ask("revoke") == "done"
        revision = await moved_revision(database, revision)


async def test_the_credential_revision_stands_still_for_other_changes(database: Database, neighbour: Neighbour) -> None:
    revision = await known_revision(database)
    await database.transaction(adding("n", 1))
    assert neighbour.ask("increment n") == "done"
    assert neighbour.ask("revoke") == "done"
    assert await moved_revision(database, revision) == revision + 1


async def test_the_event_loop_turns_while_a_transaction_waits_for_another_process(
    database: Database, neighbour: Neighbour
) -> None:
    await database.transaction(adding("n", 0))
    assert neighbour.ask("hold n") == "holding"
    waiting = asyncio.create_task(database.transaction(lambda tx: increment(tx, "n")))
    for _ in range(1_000):
        await asyncio.sleep(0)
        assert await database.one(value_of, name="n") == 0
    assert not waiting.done()
    assert neighbour.ask("release") == "released"
    assert await waiting == 2


async def test_a_busy_process_leaves_others_their_turns(database: Database, neighbour: Neighbour) -> None:
    over = asyncio.Event()

    async def slowly(tx: Transaction) -> None:
        await tx.run(change, name="m", value=1)
        time.sleep(0.002)  # noqa: ASYNC251  as a slow disk would

    async def keep_writing() -> None:
        while not over.is_set():
            await database.transaction(slowly)

    await database.transaction(adding("n", 0))
    async with asyncio.TaskGroup() as group:
        for _ in range(8):
            group.create_task(keep_writing())
        answer = await asyncio.to_thread(neighbour.ask, "increment n 30")
        over.set()
    assert answer == "done"


async def test_closing_finishes_what_was_handed_in(database: Database) -> None:
    tasks = [asyncio.create_task(database.transaction(adding(f"{number:03}"))) for number in range(200)]
    await asyncio.sleep(0)
    with anyio.fail_after(60):  # a queue that lost its end would never be through
        await database.close()
    assert [await task for task in tasks] == [f"{number:03}" for number in range(200)]


async def test_a_closed_database_refuses_and_may_be_closed_again(database: Database) -> None:
    await database.transaction(adding("a"))
    await asyncio.gather(database.close(), database.close())
    await database.close()
    uses: list[Callable[[], Awaitable[object]]] = [
        lambda: database.one(names),
        lambda: database.all(names),
        lambda: database.read(lambda reader: reader.one(names)),
        lambda: database.transaction(adding("b")),
    ]
    for use in uses:
        with pytest.raises(Unavailable):
            await use()
    assert database.credential_revision() is None
