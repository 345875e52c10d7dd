"""The yardstick: the least an ASGI application can do, behind the same server with the same settings.

Run as `python -m bench.bare PORT BODY`; answers every request with that body and a JSON content type.
"""

import sys
from typing import Any

import uvloop
from granian.constants import Interfaces
from granian.server.embed import Server

from gatepost.cli.listening import server_options
from gatepost.server.config import ServerSettings, Settings


def bare(body: bytes) -> Any:
    """Make the application."""
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return answer


def main(port: int, body: bytes) -> None:
    """Serve until terminated."""
    options = server_options(Settings(server=ServerSettings(port=port)))
    uvloop.run(Server(bare(body), interface=Interfaces.ASGINL, **options).serve())


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2].encode())
