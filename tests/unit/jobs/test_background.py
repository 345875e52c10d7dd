import asyncio
from collections.abc import Awaitable, Callable

import pytest

from gatepost.server.domain.errors import Unavailable
from gatepost.server.jobs import background
from gatepost.server.jobs.background import running
from tests.kit.logs import logged_by

pytestmark = pytest.mark.anyio

AT_ONCE, NEVER = 0.0, 3_600.0


def counting(times: int, outcome: Exception | None = None) -> tuple[Callable[[], Awaitable[None]], asyncio.Event]:
    """Give a job, and the event that it has run so many times."""
    done, runs = asyncio.Event(), 0

    async def job() -> None:
        nonlocal runs
        runs += 1
        if runs >= times:
            done.set()
        if outcome is not None:
            raise outcome

    return job, done


async def turns() -> None:
    """Let every other task go on as far as it can."""
    for _ in range(10):
        await asyncio.sleep(0)


async def test_jobs_run_at_once_and_again_at_their_pace() -> None:
    often, was_often = counting(3)
    once, was_once = counting(1)
    async with running({"often": (often, AT_ONCE), "once": (once, NEVER)}):
        await was_often.wait()
        await was_once.wait()


@pytest.mark.parametrize(
    ("error", "entry"),
    [
        (ValueError("bug"), {"event": "job failed", "log_level": "error", "exc_info": True}),
        (Unavailable("busy", retry_after=1), {"event": "job postponed", "log_level": "warning", "reason": "busy"}),
    ],
)
async def test_a_failing_job_is_logged_and_tried_again(error: Exception, entry: dict[str, object]) -> None:
    job, tried_again = counting(2, error)
    with logged_by(background) as logs:
        async with running({"mail": (job, AT_ONCE)}):
            await tried_again.wait()
    assert logs[:2] == [{"job": "mail", **entry}] * 2


async def test_the_end_waits_for_the_job_that_runs_and_starts_no_other() -> None:
    began, may_end, runs = asyncio.Event(), asyncio.Event(), 0

    async def job() -> None:
        nonlocal runs
        runs += 1
        began.set()
        await may_end.wait()

    async def use() -> None:
        async with running({"job": (job, AT_ONCE)}):
            await began.wait()

    using = asyncio.create_task(use())
    await began.wait()
    await turns()
    assert not using.done()
    may_end.set()
    await using
    assert runs == 1


async def test_an_end_that_is_cut_short_cancels_the_job_that_runs() -> None:
    began, cancelled = asyncio.Event(), asyncio.Event()

    async def job() -> None:
        began.set()
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    async def use() -> None:
        async with running({"job": (job, AT_ONCE)}):
            await began.wait()

    using = asyncio.create_task(use())
    await began.wait()
    await turns()
    using.cancel()
    with pytest.raises(asyncio.CancelledError):
        await using
    assert cancelled.is_set()


async def test_a_job_cancelled_from_outside_does_not_spoil_the_end() -> None:
    before = asyncio.all_tasks()
    job, done = counting(1)
    async with running({"job": (job, NEVER)}):
        await done.wait()
        for task in asyncio.all_tasks() - before:
            task.cancel()
