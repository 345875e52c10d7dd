"""A surface is one part of the site with its own voice: a dialect, or the console.

The front door decides which surface a request belongs to, so that every answer, an unknown path's included, is
given in that surface's form.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from gatepost.server.domain.errors import (
    Conflict,
    Forbidden,
    GatepostError,
    Invalid,
    NotFound,
    StorageFull,
    TooLarge,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
)
from gatepost.server.web.answers import Answer, Header
from gatepost.server.web.asgi import Scope
from gatepost.server.web.meters import Meter

Statuses = dict[type[GatepostError], int]

STATUSES: Statuses = {
    Invalid: 400,
    Unauthenticated: 401,
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    TooLarge: 413,
    TooManyRequests: 429,
    Unavailable: 503,
    StorageFull: 507,
}
"""What each domain error is on the wire, unless a surface says otherwise."""

ErrorBody = Callable[[int, str, str], Answer]
"""Renders an error from its status, a message for people, and the path asked for."""

SECURITY_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
)
"""What every answer carries, unless its surface has more to say."""


@dataclass(frozen=True, slots=True)
class Surface:
    """Where a part of the site answers and how it words errors.

    `prefix` is the public path without a trailing slash, `host` its own host name (empty: any), `mount` the path
    its routes have inside the application, `headers` what each of its answers carries. `meter` counts its requests.
    """

    name: str
    prefix: str
    mount: str
    error: ErrorBody
    host: str = ""
    statuses: Statuses = field(default_factory=lambda: STATUSES)
    headers: Sequence[Header] = SECURITY_HEADERS
    meter: Meter | None = None

    def inner_path(self, path: str, host: str) -> str | None:
        """Give the application's path for a request, None when the request is not for this surface."""
        if self.host and host != self.host:
            return None
        if path != self.prefix and not path.startswith(f"{self.prefix}/"):
            return None
        return self.mount + path[len(self.prefix) :]

    def status_of(self, error: GatepostError) -> int:
        """Give the status this surface answers for a domain error."""
        return next(self.statuses[kind] for kind in type(error).__mro__ if kind in self.statuses)

    def admit(self, scope: Scope) -> None:
        """Count a request; raises TooManyRequests when its network has had its share."""
        if self.meter is not None:
            self.meter.count(scope)

    def finish(self, scope: Scope, status: int, sent: Sequence[Header]) -> list[Header]:
        """Give all headers of an answer that has this status and these headers."""
        told = self.meter.headers(scope, status, sent) if self.meter is not None else ()
        return [*sent, *self.headers, *told]
