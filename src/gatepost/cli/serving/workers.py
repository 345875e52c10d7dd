"""Several processes: Granian's main process listens and watches, each worker has services of its own.

Workers share nothing but the database. Only the main process hears Ctrl-C: it tells the workers to stop, and
kills what has not stopped after `server.drain_seconds`. Last it opens the database once more, which puts away
the write-ahead log of a worker that was killed.
"""

import asyncio
import gc
import os
import signal
from collections.abc import Callable
from functools import partial
from typing import Any

from granian.constants import Interfaces, Loops
from granian.server import MPServer
from typing_extensions import override

from gatepost.cli.listening import server_options, when_listening
from gatepost.cli.program import INTERRUPTED
from gatepost.cli.serving.background import background
from gatepost.cli.serving.greeting import Announce, Greeting, greeting_of
from gatepost.server.app import build
from gatepost.server.config import Settings
from gatepost.server.parts import open_parts
from gatepost.server.store.sqlite import connect
from gatepost.server.telemetry import configure_logging
from gatepost.server.web.asgi import Asgi, Receive, Scope, Send

WATCH_SECONDS = 2.0
"""How often a worker looks whether the main process is still there."""


def run_workers(settings: Settings, announce: Announce) -> None:
    """Serve with `server.workers` processes until interrupted."""
    greeting = asyncio.run(_prepare(settings))
    server = _Workers(
        "gatepost",
        started=lambda: when_listening(settings, partial(announce, greeting)),
        interface=Interfaces.ASGI,
        loop=Loops.uvloop,
        workers=settings.server.workers,
        workers_kill_timeout=max(1, settings.server.drain_seconds),
        respawn_failed_workers=True,
        **server_options(settings),
    )
    try:
        server.serve(target_loader=partial(Worker, settings, os.getpid()), wrap_loader=False)
    finally:
        if not settings.on_postgres:
            connect(settings.database_path).close()


async def _prepare(settings: Settings) -> Greeting:
    async with open_parts(settings) as parts:
        return await greeting_of(parts)


class _Workers(MPServer):
    """The main process; a second signal ends everything at once. `started` is called when all workers are."""

    def __init__(self, *args: Any, started: Callable[[], None], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._started = started

    @override
    def startup(self, spawn_target: Any, target_loader: Any) -> None:
        super().startup(spawn_target, target_loader)  # type: ignore[no-untyped-call]  # Granian's methods have no types
        self._started()  # only now: a thread that runs while workers are forked may leave them a lock

    @override
    def signal_handler_interrupt(self, *args: Any, **kwargs: Any) -> None:
        if self.interrupt_signal:
            for worker in self.wrks:
                worker.kill()  # type: ignore[no-untyped-call]  # as above
            os._exit(INTERRUPTED)
        super().signal_handler_interrupt(*args, **kwargs)  # type: ignore[no-untyped-call]  # as above


class Worker:
    """The ASGI application of one worker; it lives between the lifespan's start and end (ASGI, Lifespan 2.0)."""

    def __init__(self, settings: Settings, main_process: int) -> None:
        configure_logging(settings.log.level, settings.log.format)
        self._settings = settings
        self._main_process = main_process
        self._app: Asgi

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return await self._live(receive, send)
        return await self._app(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to all of its processes
        async with open_parts(self._settings) as parts, background(parts, watch=(self._watch, WATCH_SECONDS)):
            self._app = build(parts)
            gc.freeze()  # as a server of one process does
            await send({"type": "lifespan.startup.complete"})
            await receive()
        await send({"type": "lifespan.shutdown.complete"})

    async def _watch(self) -> None:
        """Stop when the main process is gone: nobody else would stop this one."""
        if os.getppid() != self._main_process:
            signal.raise_signal(signal.SIGTERM)
