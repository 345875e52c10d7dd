"""Getting in through an OIDC provider, in a browser or by a client that keeps three cookies (contract 4)."""

import re
from dataclasses import dataclass, replace

from gatepost.server.dialects.homebox.cookies import FLOW, Cookies
from gatepost.server.domain.errors import GatepostError, Invalid, NotFound, Unavailable
from gatepost.server.domain.flows import SECRET_LENGTH, STRANGE, Flow
from gatepost.server.domain.sessions import HOMEBOX_STAYING
from gatepost.server.services.oidc_sign_in import OidcSignIn
from gatepost.server.services.sessions import Sessions
from gatepost.server.web.answers import NO_STORE, Answer, Header
from gatepost.server.web.cookies import sent
from gatepost.server.web.front import NOTHING_HERE
from gatepost.server.web.limits import Limiter
from gatepost.server.web.requests import Request, device_of, provider_answer

START = "/v1/users/login/oidc"
CALLBACK = f"{START}/callback"
HOME = "/home"
FAILED = "/?oidc_error=oidc_auth_failed"

_SECRET = re.compile(rf"[\w-]{{{SECRET_LENGTH}}}", re.ASCII)


@dataclass(frozen=True, slots=True)
class OidcOperations:
    """`provider` is the configured name, empty where there is none; `url` is the public address of this API."""

    provider: str
    issuer: str
    url: str
    oidc: OidcSignIn
    sessions: Sessions
    cookies: Cookies
    limiter: Limiter

    async def start(self, request: Request) -> Answer:
        self._require_offered()
        self.limiter.provider_sign_in(request.scope)
        try:
            begun = await self.oidc.begin(self.provider, self.url + CALLBACK)
        except Unavailable as error:
            raise Unavailable("OIDC provider not available", error.retry_after) from error
        return _found(begun.url, self.cookies.of_flow(begun.flow, self.oidc.ends_at()))

    async def callback(self, request: Request) -> Answer:
        self._require_offered()
        self.limiter.provider_sign_in(request.scope)
        try:
            place, kept = HOME, await self._finish(request)
        except GatepostError:
            place, kept = FAILED, []
        return _found(place, [*kept, *self.cookies.without_flow()])

    async def _finish(self, request: Request) -> list[Header]:
        answer = provider_answer(request)
        # Clients pass on code and state alone. As only one provider sends people to this address, no other can be
        # taken for it (RFC 9207, section 4).
        answer = replace(answer, issuer=answer.issuer or self.issuer)
        principal = await self.oidc.finish(self._flow(request), answer)
        new = await self.sessions.begin(principal, HOMEBOX_STAYING, device_of(request))
        return self.cookies.of_session(new, remember=True)

    def _flow(self, request: Request) -> Flow:
        secrets = [sent(request, name) or "" for name in FLOW]
        if not all(map(_SECRET.fullmatch, secrets)):
            raise Invalid(STRANGE)
        return Flow(self.provider, self.url + CALLBACK, *secrets)

    def _require_offered(self) -> None:
        if not self.provider:
            raise NotFound(NOTHING_HERE)


def _found(place: str, cookies: list[Header]) -> Answer:
    return Answer(status=302, headers=[(b"location", place.encode()), *NO_STORE, *cookies])
