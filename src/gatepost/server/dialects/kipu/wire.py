"""The JSON shapes of the Kipu user-service (contract 2.1); every field is a string or null."""

from msgspec import UNSET, Struct, UnsetType


class UserDto(Struct, rename="camel", frozen=True):
    """The acting user's full profile."""

    id: str
    username: str
    email: str
    firstname: str | None
    lastname: str | None
    current_position: str | None
    homepage: str | None
    about: str | None


class UserOverviewDto(Struct, frozen=True):
    """The public part of a user; search results have the same shape."""

    id: str
    firstname: str | None
    lastname: str | None


class AccessTokenDto(Struct, rename="camel", frozen=True):
    """A personal access token; `value` only in the answer that creates it."""

    id: str
    name: str
    created_at: str
    used_at: str | None
    expires_at: str | None
    value: str | None = None


class AccessTokensDto(Struct, rename="camel", frozen=True):
    """All tokens of a user, with the raw value of the default one."""

    default_token: str | None
    access_tokens: list[AccessTokenDto]


class DefaultAccessTokenDto(Struct, rename="camel", frozen=True):
    """The raw value of a default token just rotated."""

    default_token: str


class PersonalAccessTokenPrincipal(Struct, rename="camel", frozen=True):
    """Who a token acts for; `accessToken` is null for the default token."""

    id: str
    access_token: AccessTokenDto | None


class RegistrationResponse(Struct, frozen=True):
    """How far a sign-up has come."""

    status: str
    message: str | None


class BatchUserResponseDto(Struct, rename="camel", frozen=True):
    """Resolved users; `notFound` is one string, since the official client survives neither list nor number."""

    users: list[UserOverviewDto]
    not_found: str | None


class ErrorDto(Struct, frozen=True):
    """The body of every error."""

    status: int
    error: str
    message: str
    path: str


class UpdateCurrentUser(Struct, rename="camel"):
    """Body of PUT /me: absent stays, null clears."""

    current_position: str | UnsetType | None = UNSET
    homepage: str | UnsetType | None = UNSET
    about: str | UnsetType | None = UNSET


class CreateAccessToken(Struct, rename="camel"):
    """Body of POST /me/access-tokens."""

    name: str
    expires_at: str | None = None


class BatchUserRequest(Struct):
    """Body of POST /users/batch."""

    ids: list[str]
