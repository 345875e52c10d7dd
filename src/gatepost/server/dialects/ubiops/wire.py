"""The JSON shapes of the UbiOps user operations (contract 4); lengths are in characters."""

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

Name = Annotated[str, Meta(max_length=256)]


class UserPendingCreate(Struct, kw_only=True):
    """Body of POST /user; members of other generations of the API, such as `terms_conditions`, are ignored."""

    email: Annotated[str, Meta(max_length=254)]
    password: Annotated[str, Meta(max_length=128)]
    name: Name | None = None
    surname: Name | None = None
    phone: Annotated[str, Meta(max_length=17)] | None = None

    def __repr__(self) -> str:
        """Keep the password out of logs and tracebacks."""
        return f"{type(self).__name__}()"


class UserPendingDetail(Struct, frozen=True):
    """Who signed up; `phone` only when one was given."""

    email: str
    name: str | None
    surname: str | None
    phone: str | UnsetType = UNSET


class UserDetail(Struct, frozen=True):
    """The acting user; `name` and `surname` are never empty, for the official client refuses that."""

    id: str
    email: str
    name: str | None
    surname: str | None
    registration_date: str
    authentication: str


class ErrorDto(Struct, frozen=True):
    """The body of every error."""

    error: str
