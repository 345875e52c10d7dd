"""The one thread that writes: it commits waiting transactions together and keeps apart what fails in each.

Whatever happens, every transaction handed in gets an outcome and the thread goes on. A body that raises is rolled
back to its savepoint and disturbs nobody. When the whole batch fails (no lock, no space, a failing disk), each of its
transactions gets that error and the connection is dropped, which rolls back; the next batch begins with a new one.
"""

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep
from typing import Any, TypeVar

from gatepost.server.store.database import Transaction
from gatepost.server.store.sqlite.connection import begin_writing, connect, is_broken, translate
from gatepost.server.store.sqlite.session import run_body

T = TypeVar("T")

MOST_TOGETHER = 64
"""How many waiting transactions share one commit at the most."""

STINT = 0.05
GAP = 0.002
"""After so many seconds of writing without a break, the lock is left to other processes for this long."""


class _Job:
    """One transaction waiting for the writer, and where its outcome goes."""

    def __init__(self, body: Callable[[Transaction], Coroutine[Any, Any, Any]]) -> None:
        self.body = body
        self.loop = asyncio.get_running_loop()
        self.future: asyncio.Future[Any] = self.loop.create_future()
        self.result: Any = None
        self.error: BaseException | None = None

    def fail(self, error: BaseException) -> None:
        """Note a failure, unless it has failed on its own before."""
        if self.error is None:
            self.error = translate(error) if isinstance(error, sqlite3.Error) else error

    def settle(self) -> None:
        """Hand the outcome to the event loop that waits for it, if it still does."""
        with suppress(RuntimeError):  # the loop was closed meanwhile: nobody waits any more
            self.loop.call_soon_threadsafe(self._deliver)

    def _deliver(self) -> None:
        if self.future.done():
            return
        if self.error is None:
            self.future.set_result(self.result)
        else:
            self.future.set_exception(self.error)


class Writer:
    """Runs transactions on a thread of its own; `busy_seconds` bounds the wait for another process's lock."""

    def __init__(self, path: Path, busy_seconds: float) -> None:
        self._path = path
        self._busy_seconds = busy_seconds
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._connection: sqlite3.Connection | None = None
        self._stint_ends = 0.0

    async def submit(self, body: Callable[[Transaction], Coroutine[Any, Any, T]]) -> T:
        """Run a transaction and give its result once it is committed."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="sqlite-write", daemon=True)
            self._thread.start()
        job = _Job(body)
        self._jobs.put(job)
        result: T = await job.future
        return result

    def close(self) -> None:
        """Finish what was submitted; nothing may be submitted any more."""
        if self._thread is not None:
            self._jobs.put(None)
            self._thread.join()

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            batch = [job, *self._waiting(MOST_TOGETHER - 1)]
            self._perform(batch)
            for done in batch:
                done.settle()
            self._take_turns()
        self._disconnect()

    def _waiting(self, most: int) -> Iterator[_Job]:
        for _ in range(most):
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                return
            if job is None:
                return self._jobs.put(None)  # it marks the end, so it stays the last one
            yield job

    def _perform(self, batch: list[_Job]) -> None:
        try:
            connection = self._begin()
        except BaseException as error:  # noqa: BLE001  it goes to whoever waits
            # Those who came while this batch waited for the lock waited with it: nobody waits twice the time.
            batch.extend(self._waiting(self._jobs.qsize()))
            return self._abandon(batch, error)
        try:
            for job in batch:
                _run(connection, job)
            connection.execute("COMMIT")
        except BaseException as error:  # noqa: BLE001  it goes to whoever waits
            self._abandon(batch, error)

    def _begin(self) -> sqlite3.Connection:
        connection = self._connection = self._connection or connect(self._path)
        begin_writing(connection, self._busy_seconds)
        return connection

    def _abandon(self, batch: list[_Job], error: BaseException) -> None:
        self._disconnect()
        for job in batch:
            job.fail(error)

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(sqlite3.Error):
                connection.close()

    def _take_turns(self) -> None:
        if not self._jobs.empty() and monotonic() >= self._stint_ends:
            sleep(GAP)
            self._stint_ends = monotonic() + STINT


def _run(connection: sqlite3.Connection, job: _Job) -> None:
    connection.execute("SAVEPOINT job")
    try:
        job.result = run_body(job.body, connection)
    except BaseException as error:
        if is_broken(connection, error):
            raise
        connection.execute("ROLLBACK TO job")
        job.fail(error)
    connection.execute("RELEASE job")
