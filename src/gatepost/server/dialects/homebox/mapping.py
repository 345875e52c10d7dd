"""Between the domain's words and Homebox's, as pure functions."""

import re
from datetime import UTC, datetime

import msgspec

from gatepost.server.dialects.homebox import wire
from gatepost.server.domain.accounts import Account
from gatepost.server.domain.clock import SECOND, to_datetime
from gatepost.server.domain.currencies import CURRENCIES
from gatepost.server.domain.errors import Invalid
from gatepost.server.domain.groups import MOST_USES, NAME_LIMIT, Group, Invitation, Member, Membership
from gatepost.server.domain.names import display_name
from gatepost.server.domain.tokens import AccessToken
from gatepost.server.services.invitations import NewInvitation
from gatepost.server.services.personal_tokens import KEY_NAME_LIMIT, NewToken
from gatepost.server.services.sessions import NewSession

encode = msgspec.json.Encoder().encode

NO_GROUP = "00000000-0000-0000-0000-000000000000"

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)

_UNSET = datetime(1, 1, 1, tzinfo=UTC)
"""What clients in Go send for a time that is not set."""

Problems = dict[str, str]
"""What is wrong with the fields of a body, by field."""


def timestamp(instant: int) -> str:
    """Write an instant (milliseconds) as RFC 3339."""
    return to_datetime(instant).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def instant(moment: datetime | None) -> int | None:
    """Read a moment as milliseconds; None when it is not set. Raises Invalid for one that is out of the calendar."""
    if moment is None:
        return None
    try:
        return None if moment == _UNSET else int(moment.astimezone(UTC).timestamp()) * SECOND
    except OverflowError:
        raise Invalid("expiresAt is out of the calendar", "expiresAt") from None


def is_uuid(text: str) -> bool:
    """Tell whether an id can be one at all."""
    return _UUID.fullmatch(text) is not None


def user(account: Account, memberships: list[Membership], identity: tuple[str, str] | None) -> wire.UserOut:
    """Write the acting account; `identity` is issuer and subject."""
    default = next((one.group_id for one in memberships if one.is_default), NO_GROUP)
    return wire.UserOut(
        id=account.id,
        name=display_name(account),
        email=account.email,
        is_superuser=False,
        default_group_id=default,
        group_ids=[one.group_id for one in memberships],
        oidc_issuer=identity and identity[0],
        oidc_subject=identity and identity[1],
    )


def session(new: NewSession) -> wire.TokenResponse:
    """Write a session just started."""
    return wire.TokenResponse(f"Bearer {new.raw}", timestamp(new.expires_at), new.attachment or "")


def refreshed(new: NewSession) -> wire.Refreshed:
    """Write a session just renewed."""
    return wire.Refreshed(f"Bearer {new.raw}", timestamp(new.expires_at), new.attachment or "", new.raw)


def key(token: AccessToken) -> wire.APIKeyOut:
    """Write an access token as an API key."""
    return wire.APIKeyOut(
        id=token.id,
        user_id=token.account_id,
        name=token.name,
        created_at=timestamp(token.created_at),
        expires_at=None if token.expires_at is None else timestamp(token.expires_at),
        last_used_at=None if token.used_at is None else timestamp(token.used_at),
    )


def new_key(made: NewToken) -> wire.APIKeyCreatedOut:
    """Write an API key just made, with its value."""
    return wire.APIKeyCreatedOut(**msgspec.structs.asdict(key(made.token)), token=made.raw)


def group(one: Group) -> wire.GroupOut:
    """Write a group."""
    return wire.GroupOut(one.id, one.name, timestamp(one.created_at), timestamp(one.updated_at), one.currency)


def member(one: Member) -> wire.UserSummary:
    """Write a member of a group."""
    return wire.UserSummary(one.account_id, display_name(one), one.email)


def invitation(one: Invitation, into: wire.GroupOut) -> wire.InvitationOut:
    """Write an invitation of a list."""
    return wire.InvitationOut(one.id, timestamp(one.expires_at), one.uses, into)


def new_invitation(made: NewInvitation) -> wire.InvitationCreatedOut:
    """Write an invitation just made, with its token."""
    one = made.invitation
    return wire.InvitationCreatedOut(one.id, made.raw, timestamp(one.expires_at), one.uses)


def key_problems(body: wire.APIKeyCreate) -> Problems:
    """Say what is wrong with a new API key."""
    return _name_problems("APIKeyCreate", body.name, KEY_NAME_LIMIT)


def group_problems(body: wire.GroupCreate | wire.GroupUpdate) -> Problems:
    """Say what is wrong with the name and the currency of a group."""
    problems = _name_problems(type(body).__name__, body.name, NAME_LIMIT)
    if isinstance(body, wire.GroupUpdate) and body.currency.strip().upper() not in CURRENCIES:
        problems["currency"] = f"currency '{body.currency[:NAME_LIMIT]}' is not supported"
    return problems


def invitation_problems(body: wire.GroupInvitationCreate) -> Problems:
    """Say what is wrong with a new invitation."""
    rules = [(body.uses == 0, "required"), (body.uses < 0, "min"), (body.uses > MOST_USES, "max")]
    return next((_failed("GroupInvitationCreate", "Uses", rule) for broken, rule in rules if broken), {})


def _name_problems(shape: str, name: str, limit: int) -> Problems:
    if not name.strip():
        return _failed(shape, "Name", "required")
    return _failed(shape, "Name", "max") if len(name) > limit else {}


def _failed(shape: str, name: str, rule: str) -> Problems:
    return {name: f"Key: '{shape}.{name}' Error:Field validation for '{name}' failed on the '{rule}' tag"}
