"""Signing in at an OIDC provider: out to it, and back.

What must be known again when the browser comes back is in a cookie that only we can read and nobody can write.
"""

from dataclasses import dataclass

from gatepost.server.console.pages import Pages, away, see_other
from gatepost.server.console.sign_in import SignInPages, own_path
from gatepost.server.domain.errors import (
    Conflict,
    Forbidden,
    GatepostError,
    Invalid,
    Unauthenticated,
    Unavailable,
)
from gatepost.server.domain.sessions import Terms
from gatepost.server.services.oidc_sign_in import OidcSignIn
from gatepost.server.services.sessions import Sessions
from gatepost.server.web.answers import Answer
from gatepost.server.web.cookies import Cookie
from gatepost.server.web.limits import Limiter
from gatepost.server.web.requests import Request, device_of, path_text, provider_answer, query_parameter

_FAILURES: dict[type[GatepostError], tuple[int, str]] = {
    Invalid: (400, "This sign-in cannot be finished"),
    Unauthenticated: (401, "The sign-in did not work"),
    Forbidden: (403, "You cannot sign in"),
    Conflict: (409, "You cannot sign in this way"),
    Unavailable: (503, "Please try again in a moment"),
}


@dataclass(frozen=True, slots=True)
class OidcPages:
    """`/sign-in/oidc/{provider}` and `/sign-in/oidc/{provider}/callback`; `cookie` keeps the flow in between."""

    pages: Pages
    oidc: OidcSignIn
    sessions: Sessions
    sign_in: SignInPages
    cookie: Cookie
    terms: Terms
    limiter: Limiter
    public_url: str

    async def start(self, request: Request) -> Answer:
        self.limiter.provider_sign_in(request.scope)
        provider, then = path_text(request, "provider"), own_path(query_parameter(request, "next"))
        if await self.sign_in.visitors.member(request) is not None:
            return see_other(then)
        begun = await self.oidc.begin(provider, f"{self.public_url}/sign-in/oidc/{provider}/callback")
        return away(begun.url, self.cookie.keeping(self.oidc.seal(begun.flow, then)))

    async def callback(self, request: Request) -> Answer:
        self.limiter.provider_sign_in(request.scope)
        try:
            answer = await self._finish(request)
        except tuple(_FAILURES) as error:
            answer = self._failure(error)
        answer.headers.append(self.cookie.dropping())
        return answer

    async def _finish(self, request: Request) -> Answer:
        resumed = self.oidc.unseal(self.cookie.of(request) or "", path_text(request, "provider"))
        principal = await self.oidc.finish(resumed.flow, provider_answer(request))
        session = await self.sessions.begin(principal, self.terms, device_of(request))
        return await self.sign_in.settle(request, session, own_path(resumed.return_to))

    def _failure(self, error: GatepostError) -> Answer:
        status, headline = next(_FAILURES[kind] for kind in type(error).__mro__ if kind in _FAILURES)
        answer = self.pages.page("provider-failed", status, headline=headline, reason=error.message)
        if isinstance(error, Unavailable):
            answer.headers.append((b"retry-after", b"%d" % error.retry_after))
        return answer
