"""Repeats each job at its pace until the server stops; a failing job is logged and tried again."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import structlog

from gatepost.server.domain.errors import GatepostError

log = structlog.get_logger("gatepost.jobs")

Job = Callable[[], Awaitable[object]]


@asynccontextmanager
async def running(jobs: dict[str, tuple[Job, float]]) -> AsyncIterator[None]:
    """Run each job every so many seconds while the context lasts, and wait for the running ones at its end."""
    stop = asyncio.Event()
    tasks = [asyncio.create_task(_repeat(name, job, pace, stop)) for name, (job, pace) in jobs.items()]
    try:
        yield
    finally:
        stop.set()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _repeat(name: str, job: Job, seconds: float, stop: asyncio.Event) -> None:
    while not stop.is_set():
        try:
            await job()
        except GatepostError as error:
            log.warning("job postponed", job=name, reason=error.message)
        except Exception:
            log.exception("job failed", job=name)
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await stop.wait()
