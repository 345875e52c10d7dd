"""One process: the HTTP server runs inside the event loop of the services.

Stopping. On the first signal the server accepts nothing more and lets requests in progress finish. What is
still running after `server.drain_seconds` is cancelled, and a connection that does not even finish its
request's head is left to the end of the process. Then the database is closed, so that no write-ahead log
stays behind. From the first signal on the signals have their default action: a second one ends at once.
"""

import asyncio
import gc
import signal
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

import structlog

from gatepost.cli.invocation import Failure
from gatepost.cli.listening import server_options, when_listening
from gatepost.cli.serving.background import background
from gatepost.cli.serving.greeting import Announce, greeting_of
from gatepost.server.config import Settings
from gatepost.server.parts import open_parts

if TYPE_CHECKING:
    from granian.server.embed import Server

log = structlog.get_logger("gatepost.serve")

SIGNALS = (signal.SIGINT, signal.SIGTERM)
LAST_STEPS_SECONDS = 1.0
"""What cancelled requests and jobs get to end themselves."""


def run_embedded(settings: Settings, announce: Announce) -> None:
    """Serve until interrupted."""
    import uvloop

    uvloop.run(_serve(settings, announce))


async def _serve(settings: Settings, announce: Announce) -> None:
    from granian.constants import Interfaces
    from granian.server.embed import Server

    from gatepost.server.app import build

    interrupted = _interruption()
    async with open_parts(settings) as parts:
        server = Server(build(parts), interface=Interfaces.ASGINL, **server_options(settings))
        greeting = await greeting_of(parts)
        gc.freeze()  # what lives as long as the process need not be searched for garbage, which takes milliseconds
        server.on_startup(lambda: when_listening(settings, partial(announce, greeting)))
        with suppress(TimeoutError):
            async with asyncio.timeout(None) as ending, background(parts):
                await _run(server, interrupted, settings.server.drain_seconds)
                ending.reschedule(asyncio.get_running_loop().time() + LAST_STEPS_SECONDS)


def _interruption() -> asyncio.Event:
    """Give the event that the first signal sets."""
    loop, interrupted = asyncio.get_running_loop(), asyncio.Event()

    def interrupt() -> None:
        for number in SIGNALS:
            loop.remove_signal_handler(number)
            signal.signal(number, signal.SIG_DFL)
        interrupted.set()

    for number in SIGNALS:
        loop.add_signal_handler(number, interrupt)
    return interrupted


async def _run(server: "Server", interrupted: asyncio.Event, drain_seconds: float) -> None:
    serving, waiting = asyncio.create_task(server.serve()), asyncio.create_task(interrupted.wait())
    await asyncio.sleep(0)  # until the server has begun, so that its own tasks do not count as requests
    ours = asyncio.all_tasks()
    await asyncio.wait({serving, waiting}, return_when=asyncio.FIRST_COMPLETED)
    if serving.done():
        waiting.cancel()
        await serving
        raise Failure("the HTTP server stopped by itself")
    server.stop()  # type: ignore[no-untyped-call]  # Granian's methods have no types
    _, unfinished = await asyncio.wait({serving}, timeout=drain_seconds)
    if unfinished:
        await _cut_off(asyncio.all_tasks() - ours)


async def _cut_off(requests: set[asyncio.Task[object]]) -> None:
    log.warning("requests cut off", count=len(requests))
    # The server's threads report to a loop that has stopped listening to them; that is no error any more.
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)
    for request in requests:
        request.cancel()
    if requests:
        await asyncio.wait(requests, timeout=LAST_STEPS_SECONDS)
