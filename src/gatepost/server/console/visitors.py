"""Who is looking at a page: the session that a cookie carries."""

from dataclasses import dataclass

from gatepost.server.domain.errors import Unauthenticated
from gatepost.server.domain.principal import Principal
from gatepost.server.services.credentials import Credentials
from gatepost.server.web.cookies import Cookie
from gatepost.server.web.limits import Limiter
from gatepost.server.web.requests import Request, judged


@dataclass(frozen=True, slots=True)
class Visitors:
    """Tells who is signed in."""

    credentials: Credentials
    cookie: Cookie
    limiter: Limiter

    async def member(self, request: Request) -> Principal | None:
        """Give the principal of the visitor's session, None when nobody is signed in.

        Raises TooManyRequests for a network that keeps sending sessions that do not hold.
        """
        return await judged(request, self._member) if self.cookie.of(request) else None

    async def _member(self, request: Request) -> Principal | None:
        try:
            return await self.credentials.of_session(self.cookie.of(request))
        except Unauthenticated:
            self.limiter.failed_token(request.scope)
            return None
