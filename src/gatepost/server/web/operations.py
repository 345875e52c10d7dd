"""What operators and load balancers ask: alive, ready, and how much of what."""

from dataclasses import dataclass

import msgspec
from litestar import MediaType, Request, Response, Router

from gatepost.server.domain.errors import GatepostError
from gatepost.server.store.database import Database
from gatepost.server.telemetry import Counters
from gatepost.server.web.routing import operation


@dataclass(frozen=True, slots=True)
class Operations:
    """Health, readiness and metrics."""

    database: Database
    counters: Counters

    async def healthz(self, request: Request) -> Response[bytes]:
        return Response(b"ok\n", media_type=MediaType.TEXT)

    async def readyz(self, request: Request) -> Response[bytes]:
        return Response(b"ready\n", media_type=MediaType.TEXT) if await self._ready() else _not_ready()

    async def _ready(self) -> bool:
        try:
            return self.database.credential_revision() is not None
        except GatepostError:
            return False

    async def metrics(self, request: Request) -> Response[bytes]:
        return Response(self.counters.exposition(), media_type="text/plain; version=0.0.4; charset=utf-8")


def _not_ready() -> Response[bytes]:
    return Response(
        b"the database does not answer\n",
        status_code=503,
        media_type=MediaType.TEXT,
        headers={"Retry-After": "1"},
    )


def routes(operations: Operations) -> Router:
    """Give the routes of this surface."""
    return Router(
        "/",
        route_handlers=[
            operation("GET", "/healthz", operations.healthz),
            operation("GET", "/readyz", operations.readyz),
            operation("GET", "/metrics", operations.metrics),
        ],
    )


def error(status: int, message: str, path: str) -> Response[bytes]:
    """Word an error for machines that asked for no dialect."""
    body = msgspec.json.encode({"status": status, "message": message, "path": path})
    return Response(body, status_code=status, media_type=MediaType.JSON)
