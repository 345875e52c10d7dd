"""Who is asking, and in which group (contract 1.2 and 1.3).

A request is judged by one credential, the first that it carries in this order: cookies, the Authorization header, the
protocols of a web socket, the query. None that comes later makes up for a bad one.
"""

from dataclasses import dataclass
from typing import NamedTuple

from gatepost.server.dialects.homebox import mapping
from gatepost.server.dialects.homebox.cookies import REMEMBER, TOKEN
from gatepost.server.domain.errors import Invalid, Unauthenticated
from gatepost.server.domain.groups import Membership
from gatepost.server.domain.principal import Principal
from gatepost.server.services.credentials import Credentials
from gatepost.server.services.groups import Groups
from gatepost.server.web.cookies import sent
from gatepost.server.web.limits import Limiter
from gatepost.server.web.requests import Request, header, judged, path_text, query_parameter
from gatepost.server.web.same_origin import require_same_origin


class Carried(NamedTuple):
    """A credential as a request carries it; only a header may carry an API key."""

    raw: str
    in_header: bool = False
    in_cookie: bool = False


class Caller(NamedTuple):
    """Who acts, and the membership that says in which group, and as what."""

    principal: Principal
    membership: Membership

    @property
    def place(self) -> tuple[Principal, str]:
        """Who acts, and the id of the group: what every use case on a group begins with."""
        return self.principal, self.membership.group_id


@dataclass(frozen=True, slots=True)
class Callers:
    """Finds out who calls."""

    credentials: Credentials
    groups: Groups
    limiter: Limiter
    public_url: str

    async def caller(self, request: Request) -> Caller:
        """Give the caller in the group that is named, else in its default group; of its own if it is in none.

        Raises Unauthenticated, Invalid for a group that cannot be one, Forbidden for one the caller is not in.
        """
        principal = await judged(request, self._principal)
        return Caller(principal, await self.groups.enter(principal, tenant(request)))

    async def owner(self, request: Request) -> Caller:
        """Give the caller; raises Forbidden unless it owns the group."""
        caller = await self.caller(request)
        caller.membership.require_owner()
        return caller

    async def _principal(self, request: Request) -> Principal:
        carried = credential_of(request)
        if carried is None:
            raise Unauthenticated("authorization header or query is required")
        if carried.in_cookie:
            self.require_own_page(request)
        try:
            return await self.credentials.resolve(carried.raw, access_tokens=carried.in_header)
        except Unauthenticated:
            self.limiter.failed_token(request.scope)
            raise

    def require_own_page(self, request: Request) -> None:
        """Raise Forbidden for what a page of another site made a browser ask for: reads as well, as one refreshes."""
        # Programs that keep cookies say nothing of where a request comes from; a browser's cookies are SameSite.
        if {header(request.scope, name) for name in (b"sec-fetch-site", b"origin")} != {None}:
            require_same_origin(request.scope, self.public_url)


def credential_of(request: Request) -> Carried | None:
    """Give the credential that counts, without `Bearer ` before it; None when there is none."""
    found = _candidate(request)
    return found and found._replace(raw=found.raw.removeprefix("Bearer "))


def _candidate(request: Request) -> Carried | None:
    in_cookie = sent(request, TOKEN)
    if in_cookie and sent(request, REMEMBER) is not None:
        return Carried(in_cookie, in_cookie=True)
    if in_header := _text(request, b"authorization"):
        return Carried(in_header, in_header=True)
    _, _, protocol = _text(request, b"sec-websocket-protocol").partition(",")
    raw = protocol.partition(",")[0].strip() or query_parameter(request, "access_token")
    return Carried(raw) if raw else None


def tenant(request: Request) -> str | None:
    """Give the id of the group that a request names; raises Invalid for what is no id."""
    named = _text(request, b"x-tenant") or query_parameter(request, "tenant")
    if named and not mapping.is_uuid(named):
        raise Invalid("invalid X-Tenant header format")
    return named.lower() if named else None


def route_key(request: Request, name: str) -> str:
    """Give the id that is part of the path; raises Invalid for what is no id."""
    id = path_text(request, name)
    if not mapping.is_uuid(id):
        raise Invalid(f"invalid route key: {name}")
    return id.lower()


def _text(request: Request, name: bytes) -> str:
    return (header(request.scope, name) or b"").decode("latin-1")
