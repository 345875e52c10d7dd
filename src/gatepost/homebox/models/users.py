"""Accounts.

Source: py-homebox reference, UsersClient; Homebox API v1.
"""

from typing import ClassVar

from gatepost.homebox.models.record import Record


class UserRegistration(Record, frozen=True, kw_only=True):
    """A new account.

    Attributes:
        email: address, which is the login name.
        name: name for people.
        password: at least 6 bytes.
        token: group invitation; without one the account gets a group of its own.
    """

    secret_fields: ClassVar[frozenset[str]] = frozenset({"password", "token"})

    email: str | None = None
    name: str | None = None
    password: str | None = None
    token: str | None = None


class UserOut(Record, frozen=True, kw_only=True):
    """An account as its owner sees it.

    Attributes:
        defaultGroupId: the group that calls are about unless told otherwise.
        email: address, which is the login name.
        groupIds: all groups of the user.
        groupId: the only group; servers before 0.23.
        groupName: its name; servers before 0.23.
        id: unique id.
        isOwner: whether the group is the user's own; servers before 0.26.
        isSuperuser: whether the user administers the server.
        name: name for people.
        oidcIssuer: the OpenID provider that knows the user; None without one.
        oidcSubject: what that one calls the user.
    """

    defaultGroupId: str | None = None
    email: str | None = None
    groupIds: list[str] | None = None
    groupId: str | None = None
    groupName: str | None = None
    id: str | None = None
    isOwner: bool | None = None
    isSuperuser: bool | None = None
    name: str | None = None
    oidcIssuer: str | None = None
    oidcSubject: str | None = None


class UserUpdate(Record, frozen=True, kw_only=True):
    """The profile; both fields are always replaced.

    Attributes:
        email: address, which is the login name; the server may change its spelling.
        name: name for people.
    """

    email: str
    name: str


class UserSummary(Record, frozen=True, kw_only=True):
    """A member of a group.

    Attributes:
        email: address.
        id: unique id.
        isOwner: whether the group is the member's own; servers before 0.26.
        name: name for people.
    """

    email: str | None = None
    id: str | None = None
    isOwner: bool | None = None
    name: str | None = None
