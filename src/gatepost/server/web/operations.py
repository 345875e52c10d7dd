"""What operators, load balancers and programs that read tokens ask: alive, ready, how much of what, and which keys."""

from dataclasses import dataclass

import msgspec
from litestar import Router

from gatepost.server.domain.errors import GatepostError
from gatepost.server.services.signing_keys import SigningKeys
from gatepost.server.store import readiness
from gatepost.server.store.database import Database
from gatepost.server.telemetry import Counters
from gatepost.server.web.answers import TEXT, Answer
from gatepost.server.web.requests import Request
from gatepost.server.web.routing import operation
from gatepost.server.web.surfaces import Surface

HEALTH, READINESS, METRICS = "/healthz", "/readyz", "/metrics"
KEYS = "/.well-known/jwks.json"

SHORTLY = [(b"cache-control", b"public, max-age=300")]
"""A key that is new is not in a copy yet, but whoever meets its id fetches the keys again."""


@dataclass(frozen=True, slots=True)
class Operations:
    """Health, readiness, metrics, and the keys that access tokens are signed with."""

    database: Database
    counters: Counters
    keys: SigningKeys

    async def healthz(self, request: Request) -> Answer:
        return Answer(b"ok\n", content_type=TEXT)

    async def readyz(self, request: Request) -> Answer:
        return Answer(b"ready\n", content_type=TEXT) if await self._ready() else _not_ready()

    async def _ready(self) -> bool:
        try:
            return await self.database.one(readiness.answer) is not None
        except GatepostError:
            return False

    async def metrics(self, request: Request) -> Answer:
        return Answer(self.counters.exposition(), content_type=b"text/plain; version=0.0.4; charset=utf-8")

    async def jwks(self, request: Request) -> Answer:
        listed = [msgspec.Raw(key.encode()) for key in await self.keys.published()]
        return Answer(msgspec.json.encode({"keys": listed}), content_type=b"application/jwk-set+json", headers=SHORTLY)


def _not_ready() -> Answer:
    return Answer(b"the database does not answer\n", 503, TEXT, [(b"retry-after", b"1")])


def surfaces() -> list[Surface]:
    """Say where these answer: at paths of their own, whatever else is served around them."""
    return [Surface("operations", path, path, error) for path in (KEYS, HEALTH, READINESS, METRICS)]


def routes(operations: Operations) -> Router:
    """Give the routes of these surfaces."""
    return Router(
        "/",
        route_handlers=[
            operation("GET", HEALTH, operations.healthz),
            operation("GET", READINESS, operations.readyz),
            operation("GET", METRICS, operations.metrics),
            operation("GET", KEYS, operations.jwks),
        ],
    )


def error(status: int, message: str, path: str) -> Answer:
    """Word an error for machines that asked for no dialect."""
    return Answer(msgspec.json.encode({"status": status, "message": message, "path": path}), status)
