"""Signed access tokens: JSON web tokens (RFC 7519, RFC 9068) under Ed25519 keys (RFC 8037).

The JOSE library is loaded when the first token is asked for: most installations have no OAuth2 clients.
"""

import copy
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

import msgspec

from gatepost.server.services.ports import KeyPair

if TYPE_CHECKING:
    from joserfc.jwk import OKPKey
    from joserfc.jws import JWSRegistry

ALGORITHM = "EdDSA"
TYPE = "at+jwt"
LONGEST = 4 * 1024
"""Characters of a token that is looked at; ours have some 600."""


MOST_KEYS = 16
"""Keys that stay read; rotation leaves two in use."""


class Signer:
    """Makes keys, and signs and checks tokens with them."""

    def make_key(self, id: str) -> KeyPair:
        """Make a key of this id."""
        from joserfc.jwk import OKPKey

        key = OKPKey.generate_key("Ed25519", {"kid": id, "use": "sig", "alg": ALGORITHM})
        public, private = key.as_dict(private=False), key.as_dict(private=True)
        return KeyPair(msgspec.json.encode(public).decode(), msgspec.json.encode(private))

    def sign(self, claims: Mapping[str, Any], private: bytes) -> str:
        """Sign claims with the private half of a key."""
        from joserfc import jwt

        key = _key(private)
        header = {"alg": ALGORITHM, "typ": TYPE, "kid": key.kid}
        return jwt.encode(header, dict(claims), key, registry=_registry())

    def key_id(self, token: str, issuer: str) -> str | None:
        """Read by which key of this issuer a token says it is signed; None for what cannot be such a token.

        Nothing of it is believed yet.
        """
        from joserfc import jws
        from joserfc.errors import JoseError

        try:
            parsed = jws.extract_compact(token[: LONGEST + 1].encode(), registry=_registry())
            header, claims = parsed.headers(), msgspec.json.decode(parsed.payload, type=dict[str, Any])
        except (JoseError, ValueError, RecursionError):
            return None
        ours = len(token) <= LONGEST and (header.get("alg"), header.get("typ")) == (ALGORITHM, TYPE)
        kid = header.get("kid")
        possible = isinstance(kid, str) and kid.isascii() and kid.isprintable()
        return kid if possible and ours and claims.get("iss") == issuer else None

    def verified(self, token: str, public: str, issuer: str, now: int) -> Mapping[str, Any] | None:
        """Give the claims of a token whose signature, issuer, audience and times hold at `now` (milliseconds)."""
        from joserfc import jwt
        from joserfc.errors import JoseError

        rules = jwt.JWTClaimsRegistry(
            now=now // 1_000,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": issuer},
            exp={"essential": True},
        )
        try:
            claims = jwt.decode(token, _key(public.encode()), registry=_registry()).claims
            rules.validate(claims)
        except (JoseError, ValueError, RecursionError):
            return None
        return claims


@lru_cache(MOST_KEYS)
def _key(jwk: bytes) -> "OKPKey":
    from joserfc.jwk import OKPKey

    return OKPKey.import_key(msgspec.json.decode(jwk))


@cache
def _registry() -> "JWSRegistry":
    from joserfc.jws import JWSRegistry

    registry = JWSRegistry(algorithms=[ALGORITHM], strict_check_header=False)
    algorithm = copy.copy(JWSRegistry.algorithms[ALGORITHM])
    # RFC 9864 deprecates the name EdDSA, but other programs that read our tokens know no other yet.
    algorithm.security_warning = None
    registry.algorithms = {ALGORITHM: algorithm}
    return registry
