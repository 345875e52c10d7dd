"""Verification of one bearer JWT: its issuer, its header, its signature, its claims."""

from __future__ import annotations

import base64
import copy
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import httpx
import msgspec
import structlog
from joserfc import jwt
from joserfc.errors import ClaimError, JoseError
from joserfc.jwk import Key
from joserfc.jws import JWSRegistry

from gatepost.server.domain.errors import Unauthenticated
from gatepost.server.domain.identities import Claims
from gatepost.server.oidc.issuers import Issuer
from gatepost.server.oidc.keys import Documents, IssuerKeys

REFUSED = "The bearer token is not valid here."
"""One text for every reason, so that an answer tells an attacker nothing."""

MAX_TOKEN = 16 * 1024
MAX_TEXT = 255
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
        http: Callable[[], httpx.AsyncClient] = httpx.AsyncClient,
        fetched_within: float = FETCHED_WITHIN,
    ) -> None:
        self._clock = clock
        self._documents = Documents(http, fetched_within)
        self._keys = {issuer.url: IssuerKeys(issuer, self._documents, clock) for issuer in issuers}
        if len(self._keys) != len(issuers):
            raise ValueError("Two issuers have the same address.")

    async def verify(self, token: str) -> Claims:
        """Give what a token states once its signature, issuer, audience and times are known to hold.

        Raises Unauthenticated for every token that does not hold, and Unavailable when the issuer's keys are not
        at hand and cannot be fetched.
        """
        try:
            return await self._verify(token)
        except _Refusal as refusal:
            log.info("bearer token refused", reason=str(refusal))
            raise Unauthenticated(REFUSED) from refusal

    async def aclose(self) -> None:
        """Close the connections to the issuers."""
        await self._documents.aclose()

    async def _verify(self, token: str) -> Claims:
        header, issuer_url = _read_unverified(token)
        keys = self._keys.get(issuer_url)
        if keys is None:
            raise _Refusal("unknown issuer")
        _check_header(header, keys.issuer)
        key = await keys.find(header.kid)
        if key is None:
            raise _Refusal("unknown key")
        return _claims(_verified(token, key, keys.issuer, self._clock()))


class _Refusal(Exception):
    """Why a token does not hold; for the log, never for the caller."""


class _Header(msgspec.Struct):
    """The header members that are looked at; `jwk`, `jku` and `x5u` are not, a token cannot bring its own key."""

    alg: str
    kid: str | None = None
    typ: str = "JWT"
    crit: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


class _Payload(msgspec.Struct):
    iss: str


def _read_unverified(token: str) -> tuple[_Header, str]:
    """Read what says how to verify the token; nothing here is believed yet."""
    parts = token.split(".")
    if len(token) > MAX_TOKEN or len(parts) != 3:
        raise _Refusal("not a JWT")
    try:
        header, payload, _ = (base64.urlsafe_b64decode(part + "==") for part in parts)
        return msgspec.json.decode(header, type=_Header), msgspec.json.decode(payload, type=_Payload).iss
    except (ValueError, RecursionError) as error:
        raise _Refusal("not a JWT") from error


def _check_header(header: _Header, issuer: Issuer) -> None:
    if header.alg not in issuer.algorithms:
        raise _Refusal("algorithm not allowed")
    if header.typ.lower().removeprefix("application/") not in {"jwt", "at+jwt"}:
        raise _Refusal("another type of token")
    if header.crit is not msgspec.UNSET:
        raise _Refusal("critical header members")


def _verified(token: str, key: Key, issuer: Issuer, now: float) -> dict[str, Any]:
    rules = jwt.JWTClaimsRegistry(
        now=int(now),
        leeway=issuer.leeway_seconds,
        iss={"essential": True, "value": issuer.url},
        aud={"essential": True, "values": list(issuer.audiences)},
        exp={"essential": True},
        sub={"essential": True},
    )
    try:
        claims = jwt.decode(token, key, registry=_registry(issuer.algorithms)).claims
        rules.validate(claims)
    except ClaimError as error:
        raise _Refusal(f"{type(error).__name__}: {error.claim}") from error
    except (JoseError, ValueError, RecursionError) as error:
        raise _Refusal(type(error).__name__) from error
    return claims


@cache
def _registry(algorithms: tuple[str, ...]) -> JWSRegistry:
    registry = JWSRegistry(algorithms=algorithms, strict_check_header=False)
    registry.max_header_length = registry.max_signature_length = MAX_TOKEN
    registry.algorithms = {name: copy.copy(JWSRegistry.algorithms[name]) for name in algorithms}
    for algorithm in registry.algorithms.values():
        # RFC 9864 deprecates the name EdDSA; issuers send it all the same, and configuration has allowed it.
        algorithm.security_warning = None
    return registry


def _claims(claims: Mapping[str, Any]) -> Claims:
    subject = claims["sub"]
    if subject != _text(subject):
        raise _Refusal("unusable subject")
    # A token bound to a key (RFC 7800) proves nothing about whoever merely bears it.
    if "cnf" in claims:
        raise _Refusal("bound to a key")
    return Claims(
        issuer=claims["iss"],
        subject=subject,
        email=_text(claims.get("email")),
        email_verified=claims.get("email_verified") is True or claims.get("email_verified") == "true",
        preferred_username=_text(claims.get("preferred_username")),
        first_name=_text(claims.get("given_name")),
        last_name=_text(claims.get("family_name")),
        name=_text(claims.get("name")),
    )


def _text(value: object) -> str | None:
    """Give a text that can be stored and shown; None for anything else, control characters included."""
    if not isinstance(value, str) or not 0 < len(value.strip()) <= MAX_TEXT:
        return None
    controls = any(unicodedata.category(character) == "Cc" for character in value)
    return None if controls else value.strip()
