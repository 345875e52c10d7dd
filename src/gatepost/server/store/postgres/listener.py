"""Hearing of revocations that other processes commit.

Theory of operation. Whoever ends or changes a credential notifies a channel, and PostgreSQL delivers that with the
commit. Merely being connected proves nothing: a network that swallows packets looks like silence. So the listener asks
the server something every few hundredths of a second. With the answer comes every notification whose commit was
acknowledged before the question was sent; so for a tenth of a second after that moment what is remembered may be
believed, and without an answer no longer. The bound holds whatever fails: the network, the server, this process.

While nobody wants to know, nothing is asked, and a lost server is not sought. What the server sends all the same is
read as it comes: notifications that nobody fetched would fill its queue. A new connection may have missed anything, so
it counts as news.
"""

import asyncio
import time
from contextlib import suppress

import structlog
from psycopg import AsyncConnection, Error

from gatepost.server.store.postgres.connection import hanging_up_after, is_pooled, open_connection, unreachable

CHANNEL = "gatepost_credentials"
BELIEVED_SECONDS = 0.1
ASKED_EVERY_SECONDS = 0.03
PAUSE_SECONDS = 0.005
"""How long to rest after an answer in any case, so that many revocations do not make as many questions."""

AGAIN_SECONDS = 0.5
ANSWER_SECONDS = 2.0
STOP_SECONDS = 1.0

_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""A clock that nobody sets; on Linux it goes on while the machine sleeps, so that a lease runs out meanwhile."""

log = structlog.get_logger("gatepost.store")


class Listener:
    """The credential revision as this process knows it."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._revision = 0
        self._proved_at = float("-inf")
        self._wanted = asyncio.Event()
        self._complained = False
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to listen on the running event loop."""
        self._wanted.set()
        self._task = asyncio.create_task(self._listen(), name="postgres-listen")

    async def stop(self) -> None:
        """Listen no more."""
        while self._task is not None and not self._task.done():
            self._task.cancel()  # once more if need be: at first the driver asks the server to stop, which may be gone
            await asyncio.wait({self._task}, timeout=STOP_SECONDS)

    def revision(self) -> int | None:
        """Give a number that moves with every revocation; None while it is not known to be current."""
        self._wanted.set()
        return self._revision if _now() - self._proved_at <= BELIEVED_SECONDS else None

    def move(self) -> None:
        """Note a revocation."""
        self._revision += 1

    async def _listen(self) -> None:
        while True:
            await self._wanted.wait()
            try:
                await self._listen_once()
            except (Error, OSError) as error:
                self._complain(error)
            self._proved_at = float("-inf")
            await asyncio.sleep(AGAIN_SECONDS)

    def _complain(self, error: Exception) -> None:
        if not self._complained:
            reason = str(unreachable(self._url, error))
            log.warning("not listening: credentials are read anew each time", reason=reason)
        self._complained = True

    async def _listen_once(self) -> None:
        connection = await open_connection(self._url)
        try:
            if await is_pooled(connection):
                return await self._give_up()
            await self._ask_again_and_again(connection)
        finally:
            await connection.close()

    async def _ask_again_and_again(self, connection: AsyncConnection) -> None:
        connection.add_notify_handler(lambda notify: self.move())
        await connection.execute(f"LISTEN {CHANNEL}")
        self.move()
        while True:
            await self._ask(connection)
            await asyncio.sleep(PAUSE_SECONDS)
            await _happening(asyncio.Event(), connection, ASKED_EVERY_SECONDS - PAUSE_SECONDS)
            await _happening(self._wanted, connection)

    async def _ask(self, connection: AsyncConnection) -> None:
        self._wanted.clear()
        asked_at = _now()
        with hanging_up_after(ANSWER_SECONDS, connection):
            await connection.execute("SELECT 1")
        self._proved_at = asked_at
        if self._complained:
            log.info("listening again")
        self._complained = False

    async def _give_up(self) -> None:
        log.warning("a pooler passes no notifications on: set database.listen_url to the server itself")
        await asyncio.Event().wait()


async def _happening(event: asyncio.Event, connection: AsyncConnection, seconds: float | None = None) -> None:
    """Wait for an event, or for anything that the server sends, for so many seconds at the most."""
    loop = asyncio.get_running_loop()
    loop.add_reader(connection.fileno(), event.set)
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await event.wait()
    finally:
        loop.remove_reader(connection.fileno())


def _now() -> float:
    return time.clock_gettime(_CLOCK)
