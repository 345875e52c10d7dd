"""The writer thread survives every fault: each transaction gets an outcome, and the next one is served."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable, Generator
from pathlib import Path

import pytest

from gatepost.server.domain.errors import NotFound, Unavailable
from gatepost.server.store.database import Transaction
from gatepost.server.store.sqlite import SqliteDatabase, connection, writer
from tests.contract.test_database import adding, adding_then_raising, names

pytestmark = pytest.mark.anyio


@pytest.fixture
def place(file: Path) -> Path:
    return file


class Faults:
    """Makes the writer's statements fail: `next` maps a statement to the errors it raises, one each time."""

    def __init__(self) -> None:
        self.next: dict[str, list[BaseException]] = {}
        self.connections = 0
        self.asked = 0

    def connect(self, path: Path) -> sqlite3.Connection:
        self.meet("connect")
        self.connections += 1
        faults = self

        class Faulty(sqlite3.Connection):
            def execute(self, sql: str, parameters: object = (), /) -> sqlite3.Cursor:
                faults.asked += sql == "BEGIN IMMEDIATE"
                faults.meet(sql)
                return super().execute(sql, parameters)  # type: ignore[arg-type]  # passed on as it came

        return sqlite3.connect(path, isolation_level=None, check_same_thread=False, factory=Faulty)

    def meet(self, statement: str) -> None:
        if self.next.get(statement):
            raise self.next[statement].pop()


def failing(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("injected")
    error.sqlite_errorcode = code
    return error


@pytest.fixture
def faults(monkeypatch: pytest.MonkeyPatch) -> Faults:
    injected = Faults()
    monkeypatch.setattr(writer, "connect", injected.connect)
    return injected


@pytest.fixture
async def database(place: Path, faults: Faults) -> AsyncIterator[SqliteDatabase]:
    opened = SqliteDatabase(place, busy_seconds=0.05)
    yield opened
    await opened.close()


ERRORS: dict[str, Callable[[], BaseException]] = {
    "disk": lambda: failing(sqlite3.SQLITE_IOERR_WRITE),
    "full": lambda: failing(sqlite3.SQLITE_FULL),
    "unknown": lambda: failing(sqlite3.SQLITE_INTERNAL),
    "bug": lambda: RuntimeError("injected"),
    "memory": MemoryError,
    "cancelled": asyncio.CancelledError,
}


@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("statement", ["connect", "BEGIN IMMEDIATE", "SAVEPOINT job", "RELEASE job", "COMMIT"])
async def test_a_fault_around_the_bodies_fails_the_batch_and_nothing_after_it(
    database: SqliteDatabase, faults: Faults, statement: str, error: str
) -> None:
    faults.next[statement] = [ERRORS[error]()]
    writes = [database.transaction(adding(name)) for name in "abc"]
    outcomes = await asyncio.gather(*writes, return_exceptions=True)
    failed = [name for name, outcome in zip("abc", outcomes, strict=True) if isinstance(outcome, BaseException)]
    assert failed
    assert await database.transaction(adding("d")) == "d"
    assert await database.all(names) == sorted({*"abcd"} - {*failed})


async def test_a_failing_rollback_fails_the_batch_and_nothing_after_it(
    database: SqliteDatabase, faults: Faults
) -> None:
    faults.next["ROLLBACK TO job"] = [failing(sqlite3.SQLITE_IOERR)]
    with pytest.raises(Unavailable):
        await database.transaction(adding_then_raising("a", NotFound("domain")))
    assert await database.transaction(adding("b")) == "b"
    assert await database.all(names) == ["b"]


async def test_a_transaction_that_failed_on_its_own_keeps_its_error_when_the_batch_fails(
    database: SqliteDatabase, faults: Faults
) -> None:
    faults.next["COMMIT"] = [failing(sqlite3.SQLITE_IOERR)] * 2
    bodies = [adding_then_raising("a", NotFound("domain")), adding("b")]
    outcomes = await asyncio.gather(*map(database.transaction, bodies), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [NotFound, Unavailable]


async def test_a_connection_is_dropped_after_it_failed_and_kept_otherwise(
    database: SqliteDatabase, faults: Faults
) -> None:
    await database.transaction(adding("a"))
    with pytest.raises(NotFound):
        await database.transaction(adding_then_raising("b", NotFound("domain")))
    assert faults.connections == 1
    faults.next["COMMIT"] = [failing(sqlite3.SQLITE_IOERR)]
    with pytest.raises(Unavailable):
        await database.transaction(adding("b"))
    await database.transaction(adding("c"))
    assert faults.connections == 2


async def test_whoever_waits_for_a_lock_in_vain_waits_for_it_once(database: SqliteDatabase, faults: Faults) -> None:
    faults.next["BEGIN IMMEDIATE"] = [failing(sqlite3.SQLITE_BUSY) for _ in range(10_000)]
    writes = [database.transaction(adding(f"{number:03}")) for number in range(3 * writer.MOST_TOGETHER)]
    outcomes = await asyncio.gather(*writes, return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} == {Unavailable}
    assert faults.connections <= 2  # the first transaction may have been alone


async def test_the_lock_is_left_to_others_while_more_waits_to_be_written(
    database: SqliteDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(writer, "sleep", pauses.append)
    await database.transaction(adding("alone"))
    assert pauses == []
    writes = [database.transaction(adding(f"{number:03}")) for number in range(3 * writer.MOST_TOGETHER)]
    await asyncio.gather(*writes)
    assert pauses
    assert set(pauses) == {writer.GAP}


async def test_the_lock_is_asked_for_until_it_is_free(
    database: SqliteDatabase, faults: Faults, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(connection, "sleep", pauses.append)
    monkeypatch.setattr(connection, "monotonic", lambda: 0.0)
    faults.next["BEGIN IMMEDIATE"] = [failing(sqlite3.SQLITE_BUSY) for _ in range(100)]
    assert await database.transaction(adding("a")) == "a"
    assert pauses == [connection.ASK_AGAIN] * 100
    assert faults.asked == 101


async def test_a_body_that_waits_for_something_else_is_refused_and_cleaned_up(database: SqliteDatabase) -> None:
    cleaned_up = threading.Event()

    async def body(tx: Transaction) -> None:
        try:
            await adding("a")(tx)
            await Elsewhere()
        finally:
            cleaned_up.set()

    with pytest.raises(RuntimeError, match="await nothing but its transaction"):
        await database.transaction(body)
    assert cleaned_up.is_set()
    assert await database.all(names) == []


class Elsewhere:
    """Something that is not there yet."""

    def __await__(self) -> Generator[None, None, None]:
        yield


def test_an_event_loop_that_ends_early_takes_nothing_with_it(place: Path) -> None:
    started, proceed = threading.Event(), threading.Event()

    async def slow(tx: Transaction) -> None:
        await adding("slow")(tx)
        started.set()
        proceed.wait()

    async def abandon(database: SqliteDatabase) -> None:
        task = asyncio.create_task(database.transaction(slow))
        await asyncio.to_thread(started.wait)
        task.cancel()

    async def use(database: SqliteDatabase) -> list[str]:
        await database.transaction(adding("next"))
        found = await database.all(names)
        await database.close()
        return found

    database = SqliteDatabase(place)
    asyncio.run(abandon(database))
    proceed.set()
    assert asyncio.run(use(database)) == ["next", "slow"]
