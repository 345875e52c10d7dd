"""Who is asking: an OAuth2 client by its access token, or an account by a personal one (contract 2)."""

from dataclasses import dataclass

from gatepost.server.domain.errors import Unauthenticated
from gatepost.server.domain.principal import Principal
from gatepost.server.domain.roles import Permission
from gatepost.server.services.access_tokens import AccessTokens
from gatepost.server.services.credentials import REFUSED, Credentials
from gatepost.server.services.grants import Grants
from gatepost.server.web.asgi import Scope
from gatepost.server.web.limits import Limiter
from gatepost.server.web.requests import Request, header, judged

BEARER = b"bearer"


@dataclass(frozen=True, slots=True)
class Callers:
    """Finds out who calls; `personal_keys` says whether accounts may."""

    access_tokens: AccessTokens
    credentials: Credentials
    grants: Grants
    limiter: Limiter
    personal_keys: bool

    async def reader(self, request: Request) -> Principal:
        """Give a caller that may see accounts; raises Unauthenticated, and Forbidden for any other."""
        return await self._permitted(request, Permission.READ_ACCOUNTS)

    async def writer(self, request: Request) -> Principal:
        """Give a caller that may change accounts; raises Unauthenticated, and Forbidden for any other."""
        return await self._permitted(request, Permission.WRITE_ACCOUNTS)

    async def _permitted(self, request: Request, permission: Permission) -> Principal:
        """Find out before anything else of the request is looked at; the services ask again."""

        async def judge(request: Request) -> Principal:
            principal = await self._principal(request.scope)
            principal.require(permission)
            return principal

        try:
            return await judged(request, judge)
        except Unauthenticated:
            self.limiter.failed_token(request.scope)
            raise

    async def _principal(self, scope: Scope) -> Principal:
        """Give the caller with all it may do: with a bearer token by that alone, and no key makes up for a bad one."""
        scheme, _, token = (header(scope, b"authorization") or b"").partition(b" ")
        if scheme.lower() == BEARER:
            return await self.access_tokens.principal_of(token.strip().decode("latin-1"))
        key = header(scope, b"x-api-key")
        if key is None or not self.personal_keys:
            raise Unauthenticated(REFUSED)
        return await self.grants.empowered((await self.credentials.resolve_token(key.strip())).principal)
