"""Requests exactly as written: over a raw socket to a real server, or straight into an ASGI application."""

import http.client
import json
import socket
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote

SECONDS = 20.0
"""Longer than any answer takes on a busy machine; a server that stays silent this long hangs."""

App = Callable[[Any, Any, Any], Awaitable[None]]
Headers = Sequence[tuple[bytes, bytes]]
Meanwhile = Callable[[], Awaitable[object]]
"""What happens in the middle of something else."""


@dataclass(frozen=True)
class Answer:
    """An answer; names of headers are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """Decode the body."""
        return json.loads(self.body)


@dataclass(frozen=True)
class Target:
    """One request: the target is sent as it stands, never normalised."""

    method: str
    target: bytes
    headers: Headers = ()
    body: bytes = b""

    def without(self, name: str) -> "Target":
        """Give the same request without a header."""
        return replace(self, headers=[header for header in self.headers if header[0] != name.encode()])

    def also(self, *headers: tuple[bytes, bytes]) -> "Target":
        """Give the same request with more headers."""
        return replace(self, headers=[*self.headers, *headers])


async def ask(app: App, request: Target, pieces: int = 1, meanwhile: Meanwhile | None = None) -> Answer:
    """Send a request into an ASGI application, its body in so many pieces; before the last one `meanwhile` happens."""
    sent: list[dict[str, Any]] = []
    chunks = _pieces(request.body, pieces)

    async def receive() -> dict[str, Any]:
        if not chunks:
            return {"type": "http.disconnect"}
        if len(chunks) == 1 and meanwhile is not None:
            await meanwhile()
        return {"type": "http.request", "body": chunks.pop(0), "more_body": bool(chunks)}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await app(_scope(request), receive, send)
    start, *rest = sent
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in start["headers"]}
    return Answer(start["status"], headers, b"".join(part.get("body", b"") for part in rest))


def _pieces(body: bytes, count: int) -> list[bytes]:
    size = len(body) // count + 1
    return [body[start : start + size] for start in range(0, len(body), size)] or [b""]


def _scope(request: Target) -> dict[str, Any]:
    path, _, query = request.target.partition(b"?")
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": "http",
        "path": unquote(path.decode("latin-1"), errors="replace"),
        "raw_path": path,
        "query_string": query,
        "root_path": "",
        "headers": [(b"host", b"gatepost.test"), *request.headers],
        "client": ("127.0.0.1", 50_000),
        "server": ("127.0.0.1", 80),
    }


def exchange(port: int, raw: bytes, *, then_close: bool = False) -> Answer | None:
    """Send bytes over a new connection and read one answer; None when the server hangs up without one.

    With `then_close` the sending side is closed at once, so that an incomplete request is known to end there.
    """
    with socket.create_connection(("127.0.0.1", port), SECONDS) as connection:
        send(connection, raw)
        if then_close:
            with suppress(OSError):  # the server may have hung up already
                connection.shutdown(socket.SHUT_WR)
        return read_answer(connection, head=raw.startswith(b"HEAD "))


def send(connection: socket.socket, raw: bytes) -> None:
    """Send all bytes, unless the server hangs up first: it may have answered before it read them all."""
    with suppress(BrokenPipeError, ConnectionResetError):
        connection.sendall(raw)


def read_answer(connection: socket.socket, *, head: bool = False) -> Answer | None:
    """Read one HTTP/1.1 answer; None when the server hangs up without one."""
    response = http.client.HTTPResponse(connection, method="HEAD" if head else "GET")
    try:
        response.begin()
        body = response.read()
    except (http.client.BadStatusLine, ConnectionResetError):
        return None
    finally:
        response.close()
    return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, body)


def written(request: Target, port: int) -> bytes:
    """Write a request as HTTP/1.1 with a Content-Length."""
    lines = [b"%s %s HTTP/1.1" % (request.method.encode(), request.target), b"Host: 127.0.0.1:%d" % port]
    lines += [name + b": " + value for name, value in request.headers]
    lines += [b"Content-Length: %d" % len(request.body)] if request.body else []
    return b"\r\n".join([*lines, b"", b""]) + request.body
