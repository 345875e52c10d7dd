"""Signed JSON web tokens of an issuer: the header, the signature, the claims every kind of them shares."""

from __future__ import annotations

import base64
import copy
from collections.abc import Sequence
from functools import cache
from typing import Any

import msgspec
from joserfc import jwt
from joserfc.errors import ClaimError, JoseError
from joserfc.jwk import Key
from joserfc.jws import JWSRegistry

from gatepost.server.oidc.issuers import Issuer
from gatepost.server.oidc.keys import IssuerKeys

MAX_TOKEN = 16 * 1024


class Refusal(Exception):
    """Why a token does not hold; for the log, never for the caller."""


class Header(msgspec.Struct):
    """The header members that are looked at; `jwk`, `jku` and `x5u` are not, a token cannot bring its own key."""

    alg: str
    kid: str | None = None
    typ: str = "JWT"
    crit: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


class _Payload(msgspec.Struct):
    iss: str


def read_unverified(token: str) -> tuple[Header, str]:
    """Read how to verify a token and the issuer that it names; nothing here is believed yet. Raises Refusal."""
    parts = token.split(".")
    if len(token) > MAX_TOKEN or len(parts) != 3:
        raise Refusal("not a JWT")
    try:
        header, payload, _ = (base64.urlsafe_b64decode(part + "==") for part in parts)
        return msgspec.json.decode(header, type=Header), msgspec.json.decode(payload, type=_Payload).iss
    except (ValueError, RecursionError) as error:
        raise Refusal("not a JWT") from error


async def verified(token: str, header: Header, keys: IssuerKeys, now: float, types: Sequence[str]) -> dict[str, Any]:
    """Give the claims of a token whose type, signature, issuer, audience and times hold.

    `types` are the accepted `typ` values in lower case. Raises Refusal, and Unavailable when there are no keys to
    verify it with.
    """
    _check_header(header, keys.issuer, types)
    key = await keys.find(header.kid)
    if key is None:
        raise Refusal("unknown key")
    return _verified(token, key, keys.issuer, now)


def _check_header(header: Header, issuer: Issuer, types: Sequence[str]) -> None:
    if header.alg not in issuer.algorithms:
        raise Refusal("algorithm not allowed")
    if header.typ.lower().removeprefix("application/") not in types:
        raise Refusal("another type of token")
    if header.crit is not msgspec.UNSET:
        raise Refusal("critical header members")


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
        raise Refusal(f"{type(error).__name__}: {error.claim}") from error
    except (JoseError, ValueError, RecursionError) as error:
        raise Refusal(type(error).__name__) from error
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
