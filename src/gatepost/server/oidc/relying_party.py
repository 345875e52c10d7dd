"""Signing people in through one provider by the authorization code flow (OpenID Connect Core 1.0, section 3.1)."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any
from urllib.parse import urlencode

import httpx
import structlog

from gatepost.server.domain.errors import Unauthenticated, Unavailable
from gatepost.server.domain.flows import FAILED, RETRY_SECONDS, Flow, ProviderAnswer
from gatepost.server.domain.identities import Claims
from gatepost.server.oidc import id_token
from gatepost.server.oidc.claims import filled, stated
from gatepost.server.oidc.clients import Client
from gatepost.server.oidc.discovery import PAUSES, Metadata, discover
from gatepost.server.oidc.documents import Documents, FetchFailed, Rejected, connections
from gatepost.server.oidc.exchange import Tokens, exchange
from gatepost.server.oidc.issuers import require_secure
from gatepost.server.oidc.kept import Kept
from gatepost.server.oidc.keys import IssuerKeys
from gatepost.server.oidc.signed import Refusal, read_unverified, verified

log = structlog.get_logger("gatepost.oidc")


class RelyingParty:
    """One client of one provider; one per event loop.

    `clock` gives the seconds since the Unix epoch, `within` bounds each call to the provider in seconds, `http`
    makes the client that calls, and `pauses` lie between attempts at discovery.
    """

    def __init__(
        self,
        client: Client,
        clock: Callable[[], float],
        within: float,
        http: Callable[[], httpx.AsyncClient] = connections,
        pauses: Sequence[float] = PAUSES,
    ) -> None:
        self._client = client
        self._clock = clock
        self._documents = Documents(http, within)
        # Keys of its own: ids invented in bearer tokens must not use up the looks at the keys that sign-ins need.
        self._keys = IssuerKeys(client.issuer, self._documents, clock)
        fetch = partial(discover, client.issuer, self._documents, pauses)
        self._metadata = Kept(client.issuer.name, "description", fetch, clock)

    async def authorization_url(self, flow: Flow) -> str:
        """Give the address to send a browser to; raises Unavailable when the provider cannot be discovered."""
        endpoint = (await self._metadata.current()).authorization_endpoint or ""
        try:
            require_secure(endpoint)
        except ValueError as error:
            raise self._unavailable(FetchFailed(f"authorization endpoint: {error}")) from error
        asked = {
            "client_id": self._client.id,
            "code_challenge": _challenge(flow.verifier),
            "code_challenge_method": "S256",
            "nonce": flow.nonce,
            "redirect_uri": flow.redirect_uri,
            "response_type": "code",
            "scope": " ".join(self._client.scopes),
            "state": flow.state,
        }
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}"

    async def claims(self, flow: Flow, answer: ProviderAnswer) -> Claims:
        """Redeem the answer to a flow, and give what the provider states about the person.

        Raises what `Flow.code_of` raises, Unauthenticated when the provider does not accept the code or what it
        hands out does not hold, Forbidden for somebody who is in no group that is let in, and Unavailable when it
        cannot be reached or answers nonsense.
        """
        code = flow.code_of(answer)
        try:
            metadata = await self._metadata.current()
            _require_sender(answer.issuer, metadata)
            tokens = await exchange(self._documents, self._client, metadata, flow, code)
            return stated(await self._claims(flow, tokens, metadata), self._client.issuer)
        except (Refusal, Rejected) as refusal:
            log.warning("provider sign-in refused", provider=self._client.issuer.name, reason=str(refusal))
            raise Unauthenticated(FAILED) from refusal
        except FetchFailed as failure:
            raise self._unavailable(failure) from failure

    async def aclose(self) -> None:
        """Close the connections to the provider."""
        await self._documents.aclose()

    async def _claims(self, flow: Flow, tokens: Tokens, metadata: Metadata) -> dict[str, Any]:
        header, issuer = read_unverified(tokens.id_token)
        if issuer != self._client.issuer.url:
            raise Refusal("another issuer")
        claims = await verified(tokens.id_token, header, self._keys, self._clock(), id_token.TYPES)
        id_token.require_meant_for(claims, self._client.id, flow.nonce)
        id_token.require_belongs(claims, header.alg, tokens.access_token)
        return filled(claims, await self._user_info(tokens, metadata, claims["sub"]), self._client.issuer.names)

    async def _user_info(self, tokens: Tokens, metadata: Metadata, subject: str) -> dict[str, Any]:
        """Ask for more about the person; a provider that has no more to say, or fails to, says nothing."""
        if not metadata.userinfo_endpoint or not tokens.access_token:
            return {}
        try:
            bearer = {"Authorization": f"Bearer {tokens.access_token}"}
            found: dict[str, Any] = await self._documents.get(metadata.userinfo_endpoint, dict[str, Any], bearer)
        except FetchFailed as failure:
            log.warning("UserInfo cannot be fetched", provider=self._client.issuer.name, reason=str(failure))
            return {}
        # Without this comparison somebody else's access token could be slipped in (section 5.3.2).
        if found.get("sub") != subject:
            raise Refusal("UserInfo is about somebody else")
        return found

    def _unavailable(self, failure: FetchFailed) -> Unavailable:
        name = self._client.issuer.name
        log.warning("provider sign-in failed", provider=name, reason=str(failure))
        return Unavailable(f"The identity provider {name} does not answer as it should.", RETRY_SECONDS)


def _require_sender(named: str | None, metadata: Metadata) -> None:
    """Raise Refusal when another provider answered than was asked (RFC 9207, section 2.4)."""
    promised = metadata.authorization_response_iss_parameter_supported
    if named != metadata.issuer and (named is not None or promised):
        raise Refusal("answered by another provider")


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
