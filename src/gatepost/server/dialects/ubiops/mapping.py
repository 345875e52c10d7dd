"""Between the domain's words and those of UbiOps, as pure functions."""

import msgspec
from msgspec import UNSET

from gatepost.server.dialects.ubiops import wire
from gatepost.server.domain.accounts import Account, Person, valid_name
from gatepost.server.domain.clock import to_datetime
from gatepost.server.domain.errors import Conflict
from gatepost.server.services.registration import SignUp
from gatepost.server.web.surfaces import STATUSES

encode = msgspec.json.Encoder().encode

UBIOPS_STATUSES = STATUSES | {Conflict: 403}
"""Who may not leave is told 403 (contract 4.2)."""

OWN = "ubiops"
"""How people sign in who have a password: the word that clients of the API know."""

SCHEMES = ("Token", "Bearer")


def raw_token(authorization: bytes | None) -> bytes | None:
    """Give the token in an Authorization header, None when there is none; its scheme is case-sensitive."""
    scheme, _, raw = (authorization or b"").partition(b" ")
    return raw.strip() if scheme.decode("latin-1") in SCHEMES else None


def sign_up(body: wire.UserPendingCreate) -> SignUp:
    """Read who wants an account; raises Invalid for a name that breaks its rule, by the name it has here."""
    return SignUp(
        email=body.email,
        password=body.password,
        first_name=valid_name(body.name, "name"),
        last_name=valid_name(body.surname, "surname"),
        phone=body.phone,
    )


def pending(newcomer: Person) -> wire.UserPendingDetail:
    """Write who signed up, whether or not there is such an account already."""
    return wire.UserPendingDetail(newcomer.email, newcomer.first_name, newcomer.last_name, newcomer.phone or UNSET)


def user(account: Account, provider: str | None) -> wire.UserDetail:
    """Write the acting account; `provider` is the one it signs in at, None for a password."""
    return wire.UserDetail(
        id=account.id,
        email=account.email,
        name=account.first_name or None,
        surname=account.last_name or None,
        registration_date=to_datetime(account.created_at).isoformat(" ", "milliseconds"),
        authentication=provider or OWN,
    )


def error(message: str) -> bytes:
    """Write the JSON body that every error has."""
    return encode(wire.ErrorDto(message))
