"""Who an identity provider says somebody is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Claims:
    """What a verified token of an OIDC provider states about a person (OpenID Connect Core 1.0, section 5.1).

    `issuer` and `subject` identify the person for good; `subject` has at most 255 characters. The rest is
    what the provider says today. `email_verified` is false unless the provider vouches for the address.
    """

    issuer: str
    subject: str
    email: str | None = None
    email_verified: bool = False
    preferred_username: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    name: str | None = None
    groups: tuple[str, ...] = ()
