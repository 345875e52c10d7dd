"""Groups, their members and invitations.

Source: Homebox API v1.
"""

from typing import ClassVar

from gatepost.homebox.models.record import Record


class Group(Record, frozen=True, kw_only=True):
    """A group: who is in it shares what it holds.

    Attributes:
        createdAt: when it was made, RFC 3339.
        currency: code of its currency, in capitals.
        id: unique id.
        name: name for people.
        updatedAt: when it was last changed.
    """

    createdAt: str | None = None
    currency: str | None = None
    id: str | None = None
    name: str | None = None
    updatedAt: str | None = None


class CreateRequest(Record, frozen=True, kw_only=True):
    """A new group.

    Attributes:
        name: name for people.
    """

    name: str


class GroupUpdate(Record, frozen=True, kw_only=True):
    """What shall hold of a group; servers refuse one without both.

    Attributes:
        currency: code of its currency.
        name: name for people.
    """

    currency: str | None = None
    name: str | None = None


class GroupInvitationCreate(Record, frozen=True, kw_only=True):
    """A new invitation.

    Attributes:
        expiresAt: when it ends, RFC 3339; without one in 24 hours.
        uses: how many may follow it, 1 to 100.
    """

    expiresAt: str | None = None
    uses: int


class GroupInvitation(Record, frozen=True, kw_only=True):
    """An invitation.

    Attributes:
        expiresAt: when it ends, RFC 3339.
        group: the group it leads into; not where it has just been made.
        id: unique id.
        token: what the invited show, only where the invitation has just been made.
        uses: how many may still follow it.
    """

    secret_fields: ClassVar[frozenset[str]] = frozenset({"token"})

    expiresAt: str | None = None
    group: Group | None = None
    id: str | None = None
    token: str | None = None
    uses: int | None = None


class GroupAcceptInvitationResponse(Record, frozen=True, kw_only=True):
    """The group an invitation led into.

    Attributes:
        id: id of the group.
        name: its name.
    """

    id: str | None = None
    name: str | None = None


class GroupMemberAdd(Record, frozen=True, kw_only=True):
    """Who shall become a member.

    Attributes:
        userId: id of the user.
    """

    userId: str
