"""What a provider tells about itself (OpenID Connect Discovery 1.0, section 4)."""

import asyncio
from collections.abc import Sequence

import msgspec

from gatepost.server.oidc.documents import Documents, FetchFailed, Hiccup
from gatepost.server.oidc.issuers import Issuer

WELL_KNOWN = "/.well-known/openid-configuration"

PAUSES = (0.2, 1.0)
"""Seconds before the second and the third attempt, where the first met a failure that may be over in a moment."""


class Metadata(msgspec.Struct, frozen=True):
    """The members that are looked at; RFC 8414 and RFC 9207 define the last two."""

    issuer: str
    jwks_uri: str
    authorization_endpoint: str | None = None
    token_endpoint: str | None = None
    userinfo_endpoint: str | None = None
    token_endpoint_auth_methods_supported: tuple[str, ...] | None = None
    authorization_response_iss_parameter_supported: bool | None = None


async def discover(issuer: Issuer, documents: Documents, pauses: Sequence[float] = PAUSES) -> Metadata:
    """Ask an issuer about itself, again where a brief failure came between; raises FetchFailed."""
    for pause in pauses:
        try:
            return await _ask(issuer, documents)
        except Hiccup:
            await asyncio.sleep(pause)
    return await _ask(issuer, documents)


async def _ask(issuer: Issuer, documents: Documents) -> Metadata:
    url = issuer.url.rstrip("/") + WELL_KNOWN
    found = await documents.get(url, Metadata)
    if found.issuer != issuer.url:
        raise FetchFailed(f"{url} speaks for another issuer, {found.issuer}")
    return found
