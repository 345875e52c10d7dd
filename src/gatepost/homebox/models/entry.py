"""Sessions, passwords and API keys.

Source: py-homebox reference, UsersClient; Homebox API v1.
"""

from typing import ClassVar

import msgspec

from gatepost.homebox.models.record import Record


class TokenResponse(Record, frozen=True, kw_only=True):
    """A session that has just begun or been prolonged.

    Attributes:
        token: the session token with `Bearer ` before it, as the `Authorization` header takes it.
        raw: the token without `Bearer `; servers send it with a refresh, many of them instead of `token`.
        attachmentToken: a second token, for attachments only.
        expiresAt: when both end, RFC 3339.
    """

    secret_fields: ClassVar[frozenset[str]] = frozenset({"token", "raw", "attachmentToken"})

    attachmentToken: str | None = None
    expiresAt: str | None = None
    token: str | None = None
    raw: str | None = None

    def __post_init__(self) -> None:
        """Give a refreshed token the form that one from a login has."""
        if not self.token and self.raw:
            msgspec.structs.force_setattr(self, "token", f"Bearer {self.raw}")


class ChangePassword(Record, frozen=True, kw_only=True):
    """What it takes to change a password.

    Attributes:
        current: the password that holds now.
        new: the one that shall hold.
    """

    secret_fields: ClassVar[frozenset[str]] = frozenset({"current", "new"})

    current: str | None = None
    new: str | None = None


class ForgotPasswordRequest(Record, frozen=True, kw_only=True):
    """Whom to mail a link that sets a new password.

    Attributes:
        email: address of the account.
    """

    email: str


class ResetPasswordRequest(Record, frozen=True, kw_only=True):
    """What it takes to set a new password without the old one.

    Attributes:
        password: the one that shall hold; at least 6 bytes.
        token: what stood in the mailed link.
    """

    secret_fields: ClassVar[frozenset[str]] = frozenset({"password", "token"})

    password: str
    token: str


class APIKeyCreate(Record, frozen=True, kw_only=True):
    """A new API key.

    Attributes:
        expiresAt: when it ends, RFC 3339; without one the server decides (30 days; up to 0.26.2 never).
        name: name for people, 1 to 255 characters.
    """

    expiresAt: str | None = None
    name: str


class APIKeyOut(Record, frozen=True, kw_only=True):
    """An API key, without its value.

    Attributes:
        createdAt: when it was made, RFC 3339.
        expiresAt: when it ends; None when it does not.
        id: unique id.
        lastUsedAt: when it was last used; None when never.
        name: name for people.
        userId: id of the user it stands for.
    """

    createdAt: str | None = None
    expiresAt: str | None = None
    id: str | None = None
    lastUsedAt: str | None = None
    name: str | None = None
    userId: str | None = None


class APIKeyCreatedOut(APIKeyOut, frozen=True, kw_only=True):
    """An API key that has just been made.

    Attributes:
        token: the key itself, in this record and nowhere else.
    """

    secret_fields: ClassVar[frozenset[str]] = frozenset({"token"})

    token: str | None = None
