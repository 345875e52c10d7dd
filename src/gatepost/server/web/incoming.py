"""The body of a request on its way: slow senders are cut off, large bodies share a bounded memory, and what nobody
read is read before the answer.

A request may be refused before its body is read. If the server answered and closed the connection then, the system
would meet the rest of the body with a reset, and the reset can overtake the answer: the client would report a broken
connection and not why it was refused (RFC 9112, section 9.6).
"""

import asyncio
from contextlib import suppress
from typing import Any

from gatepost.server.domain.errors import Unavailable
from gatepost.server.web.asgi import Receive, Scope, Send

LONGEST_PAUSE_SECONDS = 15.0
"""How long a client may send nothing in the middle of a body."""

LONGEST_BODY_SECONDS = 300.0

MOST_DRAINED_BYTES = 16 * 1024 * 1024
"""Of a body that nobody wants; who sends more has to live with a broken connection."""

LONGEST_DRAIN_SECONDS = 5.0

ROOM_BYTES = 128 * 1024 * 1024
FREE_BYTES = 64 * 1024
"""What each body may have without asking for room, so that sign-ins go on while large bodies have to wait."""


def has_body(scope: Scope) -> bool:
    """Tell whether a request says that a body follows."""
    for name, value in scope["headers"]:
        if name in {b"content-length", b"transfer-encoding"}:
            return bool(value != b"0")
    return False


class Room:
    """The memory, in bytes, that the large bodies of all requests share until they are answered."""

    def __init__(self, left: int) -> None:
        self.left = left

    def take(self, wanted: int) -> None:
        """Take so much of it; raises Unavailable when that is not left."""
        if wanted > self.left:
            raise Unavailable("Too much is being sent at the same time; try again in a moment.", retry_after=2)
        self.left -= wanted


class Incoming:
    """Stands between an application and its server for one request with a body; `release` ends it."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, room: Room) -> None:
        self._receive = receive
        self._send = send
        self._room = room
        self._held = self._taken = 0
        # Who sends `Expect` waits to be asked for the body, so that a refusal needs none of it.
        self._settled = any(name == b"expect" for name, _ in scope["headers"])
        self._deadline = asyncio.get_running_loop().time() + LONGEST_BODY_SECONDS

    async def receive(self) -> Any:
        """Give the application the next piece of the body; a sender that is too slow counts as gone.

        Raises Unavailable when there is no room for the piece.
        """
        message = await self._next()
        self._hold(len(message.get("body", b"")))
        return message

    def release(self) -> None:
        """Give back the room that the body had; nothing may be received any more."""
        self._room.left += self._taken
        self._taken = 0

    def _hold(self, more: int) -> None:
        self._held += more
        wanted = max(0, self._held - FREE_BYTES) - self._taken
        self._room.take(wanted)
        self._taken += wanted

    async def _next(self) -> Any:
        until = min(asyncio.get_running_loop().time() + LONGEST_PAUSE_SECONDS, self._deadline)
        try:
            async with asyncio.timeout_at(until):
                message = await self._receive()
        except TimeoutError:
            message = {"type": "http.disconnect"}
        self._settled = message["type"] == "http.disconnect" or not message.get("more_body", False)
        return message

    async def send(self, message: Any) -> None:
        """Pass on what the application sends, once the client has sent all."""
        if not self._settled:
            with suppress(TimeoutError):
                async with asyncio.timeout(LONGEST_DRAIN_SECONDS):
                    await self._drain()
            self._settled = True
        await self._send(message)

    async def _drain(self) -> None:
        read = 0
        while not self._settled and read < MOST_DRAINED_BYTES:
            read += len((await self._next()).get("body", b""))
