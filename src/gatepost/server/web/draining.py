"""Reading what a client still sends before it is answered.

A request may be refused before its body is read. If the server answered and closed the connection then, the system
would meet the rest of the body with a reset, and the reset can overtake the answer: the client would report a broken
connection and not why it was refused (RFC 9112, section 9.6).
"""

import asyncio
from contextlib import suppress
from typing import Any

from gatepost.server.web.answers import Receive, Send

MOST_BYTES = 16 * 1024 * 1024
"""A longer body is not waited for: its sender has to live with a broken connection."""

LONGEST_SECONDS = 5.0


def has_body(scope: Any) -> bool:
    """Tell whether a body follows in any case; a client that sends `Expect` waits to be asked for it."""
    for name, value in scope["headers"]:
        if name in {b"content-length", b"transfer-encoding"}:
            return value != b"0" and all(other != b"expect" for other, _ in scope["headers"])
    return False


class Drain:
    """Stands between an application and its server; what the application did not read is read before it answers."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self._ended = False

    async def receive(self) -> Any:
        """Give the application the next piece of the body."""
        message = await self._receive()
        self._ended = message["type"] == "http.disconnect" or not message.get("more_body", False)
        return message

    async def send(self, message: Any) -> None:
        """Pass on what the application sends, once the client has sent all."""
        if not self._ended:
            with suppress(TimeoutError):
                async with asyncio.timeout(LONGEST_SECONDS):
                    await self._finish()
            self._ended = True
        await self._send(message)

    async def _finish(self) -> None:
        read = 0
        while not self._ended and read < MOST_BYTES:
            read += len((await self.receive()).get("body", b""))
