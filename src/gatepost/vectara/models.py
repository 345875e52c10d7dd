"""The records of the Vectara users API; the server may leave out any field, which is None then.

Source: Vectara Python SDK, "Users", and the public OpenAPI description of the API.
"""

from datetime import UTC, datetime
from typing import ClassVar, Self

import msgspec

from gatepost._core.models import Model


class CorpusRole(Model, frozen=True, kw_only=True):
    """A role on one corpus.

    Attributes:
        corpus_key: key of the corpus.
        role: `owner`, `administrator`, `viewer` or `editor`.
    """

    corpus_key: str
    role: str


class AgentRole(Model, frozen=True, kw_only=True):
    """A role on one agent.

    Attributes:
        agent_key: key of the agent.
        role: `agent_administrator`, `agent_viewer`, `agent_developer` or `agent_user`.
    """

    agent_key: str
    role: str


class ApiOperationPolicy(Model, frozen=True, kw_only=True):
    """What one operation may be used on.

    Attributes:
        allow_any_resource: whether it may be used on everything.
        allowed_resources: otherwise the values allowed, by the path of the resource.
    """

    allow_any_resource: bool | None = None
    allowed_resources: dict[str, list[str]] | None = None


class ApiPolicy(Model, frozen=True, kw_only=True):
    """What a user may do altogether.

    Attributes:
        name: name of the policy.
        allowed_operations: the operations allowed; None beside one stands for every resource.
    """

    name: str | None = None
    allowed_operations: dict[str, ApiOperationPolicy | None] | None = None


class User(Model, frozen=True, kw_only=True):
    """A user of the account.

    Attributes:
        id: unique id.
        email: e-mail address.
        username: login name, the e-mail address unless another was chosen.
        enabled: whether the user may sign in.
        description: free text.
        created_at: when the user was created, with a time zone.
        updated_at: when a field last changed, with a time zone.
        api_roles: roles in the whole account, such as `administrator` or `corpus_developer`.
        corpus_roles: roles on single corpora.
        agent_roles: roles on single agents.
        api_policy: what the roles amount to.
    """

    id: str | None = None
    email: str | None = None
    username: str | None = None
    enabled: bool | None = None
    description: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    api_roles: list[str] | None = None
    corpus_roles: list[CorpusRole] | None = None
    agent_roles: list[AgentRole] | None = None
    api_policy: ApiPolicy | None = None

    def __post_init__(self) -> None:
        """Read a time without zone as UTC, so that all can be compared."""
        for name in ("created_at", "updated_at"):
            moment = getattr(self, name)
            if moment is not None and moment.tzinfo is None:
                msgspec.structs.force_setattr(self, name, moment.replace(tzinfo=UTC))


class CreateUsersResponse(User, frozen=True, kw_only=True):
    """A user who has just been created.

    Attributes:
        one_time_code: lets the user choose a password, where no mail is sent.
        one_time_code_link: where the user enters the code.
    """

    secret_fields: ClassVar[frozenset[str]] = frozenset({"one_time_code", "one_time_code_link"})

    one_time_code: str | None = None
    one_time_code_link: str | None = None

    @property
    def user(self) -> Self:
        """The user: this very record, for programs that look for it one level deeper."""
        return self


class CreatedUser(Model, frozen=True, kw_only=True):
    """The answer to a creation where it holds the user one level deeper; the other fields may be on either."""

    secret_fields: ClassVar[frozenset[str]] = frozenset({"one_time_code", "one_time_code_link"})

    user: CreateUsersResponse | None = None
    one_time_code: str | None = None
    one_time_code_link: str | None = None


class ResetPasswordUsersResponse(Model, frozen=True, kw_only=True):
    """Whose password is being reset.

    Attributes:
        username: login name of the user.
        email: address the mail goes to.
        one_time_code: lets the user choose a password, where no mail is sent.
        one_time_code_link: where the user enters the code.
    """

    secret_fields: ClassVar[frozenset[str]] = frozenset({"one_time_code", "one_time_code_link"})

    username: str | None = None
    email: str | None = None
    one_time_code: str | None = None
    one_time_code_link: str | None = None


class ListMetadata(Model, frozen=True, kw_only=True):
    """Where a list goes on.

    Attributes:
        page_key: what to send for the next page; None or empty at the end.
    """

    page_key: str | None = None


class ListUsersResponse(Model, frozen=True, kw_only=True):
    """One page of users.

    Attributes:
        users: the users.
        metadata: where the list goes on.
    """

    users: list[User] | None = None
    metadata: ListMetadata | None = None


class Error(Model, frozen=True, kw_only=True):
    """Why a request was refused.

    Attributes:
        messages: sentences for people.
        request_id: what the server calls the exchange, for its support.
    """

    messages: list[str] | None = None
    request_id: str | None = None
