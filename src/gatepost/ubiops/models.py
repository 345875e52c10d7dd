"""The records of the UbiOps user operations.

Source: UbiOps API reference, "User".
"""

from datetime import datetime

import msgspec

from gatepost._core.models import REDACTED, Model


class UserPendingCreate(msgspec.Struct):
    """Who is to be created; filled in at once or attribute by attribute, and checked when it is sent.

    Attributes:
        email: e-mail address, 1 to 254 characters; must be given.
        password: 1 to 128 characters, of which the service wants at least 8; must be given, and is never shown.
        name: first name, at most 256 characters.
        surname: last name, at most 256 characters.
        phone: phone number, at most 17 characters.
    """

    email: str | None = None
    password: str | None = None
    name: str | None = None
    surname: str | None = None
    phone: str | None = None

    def to_dict(self) -> dict[str, str | None]:
        """Give all fields, the password among them."""
        return msgspec.structs.asdict(self)

    def to_str(self) -> str:
        """Give the text that `print` shows."""
        return repr(self)

    def __repr__(self) -> str:
        """Show all fields but the password."""
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self.__rich_repr__())})"

    def __rich_repr__(self) -> list[tuple[str, str | None]]:
        """Give rich what `repr` shows."""
        shown = self.to_dict() | ({} if self.password is None else {"password": REDACTED})
        return list(shown.items())


class _Detail(Model, frozen=True, kw_only=True):
    def to_str(self) -> str:
        """Give the text that `print` shows."""
        return repr(self)


class UserPendingDetail(_Detail, frozen=True, kw_only=True):
    """A user who has been created and has not followed the activation link yet.

    Attributes:
        email: e-mail address.
        name: first name.
        surname: last name.
        phone: phone number; the service of today leaves it out.
    """

    email: str
    name: str | None = None
    surname: str | None = None
    phone: str | None = None


class UserDetail(_Detail, frozen=True, kw_only=True):
    """The user who makes the request.

    Attributes:
        email: e-mail address.
        authentication: how the user signs in: `ubiops`, `google` or `microsoft`.
        id: unique id.
        name: first name.
        surname: last name.
        registration_date: when the account was made.
    """

    email: str
    authentication: str
    id: str | None = None
    name: str | None = None
    surname: str | None = None
    registration_date: datetime | None = None
