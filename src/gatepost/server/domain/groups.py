"""Groups, who is in them, and invitations to join: the rules.

A group that has members has an owner, and an account that is in any group calls exactly one of them its default.
"""

from dataclasses import dataclass
from enum import StrEnum

from gatepost.server.domain.clock import DAY
from gatepost.server.domain.currencies import CURRENCIES
from gatepost.server.domain.errors import Conflict, Forbidden, Invalid
from gatepost.server.domain.text import clean

NAME_LIMIT = 255
MOST_USES = 100
DEFAULT_CURRENCY = "USD"
INVITATION_LIFE = DAY
MOST_GROUPS = 500
"""The groups that somebody may make or join; what an identity provider assigns is not counted against it."""
MOST_INVITATIONS = 500
"""The invitations that a group may have at a time."""


class MemberRole(StrEnum):
    """What somebody may do in a group: owners administer it."""

    OWNER = "owner"
    MEMBER = "member"


@dataclass(frozen=True, slots=True)
class Group:
    """What people share; Homebox calls it a collection. Instants are milliseconds."""

    id: str
    name: str
    currency: str
    created_at: int
    updated_at: int


@dataclass(frozen=True, slots=True)
class Membership:
    """That an account is in a group; `is_default` marks the group it acts in unless it names another."""

    account_id: str
    group_id: str
    role: MemberRole
    is_default: bool
    joined_at: int

    def require_owner(self) -> None:
        """Raise Forbidden unless this membership administers its group."""
        if self.role is not MemberRole.OWNER:
            raise Forbidden("Only an owner of the group can do this.")


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in a group, as the others see them."""

    account_id: str
    email: str
    username: str
    first_name: str | None
    last_name: str | None
    role: MemberRole


@dataclass(frozen=True, slots=True)
class Invitation:
    """A way into a group for as many as it has uses left; `expires_at` is its first useless instant."""

    id: str
    group_id: str
    uses: int
    created_at: int
    expires_at: int

    def require_open(self, now: int) -> None:
        """Raise Conflict, with the reason, unless somebody can still join by it."""
        if now >= self.expires_at:
            raise Conflict("This invitation has expired.")
        if self.uses < 1:
            raise Conflict("This invitation is used up.")


def valid_group_name(value: str) -> str:
    """Return the trimmed name; raises Invalid when empty, longer than 255 characters or not printable."""
    name = clean(value.strip(), "name", NAME_LIMIT)
    if not name or not name.isprintable():
        raise Invalid("name must be printable text that is not blank", "name")
    return name


def valid_currency(value: str) -> str:
    """Return the code in capitals; raises Invalid unless ISO 4217 lists it."""
    code = value.strip().upper()
    if code not in CURRENCIES:
        raise Invalid("currency must be a code of ISO 4217", "currency")
    return code


def valid_uses(value: int) -> int:
    """Return the number; raises Invalid outside 1 to 100."""
    if not 1 <= value <= MOST_USES:
        raise Invalid(f"uses must be between 1 and {MOST_USES}", "uses")
    return value


def home_name(owner: str) -> str:
    """Name the group that an account gets of its own, within the limit."""
    ending = "'s Home"
    return owner.strip()[: NAME_LIMIT - len(ending)] + ending if owner.strip() else "Home"
