"""Calls that nobody waits for: started at once, their results got later."""

import threading
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from asyncio import Task
    from concurrent.futures import Future, ThreadPoolExecutor

T = TypeVar("T")


class Pending(Generic[T]):
    """A call made by a thread."""

    def __init__(self, future: "Future[T]") -> None:
        self._future = future

    def get(self, timeout: float | None = None) -> T:
        """Wait for the result and give it, or raise what the call raised.

        Args:
            timeout: seconds; None waits until the call is done, which its own time-out sees to.

        Raises:
            TimeoutError: the call is still under way.
        """
        return self._future.result(timeout)

    def wait(self, timeout: float | None = None) -> None:
        """Wait until the call is done, or so many seconds."""
        from concurrent.futures import wait

        wait([self._future], timeout)

    def ready(self) -> bool:
        """Tell whether the call is done."""
        return self._future.done()

    def successful(self) -> bool:
        """Tell whether the call is done and raised nothing."""
        return self._future.done() and self._future.exception() is None


class Background:
    """Threads that make calls, started when first needed.

    Args:
        at_once: how many.
    """

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._changing = threading.Lock()
        self._threads: ThreadPoolExecutor | None = None

    def start(self, work: Callable[[], T]) -> Pending[T]:
        """Let a thread do the work."""
        from concurrent.futures import ThreadPoolExecutor

        with self._changing:
            if self._threads is None:
                self._threads = ThreadPoolExecutor(self._at_once, "gatepost-ubiops")
            return Pending(self._threads.submit(work))

    def close(self) -> None:
        """Wait for the calls that are under way and end the threads; a later call starts new ones."""
        with self._changing:
            threads, self._threads = self._threads, None
        if threads is not None:
            threads.shutdown()


class AsyncPending(Generic[T]):
    """A call made by a task."""

    def __init__(self, task: "Task[T]") -> None:
        self._task = task

    async def get(self, timeout: float | None = None) -> T:  # noqa: ASYNC109  like its blocking twin
        """Wait for the result and give it, or raise what the call raised.

        Args:
            timeout: seconds; None waits until the call is done, which its own time-out sees to.

        Raises:
            TimeoutError: the call is still under way.
        """
        from asyncio import shield, wait_for

        return await wait_for(shield(self._task), timeout)

    async def wait(self, timeout: float | None = None) -> None:  # noqa: ASYNC109  like its blocking twin
        """Wait until the call is done, or so many seconds."""
        from asyncio import wait

        await wait([self._task], timeout=timeout)

    def ready(self) -> bool:
        """Tell whether the call is done."""
        return self._task.done()

    def successful(self) -> bool:
        """Tell whether the call is done and raised nothing."""
        return self._task.done() and not self._task.cancelled() and self._task.exception() is None


class AsyncBackground:
    """Tasks that make calls.

    Args:
        at_once: how many of them go on at a time.
    """

    def __init__(self, at_once: int) -> None:
        from asyncio import Semaphore

        self._turns = Semaphore(at_once)
        self._tasks: set[Task[Any]] = set()  # a loop keeps none alive

    def start(self, work: Callable[[], Coroutine[Any, Any, T]]) -> AsyncPending[T]:
        """Let a task do the work."""
        from asyncio import create_task

        task = create_task(self._in_turn(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return AsyncPending(task)

    async def close(self) -> None:
        """Wait for the calls that are under way."""
        from asyncio import gather

        await gather(*self._tasks, return_exceptions=True)

    async def _in_turn(self, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        async with self._turns:
            return await work()
