"""Exchanging a code for tokens (RFC 6749, section 4.1.3; RFC 7636, section 4.5)."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from urllib.parse import quote_plus

import msgspec

from gatepost.server.domain.flows import Flow
from gatepost.server.oidc.clients import Client
from gatepost.server.oidc.discovery import Metadata
from gatepost.server.oidc.documents import Documents, FetchFailed

BASIC, POST, NONE = "client_secret_basic", "client_secret_post", "none"


class Tokens(msgspec.Struct):
    """What a provider hands out for a code; a member it leaves out is empty."""

    id_token: str
    access_token: str = ""


async def exchange(documents: Documents, client: Client, metadata: Metadata, flow: Flow, code: str) -> Tokens:
    """Redeem a code; raises FetchFailed, and of its kinds Rejected when the provider does not accept the code."""
    if not metadata.token_endpoint:
        raise FetchFailed(f"{metadata.issuer} names no token endpoint")
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": flow.redirect_uri,
        "code_verifier": flow.verifier,
    }
    named, headers = _authentication(client, metadata)
    return await documents.post(metadata.token_endpoint, Tokens, form | named, headers)


def _authentication(client: Client, metadata: Metadata) -> tuple[dict[str, str], dict[str, str]]:
    """Give the form fields and headers by which the provider knows its client."""
    if not client.secret:
        return {"client_id": client.id}, {}
    method = _method(metadata.token_endpoint_auth_methods_supported)
    if method == POST:
        return {"client_id": client.id, "client_secret": client.secret}, {}
    # Both halves are form-encoded first (RFC 6749, section 2.3.1): a secret may have a colon or a blank.
    pair = f"{quote_plus(client.id)}:{quote_plus(client.secret)}"
    return {}, {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}


def _method(supported: Sequence[str] | None) -> str:
    """Choose how to show the secret; a provider that does not tell takes Basic (OpenID Connect Discovery 1.0)."""
    if supported is None or BASIC in supported:
        return BASIC
    if POST in supported:
        return POST
    raise FetchFailed(f"the token endpoint takes no client secret, but {', '.join(supported)}")
