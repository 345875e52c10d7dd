"""The yardstick: the least an ASGI application can do, behind the same server with the same settings.

Run as `python -m bench.bare PORT BYTES`; answers every request with a JSON content type and so many bytes.
"""

import sys
from typing import Any

import uvloop
from granian.constants import Interfaces
from granian.server.embed import Server

from gatepost.cli.listening import server_options
from gatepost.server.config import ServerSettings, Settings


def bare(size: int) -> Any:
    """Make the application."""
    body = b"x" * size
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % size)]

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return answer


def main(port: int, size: int) -> None:
    """Serve until terminated."""
    options = server_options(Settings(server=ServerSettings(port=port)))
    uvloop.run(Server(bare(size), interface=Interfaces.ASGINL, **options).serve())


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
