"""Verification of one bearer JWT: its issuer, its header, its signature, its claims."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import httpx
import structlog

from gatepost.server.domain.errors import Unauthenticated
from gatepost.server.domain.identities import Claims
from gatepost.server.oidc.claims import stated
from gatepost.server.oidc.documents import Documents, connections
from gatepost.server.oidc.issuers import Issuer
from gatepost.server.oidc.keys import IssuerKeys
from gatepost.server.oidc.signed import Refusal, read_unverified, verified

REFUSED = "The bearer token is not valid here."
"""One text for every reason, so that an answer tells an attacker nothing."""

TYPES = ("jwt", "at+jwt")
FETCHED_WITHIN = 5.0
"""How long fetching one document of an issuer may take, in seconds."""

log = structlog.get_logger("gatepost.oidc")


class BearerVerifier:
    """Verifies bearer JWTs (RFC 7519, RFC 9068) of the given issuers; one per event loop.

    `clock` gives the seconds since the Unix epoch, `http` makes the client that fetches keys, and `fetched_within`
    bounds one fetch in seconds.
    """

    def __init__(
        self,
        issuers: Sequence[Issuer],
        clock: Callable[[], float],
        http: Callable[[], httpx.AsyncClient] = connections,
        fetched_within: float = FETCHED_WITHIN,
    ) -> None:
        self._clock = clock
        self._documents = Documents(http, fetched_within)
        self._keys = {issuer.url: IssuerKeys(issuer, self._documents, clock) for issuer in issuers}
        if len(self._keys) != len(issuers):
            raise ValueError("Two issuers have the same address.")

    async def verify(self, token: str) -> Claims:
        """Give what a token states once its signature, issuer, audience and times are known to hold.

        Raises Unauthenticated for every token that does not hold, Forbidden for somebody who is in no group that is
        let in, and Unavailable when the issuer's keys are not at hand and cannot be fetched.
        """
        try:
            return await self._verify(token)
        except Refusal as refusal:
            log.info("bearer token refused", reason=str(refusal))
            raise Unauthenticated(REFUSED) from refusal

    async def aclose(self) -> None:
        """Close the connections to the issuers."""
        await self._documents.aclose()

    async def _verify(self, token: str) -> Claims:
        header, issuer_url = read_unverified(token)
        keys = self._keys.get(issuer_url)
        if keys is None:
            raise Refusal("unknown issuer")
        claims = await verified(token, header, keys, self._clock(), TYPES)
        # A token bound to a key (RFC 7800) proves nothing about whoever merely bears it.
        if "cnf" in claims:
            raise Refusal("bound to a key")
        return stated(claims, keys.issuer)
