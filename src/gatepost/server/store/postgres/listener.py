"""Hearing of revocations that other processes commit.

Theory of operation. Whoever ends or changes a credential notifies a channel, and PostgreSQL delivers that with the
commit. Merely being connected proves nothing: a network that swallows packets looks like silence. So the listener asks
the server something every few hundredths of a second. With the answer comes every notification whose commit was
acknowledged before the question was sent; so for a tenth of a second after that moment what is remembered may be
believed, and without an answer no longer. The bound holds whatever fails: the network, the server, this process.
Nothing is asked while nobody wants to know. A new connection may have missed anything, so it counts as news.
"""

import asyncio
from contextlib import suppress
from time import monotonic

import structlog
from psycopg import AsyncConnection, Error

from gatepost.server.store.postgres.connection import is_pooled, open_connection

CHANNEL = "gatepost_credentials"
BELIEVED_SECONDS = 0.1
ASKED_EVERY_SECONDS = 0.03
AGAIN_SECONDS = 0.5
ANSWER_SECONDS = 2.0

log = structlog.get_logger("gatepost.store")


class Listener:
    """The credential revision as this process knows it."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._revision = 0
        self._proved_at = float("-inf")
        self._wanted = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to listen on the running event loop."""
        self._task = asyncio.create_task(self._listen(), name="postgres-listen")

    async def stop(self) -> None:
        """Listen no more."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    def revision(self) -> int | None:
        """Give a number that moves with every revocation; None while it is not known to be current."""
        if monotonic() - self._proved_at > BELIEVED_SECONDS:
            self._wanted.set()
            return None
        self._wanted.set()
        return self._revision

    def move(self) -> None:
        """Note a revocation."""
        self._revision += 1

    async def _listen(self) -> None:
        while True:
            try:
                await self._listen_once()
            except (Error, OSError, TimeoutError) as error:
                log.warning("not listening: credentials are read anew each time", reason=type(error).__name__)
            self._proved_at = float("-inf")
            await asyncio.sleep(AGAIN_SECONDS)

    async def _listen_once(self) -> None:
        async with await open_connection(self._url) as connection:
            if await is_pooled(connection):
                return await self._give_up()
            connection.add_notify_handler(lambda notify: self.move())
            await connection.execute(f"LISTEN {CHANNEL}")
            self.move()
            while True:
                await self._wanted.wait()
                self._wanted.clear()
                await self._ask(connection)
                await asyncio.sleep(ASKED_EVERY_SECONDS)

    async def _ask(self, connection: AsyncConnection) -> None:
        asked_at = monotonic()
        async with asyncio.timeout(ANSWER_SECONDS):
            await connection.execute("SELECT 1")
        self._proved_at = asked_at

    async def _give_up(self) -> None:
        log.warning("a pooler passes no notifications on: set database.listen_url to the server itself")
        await asyncio.Event().wait()
