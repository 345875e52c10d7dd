"""What an ID token must hold besides the claims of every signed token (OpenID Connect Core 1.0, section 3.1.3.7)."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

from gatepost.server.oidc.signed import Refusal

TYPES = ("jwt",)


def require_meant_for(claims: Mapping[str, Any], client_id: str, nonce: str) -> None:
    """Raise Refusal unless the token answers our request: the nonce is ours, and so is whom it was issued to."""
    if claims.get("iat") is None:
        raise Refusal("no time of issue")
    if not _same(claims.get("nonce"), nonce):
        raise Refusal("another nonce")
    shared = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if (shared or "azp" in claims) and claims.get("azp") != client_id:
        raise Refusal("issued to another client")


def require_belongs(claims: Mapping[str, Any], algorithm: str, access_token: str) -> None:
    """Raise Refusal when the token says that it came with another access token; `algorithm` is its own (`alg`)."""
    if "at_hash" in claims and not _same(claims["at_hash"], _half_hash(access_token, algorithm)):
        raise Refusal("came with another access token")


def _half_hash(text: str, algorithm: str) -> str:
    # Ed25519 signs with SHA-512 (RFC 8032); the other algorithms have their hash in their name.
    name = "sha512" if algorithm.startswith("Ed") else f"sha{algorithm[2:]}"
    digest = hashlib.new(name, text.encode()).digest()
    return base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()


def _same(given: object, expected: str) -> bool:
    return isinstance(given, str) and hmac.compare_digest(given.encode(errors="replace"), expected.encode())
