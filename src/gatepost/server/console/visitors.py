"""Who is looking at a page: the session that a cookie carries."""

from dataclasses import dataclass

from gatepost.server.domain.clock import DAY, SECOND
from gatepost.server.domain.errors import Unauthenticated
from gatepost.server.domain.principal import Principal
from gatepost.server.services.credentials import Credentials
from gatepost.server.web.answers import Header
from gatepost.server.web.limits import Limiter
from gatepost.server.web.requests import Request


@dataclass(frozen=True, slots=True)
class SessionCookie:
    """The cookie that keeps a session (RFC 6265bis): out of reach of scripts, other sites' forms and, over TLS, of
    other hosts and plain http. `days` is how long browsers keep it.
    """

    secure: bool
    days: int

    @property
    def name(self) -> str:
        # Browsers take a `__Host-` cookie only over TLS.
        return "__Host-gatepost" if self.secure else "gatepost"

    def keeping(self, raw: str) -> Header:
        """Give the header that makes a browser keep a session."""
        return self._set(raw, self.days * DAY // SECOND)

    def dropping(self) -> Header:
        """Give the header that makes a browser forget its session."""
        return self._set("", 0)

    def _set(self, value: str, max_age: int) -> Header:
        flags = "; Path=/; HttpOnly; SameSite=Lax" + ("; Secure" if self.secure else "")
        return b"set-cookie", f"{self.name}={value}; Max-Age={max_age}{flags}".encode()

    def of(self, request: Request) -> str | None:
        """Give the raw session that a request carries."""
        # HTTP/2 may spread cookies over several headers (RFC 9113, 8.2.3).
        sent = [value.decode("latin-1") for name, value in request.scope["headers"] if name == b"cookie"]
        for pair in ";".join(sent).split(";"):
            name, _, value = pair.strip().partition("=")
            if name == self.name:
                return value
        return None


@dataclass(frozen=True, slots=True)
class Visitors:
    """Tells who is signed in."""

    credentials: Credentials
    cookie: SessionCookie
    limiter: Limiter

    async def member(self, request: Request) -> Principal | None:
        """Give the principal of the visitor's session, None when nobody is signed in.

        Raises TooManyRequests for a network that keeps sending sessions that do not hold.
        """
        raw = self.cookie.of(request)
        if not raw:
            return None
        try:
            return await self.credentials.of_session(raw)
        except Unauthenticated:
            self.limiter.failed_token(request.scope)
            return None
