"""The token endpoint: client credentials for an access token (RFC 6749, section 4.4; contract 2.2)."""

import binascii
from base64 import b64decode
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import unquote_plus

import msgspec

from gatepost.server.dialects.vectara import wire
from gatepost.server.dialects.vectara.mapping import encode
from gatepost.server.domain.errors import Invalid, Unauthenticated
from gatepost.server.services.access_tokens import AccessTokens, Granted
from gatepost.server.web.answers import Answer, Header
from gatepost.server.web.forms import FORM, form_values
from gatepost.server.web.limits import Limiter
from gatepost.server.web.requests import JSON, Request, header, json_body

CLIENT_CREDENTIALS = "client_credentials"
NOT_KEPT = [(b"cache-control", b"no-store"), (b"pragma", b"no-cache")]
CHALLENGE = (b"www-authenticate", b'Basic realm="clients"')


class ClientSecret(NamedTuple):
    """What a program shows of itself."""

    client_id: str
    client_secret: str


@dataclass(frozen=True, slots=True)
class TokenEndpoint:
    """What the operation calls."""

    access_tokens: AccessTokens
    limiter: Limiter

    async def post(self, request: Request) -> Answer:
        try:
            asked = await _read(request)
            if asked.grant_type and asked.grant_type != CLIENT_CREDENTIALS:
                return refusal(400, "unsupported_grant_type", f"Only {CLIENT_CREDENTIALS} is taken here.")
            shown = _secret_in_header(request) or _secret_in_body(asked)
        except Invalid as error:
            return refusal(400, "invalid_request", error.message)
        try:
            return _granted(await self._grant(request, shown))
        except Unauthenticated as error:
            return refusal(401, "invalid_client", error.message, CHALLENGE)

    async def _grant(self, request: Request, shown: ClientSecret) -> Granted:
        self.limiter.require_patience(request.scope, "token", shown.client_id)
        try:
            granted = await self.access_tokens.grant(*shown)
        except Unauthenticated:
            self.limiter.failed(request.scope, "token", shown.client_id)
            self.limiter.failed_token(request.scope)
            raise
        self.limiter.succeeded(request.scope, "token", shown.client_id)
        return granted


async def _read(request: Request) -> wire.TokenRequest:
    """Read JSON or a form, by content type; raises Invalid."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == JSON:
        return await json_body(request, wire.TokenRequest)
    if kind != FORM:
        raise Invalid(f"The body must be {FORM} or {JSON}.")
    return msgspec.convert(await form_values(request), wire.TokenRequest)


def _secret_in_header(request: Request) -> ClientSecret | None:
    """Read HTTP Basic (RFC 6749, section 2.3.1), None when there is none; raises Invalid for what cannot be read."""
    scheme, _, encoded = (header(request.scope, b"authorization") or b"").partition(b" ")
    if scheme.lower() != b"basic":
        return None
    try:
        id, _, secret = b64decode(encoded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise Invalid("The Authorization header cannot be read.") from None
    return ClientSecret(unquote_plus(id), unquote_plus(secret))


def _secret_in_body(asked: wire.TokenRequest) -> ClientSecret:
    if not asked.client_id or not asked.client_secret:
        raise Invalid("client_id and client_secret are required.")
    return ClientSecret(asked.client_id, asked.client_secret)


def _granted(granted: Granted) -> Answer:
    return Answer(encode(wire.AccessToken(granted.token, "Bearer", granted.expires_in)), headers=NOT_KEPT)


def refusal(status: int, error: str, description: str, *more: Header) -> Answer:
    """Say why there is no token (RFC 6749, section 5.2)."""
    return Answer(encode(wire.TokenError(error, description)), status, headers=[*NOT_KEPT, *more])
