"""The records of the Kipu Quantum Hub user-service; names on the wire are in camelCase.

Source: Kipu Quantum Hub API SDK reference, HubUserClient, section "Reference".
"""

from enum import StrEnum
from typing import ClassVar, Self

from gatepost._core.models import Model, unknown_member


class RegistrationResponseStatus(StrEnum):
    """States of a registration; one this version does not know becomes a member of its own."""

    PENDING = "PENDING"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    NOT_FOUND = "NOT_FOUND"
    EMAIL_NOT_VERIFIED = "EMAIL_NOT_VERIFIED"

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        return unknown_member(cls, value)


class UserDto(Model, frozen=True, kw_only=True, rename="camel"):
    """Full profile of the current user.

    Attributes:
        id: unique id, the subject at the identity provider.
        username: login name, mostly the e-mail.
        email: e-mail address, kept by the identity provider.
        firstname: first name.
        lastname: last name.
        current_position: current professional position or role.
        homepage: personal or professional homepage.
        about: short biography.
    """

    id: str | None = None
    username: str | None = None
    email: str | None = None
    firstname: str | None = None
    lastname: str | None = None
    current_position: str | None = None
    homepage: str | None = None
    about: str | None = None


class UserOverviewDto(Model, frozen=True, kw_only=True, rename="camel"):
    """What everybody may see of a user.

    Attributes:
        id: unique id.
        firstname: first name.
        lastname: last name.
    """

    id: str | None = None
    firstname: str | None = None
    lastname: str | None = None


class UserSearchDto(Model, frozen=True, kw_only=True, rename="camel"):
    """One match of a search.

    Attributes:
        id: unique id.
        firstname: first name.
        lastname: last name.
    """

    id: str | None = None
    firstname: str | None = None
    lastname: str | None = None


class AccessTokenDto(Model, frozen=True, kw_only=True, rename="camel"):
    """A personal access token.

    Attributes:
        id: unique id of the token.
        name: name for people.
        created_at: when it was made, `yyyy-MM-dd HH:mm:ss` in UTC.
        used_at: when it was last used, in the same form; None when never.
        expires_at: the last day it works, `yyyy-MM-dd`; None when it does not expire.
        value: the token itself, only where it has just been made.
    """

    secret_fields: ClassVar[frozenset[str]] = frozenset({"value"})

    name: str
    id: str | None = None
    created_at: str | None = None
    used_at: str | None = None
    expires_at: str | None = None
    value: str | None = None


class AccessTokensDto(Model, frozen=True, kw_only=True, rename="camel"):
    """All personal access tokens of a user, and the default token itself.

    Attributes:
        default_token: the default token as it is sent.
        access_tokens: the other tokens, without their values.
    """

    secret_fields: ClassVar[frozenset[str]] = frozenset({"default_token"})

    default_token: str | None = None
    access_tokens: list[AccessTokenDto] | None = None


class DefaultAccessTokenDto(Model, frozen=True, kw_only=True, rename="camel"):
    """A default token that has just been made.

    Attributes:
        default_token: the token as it is sent.
    """

    secret_fields: ClassVar[frozenset[str]] = frozenset({"default_token"})

    default_token: str | None = None


class PersonalAccessTokenPrincipal(Model, frozen=True, kw_only=True, rename="camel"):
    """Who a personal access token stands for.

    Attributes:
        id: id of the user.
        access_token: the token that was shown, without its value.
    """

    id: str | None = None
    access_token: AccessTokenDto | None = None


class RegistrationResponse(Model, frozen=True, kw_only=True, rename="camel"):
    """How far a registration has come.

    Attributes:
        status: the state; None when the service does not tell.
        message: a sentence about it for people.
    """

    status: RegistrationResponseStatus | None = None
    message: str | None = None


class BatchUserResponseDto(Model, frozen=True, kw_only=True, rename="camel"):
    """What became of several ids looked up at once.

    Attributes:
        users: the users found.
        not_found: the ids that were not; the service may send one text, a list, or nothing.
    """

    users: list[UserOverviewDto] | None = None
    not_found: str | list[str] | None = None
