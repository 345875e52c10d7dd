"""The user operations of UbiOps: each decodes, calls one service and maps the answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gatepost.server.dialects.ubiops import mapping, wire
from gatepost.server.domain.errors import Unauthenticated
from gatepost.server.domain.principal import Principal
from gatepost.server.services.credentials import Credentials
from gatepost.server.services.profiles import Profiles
from gatepost.server.services.registration import Registration
from gatepost.server.web.answers import NO_STORE, Answer, no_content
from gatepost.server.web.limits import Limiter
from gatepost.server.web.requests import Request, header, json_body, judged, require_json

REFUSED = "Missing or invalid credentials."


@dataclass(frozen=True, slots=True)
class Ubiops:
    """What the operations call; `providers` are the names of OIDC providers by issuer."""

    credentials: Credentials
    profiles: Profiles
    registration: Registration
    limiter: Limiter
    providers: Mapping[str, str]
    sign_up_needs_token: bool

    async def principal(self, request: Request) -> Principal:
        """Give the caller, by personal access token."""
        return await judged(request, self._principal)

    async def _principal(self, request: Request) -> Principal:
        try:
            raw = mapping.raw_token(header(request.scope, b"authorization"))
            return (await self.credentials.resolve_token(raw)).principal
        except Unauthenticated:
            self.limiter.failed_token(request.scope)
            raise Unauthenticated(REFUSED) from None

    async def post_user(self, request: Request) -> Answer:
        if self.sign_up_needs_token:
            await self.principal(request)
        require_json(request)
        self.limiter.sign_up(request.scope)
        form = mapping.sign_up(await json_body(request, wire.UserPendingCreate))
        return answer(mapping.pending(await self.registration.sign_up(form)), 201)

    async def get_user(self, request: Request) -> Answer:
        principal = await self.principal(request)
        issuer = await self.profiles.issuer_of(principal)
        provider = self.providers.get(issuer, issuer) if issuer else None
        return answer(mapping.user(await self.profiles.own(principal), provider))

    async def delete_user(self, request: Request) -> Answer:
        await self.profiles.delete_own(await self.principal(request))
        return no_content()


def answer(value: Any, status: int = 200) -> Answer:
    """Encode a JSON answer, which nobody may keep."""
    return Answer(mapping.encode(value), status, headers=NO_STORE)


def error(status: int, message: str, path: str) -> Answer:
    """Word an error as this API does."""
    return Answer(mapping.error(message), status)
