"""From the claims of a provider to what Gatepost knows a person by."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

from gatepost.server.domain.errors import Forbidden
from gatepost.server.domain.identities import Claims
from gatepost.server.oidc.issuers import ClaimNames, Issuer
from gatepost.server.oidc.signed import Refusal

MAX_TEXT = 255
EMPTY: tuple[object, ...] = (None, "", [])


def stated(claims: Mapping[str, Any], issuer: Issuer) -> Claims:
    """Read what verified claims state about a person.

    Raises Refusal for an unusable subject, Forbidden unless the person is in a group that is allowed in.
    """
    subject, names = claims["sub"], issuer.names
    if subject != _text(subject):
        raise Refusal("unusable subject")
    groups, verified = _texts(claims.get(names.groups)), claims.get(names.email_verified)
    if issuer.allowed_groups and not set(issuer.allowed_groups).intersection(groups):
        raise Forbidden(f"None of your groups at {issuer.name} may sign in here.")
    return Claims(
        issuer=issuer.url,
        subject=subject,
        email=_text(claims.get(names.email)),
        email_verified=verified is True or verified == "true",
        preferred_username=_text(claims.get("preferred_username")),
        first_name=_text(claims.get("given_name")),
        last_name=_text(claims.get("family_name")),
        name=_text(claims.get(names.name)),
        groups=groups,
    )


def filled(claims: Mapping[str, Any], more: Mapping[str, Any], names: ClaimNames) -> dict[str, Any]:
    """Fill the holes in the claims of an ID token from UserInfo; what the token states stays.

    Whether an address is verified is taken only from who states that very address.
    """
    own = {name: value for name, value in claims.items() if value not in EMPTY}
    if names.email not in own:
        own.pop(names.email_verified, None)
    elif more.get(names.email) != own[names.email]:
        more = {name: value for name, value in more.items() if name != names.email_verified}
    return {**more, **own}


def _texts(value: object) -> tuple[str, ...]:
    listed = value if isinstance(value, list) else [value]
    return tuple(filter(None, map(_text, listed)))


def _text(value: object) -> str | None:
    """Give a text that can be stored and shown; None for anything else, control characters included."""
    if not isinstance(value, str) or not 0 < len(value.strip()) <= MAX_TEXT:
        return None
    controls = any(unicodedata.category(character) == "Cc" for character in value)
    return None if controls else value.strip()
