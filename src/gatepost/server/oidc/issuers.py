"""Which OIDC providers are trusted, and how."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

import httpx

ALGORITHMS = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"}
)
"""Signature algorithms an issuer may be configured with: asymmetric ones only (RFC 7518, RFC 8037, RFC 9864)."""


@dataclass(frozen=True, slots=True)
class ClaimNames:
    """Under which names a provider states what has no name, or not always the same, in the standard."""

    email: str = "email"
    email_verified: str = "email_verified"
    name: str = "name"
    groups: str = "groups"


@dataclass(frozen=True, slots=True)
class Issuer:
    """A provider whose tokens are accepted.

    `name` is for people, `url` is compared with the `iss` claim exactly, `audiences` are the accepted `aud` values.
    Keys are read from `jwks_url`, or from where discovery says. `leeway_seconds` is the clock difference allowed.
    Where there are `allowed_groups`, only people who are in one of them are let in.

    Raises ValueError for an address that is neither https nor on this machine, for no audience, and for an
    algorithm outside `ALGORITHMS`.
    """

    name: str
    url: str
    audiences: tuple[str, ...]
    jwks_url: str | None = None
    algorithms: tuple[str, ...] = ("RS256", "PS256", "ES256", "EdDSA")
    leeway_seconds: int = 60
    names: ClaimNames = ClaimNames()
    allowed_groups: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for url in filter(None, (self.url, self.jwks_url)):
            require_secure(url)
        if not self.audiences or not all(self.audiences):
            raise ValueError(f"The issuer {self.name} needs an audience.")
        if not self.algorithms or not ALGORITHMS.issuperset(self.algorithms):
            raise ValueError(f"The issuer {self.name} may sign with {', '.join(sorted(ALGORITHMS))} only.")


def require_secure(url: str) -> None:
    """Raise ValueError unless the address is https, or plain http to this machine."""
    try:
        address = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise ValueError(f"{url} is not an address.") from error
    if not (address.scheme == "https" and address.host) and not _is_plain_loopback(address):
        raise ValueError(f"{url} is neither https nor on this machine.")


def _is_plain_loopback(address: httpx.URL) -> bool:
    try:
        return address.scheme == "http" and ipaddress.ip_address(address.host).is_loopback
    except ValueError:
        return address.host == "localhost"
