"""The JSON shapes of the Vectara user operations (contract 3 and 4); lengths are in characters."""

from datetime import datetime
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from gatepost.server.domain.accounts import DESCRIPTION_LIMIT, EMAIL_LIMIT, NAME_LIMIT
from gatepost.server.domain.grants import KEY_LIMIT

MOST_ROLES = 1_000

Email = Annotated[str, Meta(max_length=EMAIL_LIMIT)]
Username = Annotated[str, Meta(max_length=NAME_LIMIT)]
RoleName = Annotated[str, Meta(max_length=64)]
Key = Annotated[str, Meta(max_length=KEY_LIMIT)]
Description = Annotated[str, Meta(max_length=DESCRIPTION_LIMIT)]


class CorpusRole(Struct, frozen=True):
    """A role on a corpus."""

    corpus_key: Key
    role: RoleName


class AgentRole(Struct, frozen=True):
    """A role on an agent."""

    agent_key: Key
    role: RoleName


ApiRoles = Annotated[list[RoleName], Meta(max_length=MOST_ROLES)]
CorpusRoles = Annotated[list[CorpusRole], Meta(max_length=MOST_ROLES)]
AgentRoles = Annotated[list[AgentRole], Meta(max_length=MOST_ROLES)]


class CreateUserRequest(Struct, kw_only=True, frozen=True):
    """Body of POST /v2/users; null is as good as missing."""

    email: Email
    username: Username | None = None
    description: Description | None = None
    api_roles: ApiRoles | None = None
    corpus_roles: CorpusRoles | None = None
    agent_roles: AgentRoles | None = None


class UpdateUserRequest(Struct, kw_only=True, frozen=True):
    """Body of PATCH /v2/users/{username}; null is as good as missing, but clears the description."""

    enabled: bool | None = None
    description: Description | UnsetType | None = UNSET
    api_roles: ApiRoles | None = None
    corpus_roles: CorpusRoles | None = None
    agent_roles: AgentRoles | None = None


class User(Struct, frozen=True, kw_only=True):
    """A user; `api_policy` is never there, for rights are in the roles alone.

    A code, and the page it is for, has one just made, where no mail is sent.
    """

    id: str
    email: str
    username: str
    enabled: bool
    description: str | None
    created_at: datetime
    updated_at: datetime
    api_roles: list[str]
    corpus_roles: list[CorpusRole]
    agent_roles: list[AgentRole]
    one_time_code: str | UnsetType = UNSET
    one_time_code_link: str | UnsetType = UNSET

    def __repr__(self) -> str:
        """Keep the code out of logs and tracebacks."""
        return f"{type(self).__name__}(id={self.id!r})"


class PasswordReset(Struct, frozen=True, kw_only=True):
    """Whose password is to be chosen anew; the code and the page it is for only where no mail is sent."""

    username: str
    email: str
    one_time_code: str | UnsetType = UNSET
    one_time_code_link: str | UnsetType = UNSET

    def __repr__(self) -> str:
        """Keep the code out of logs and tracebacks."""
        return f"{type(self).__name__}(username={self.username!r})"


class Metadata(Struct, frozen=True):
    """How a list goes on; null on its last page."""

    page_key: str | None


class UserPage(Struct, frozen=True):
    """One page of a list."""

    users: list[User]
    metadata: Metadata


class Error(Struct, frozen=True):
    """The body of every error; 400 and 404 say more."""

    messages: list[str]
    request_id: str
    field_errors: dict[str, str] | UnsetType = UNSET
    id: str | UnsetType = UNSET


class TokenRequest(Struct, frozen=True):
    """What a program asks for an access token with; a parameter without a value counts as missing (RFC 6749, 3.2)."""

    client_id: str | None = None
    client_secret: str | None = None
    grant_type: str | None = None

    def __repr__(self) -> str:
        """Keep the secret out of logs and tracebacks."""
        return f"{type(self).__name__}()"


class AccessToken(Struct, frozen=True):
    """An access token (RFC 6749, section 5.1); `expires_in` is in seconds."""

    access_token: str
    token_type: str
    expires_in: int

    def __repr__(self) -> str:
        """Keep the token out of logs and tracebacks."""
        return f"{type(self).__name__}()"


class TokenError(Struct, frozen=True):
    """Why there is no access token (RFC 6749, section 5.2)."""

    error: str
    error_description: str
