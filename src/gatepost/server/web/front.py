"""The front door: the outermost ASGI application, before any framework.

1. Fast lanes: a handful of (method, path) pairs are answered by bare ASGI functions. A pair whose path ends with a
   slash takes every path with one more segment, which its function decodes.
2. Paths are taken raw. A router that sees decoded paths would take `a%2Fb` for two segments and `%2e%2e` for one
   level up, so segments stay encoded until a handler decodes its own parameter, once. A path with an empty, `.` or
   `..` segment, encoded or not, belongs to nothing here and is answered 404 without reaching any handler.
3. The surface is chosen and noted in the scope's state with the path as asked, so that errors are worded as it does.
4. A request beyond what its surface allows its network is refused. Every answer gets the surface's headers and is
   counted.
5. Bodies are taken in within bounds of time and memory; one that nobody read is read before the answer goes out, or
   the client might never see the answer.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import unquote_to_bytes

from gatepost.server.domain.errors import GatepostError, NotFound
from gatepost.server.telemetry import Counters
from gatepost.server.web.asgi import Asgi, Receive, Scope, Send
from gatepost.server.web.errors import refusal
from gatepost.server.web.incoming import ROOM_BYTES, Incoming, Room, has_body
from gatepost.server.web.surfaces import Surface

LONGEST_PATH = 4_096
NOTHING_HERE = "There is nothing at this address."

_STRAY = re.compile(rb"//|/\.{1,2}(/|$)|.[/]$")


class Front:
    """Receives every request; `surfaces` are tried in order, the last one takes what no other wants."""

    def __init__(
        self,
        app: Asgi,
        lanes: Mapping[tuple[str, str], Asgi],
        surfaces: Sequence[Surface],
        counters: Counters,
    ) -> None:
        self._app = app
        self._lanes = lanes
        self._exact = {(method, path.encode()): lane for (method, path), lane in lanes.items()}
        self._surfaces = surfaces
        self._counters = counters
        self._room = Room(ROOM_BYTES)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and has_body(scope):
            return await self._take_in(scope, receive, send)
        lane = self._exact.get((scope.get("method", ""), scope.get("raw_path", b"")))
        if lane is not None:
            return await lane(scope, receive, send)
        return await self._route(scope, receive, send)

    async def _take_in(self, scope: Scope, receive: Receive, send: Send) -> None:
        incoming = Incoming(scope, receive, send, self._room)
        try:
            await self._route(scope, incoming.receive, incoming.send)
        finally:
            incoming.release()

    async def _route(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        raw: bytes = scope.get("raw_path") or scope["path"].encode()
        path = raw.partition(b"?")[0].decode("latin-1")
        method = scope["method"]
        lane = self._lanes.get((method, path)) or self._lanes.get((method, path[: path.rfind("/") + 1]))
        if lane is not None:
            scope["path"] = path
            return await lane(scope, receive, send)
        return await self._dispatch(raw, path, scope, receive, send)

    async def _dispatch(self, raw: bytes, path: str, scope: Scope, receive: Receive, send: Send) -> None:
        surface, inner = self._choose(path, _host(scope))
        scope["state"] = {"surface": surface, "path": path}
        answer = self._finishing(scope, send, surface)
        try:
            surface.admit(scope)
            if is_stray(raw):
                raise NotFound(NOTHING_HERE)
        except GatepostError as error:
            return await refusal(surface, error, path)(scope, receive, answer)
        scope["path"] = inner
        return await self._app(scope, receive, answer)

    def _choose(self, path: str, host: str) -> tuple[Surface, str]:
        for surface in self._surfaces:
            inner = surface.inner_path(path, host)
            if inner is not None:
                return surface, inner
        return self._surfaces[-1], "/~nowhere"

    def _finishing(self, scope: Scope, send: Send, surface: Surface) -> Send:
        async def finish(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = surface.finish(scope, message["status"], message.get("headers", ()))
                self._counters.count(surface.name, scope["method"], message["status"])
            await send(message)

        return finish


def is_stray(raw: bytes) -> bool:
    """Tell whether a raw path is overlong or has an empty, `.` or `..` segment, percent-encoded or not."""
    path = raw.partition(b"?")[0]
    return len(path) > LONGEST_PATH or bool(_STRAY.search(path) or (b"%" in path and _hides_dots(path)))


def _hides_dots(path: bytes) -> bool:
    return any(unquote_to_bytes(segment) in (b".", b"..") for segment in path.split(b"/"))


def _host(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"host":
            return str(value.decode("latin-1").rpartition(":")[0] or value.decode("latin-1")).lower()
    return ""
