"""The signature keys of an issuer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from joserfc.errors import JoseError
from joserfc.jwk import Key, import_key

from gatepost.server.oidc.discovery import discover
from gatepost.server.oidc.documents import Documents
from gatepost.server.oidc.issuers import Issuer
from gatepost.server.oidc.kept import Kept

PUBLIC_MEMBERS = ("kty", "kid", "alg", "n", "e", "crv", "x", "y")
RSA_2048 = 342
"""The length in base64url of the smallest RSA modulus that may sign (RFC 7518, section 3.3)."""


class _KeySet(msgspec.Struct):
    keys: list[dict[str, Any]]


class IssuerKeys:
    """The signature keys of one issuer, fetched when they are needed and kept."""

    def __init__(self, issuer: Issuer, documents: Documents, clock: Callable[[], float]) -> None:
        self.issuer = issuer
        self._documents = documents
        self._kept = Kept(issuer.name, "keys", self._fetch, clock)

    async def find(self, kid: str | None) -> Key | None:
        """Give the key of that id, or the only key for no id; raises Unavailable when there are no keys at all."""
        key = self._pick(kid)
        if key is None or not self._kept.settled:
            await self._kept.renewed()
        return self._pick(kid)

    def _pick(self, kid: str | None) -> Key | None:
        keys = [key for key in self._kept.value or () if kid is None or key.kid == kid]
        return keys[0] if len(keys) == 1 else None

    async def _fetch(self) -> list[Key]:
        url = self.issuer.jwks_url or (await discover(self.issuer, self._documents)).jwks_uri
        published = await self._documents.get(url, _KeySet)
        return [key for key in map(_signature_key, published.keys) if key is not None]


def _signature_key(jwk: Mapping[str, Any]) -> Key | None:
    """Import the public part of an asymmetric signature key; None for any other, a weak one, and a broken one."""
    if jwk.get("kty") not in ("RSA", "EC", "OKP") or jwk.get("use", "sig") != "sig":
        return None
    if jwk["kty"] == "RSA" and len(str(jwk.get("n"))) < RSA_2048:
        return None
    public = {name: jwk[name] for name in PUBLIC_MEMBERS if name in jwk}
    try:
        return import_key(public)
    except (JoseError, ValueError, TypeError, KeyError):
        return None
