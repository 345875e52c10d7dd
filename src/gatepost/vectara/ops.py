"""The calls of the Vectara users API, without I/O.

Source: Vectara Python SDK, "Users".
"""

from collections.abc import Mapping, Sequence
from typing import TypeAlias, TypeVar
from urllib.parse import unquote

from msgspec import UnsetType

from gatepost._core.calls import Call, Operation, Reply, given, result, segment
from gatepost._core.checks import require_text
from gatepost.vectara.models import (
    AgentRole,
    CorpusRole,
    CreatedUser,
    CreateUsersResponse,
    ListUsersResponse,
    ResetPasswordUsersResponse,
    User,
)
from gatepost.vectara.paging import Opening, Page, Paging

P = TypeVar("P")
R = TypeVar("R")

Text: TypeAlias = str | UnsetType | None
Flag: TypeAlias = bool | UnsetType | None
ApiRoles: TypeAlias = Sequence[str] | UnsetType | None
CorpusRoles: TypeAlias = Sequence[CorpusRole | Mapping[str, str]] | UnsetType | None
AgentRoles: TypeAlias = Sequence[AgentRole | Mapping[str, str]] | UnsetType | None


def list_users(
    opened: Opening[User, ListUsersResponse, P],
    limit: int | None,
    page_key: str | None,
    corpus_key: str | None,
    request_timeout: int | None,
) -> Operation[P]:
    headers = time_limit(request_timeout)

    def read(key: str | None) -> Operation[Page[User, ListUsersResponse]]:
        query = {"limit": limit, "page_key": key, "corpus_key": corpus_key}
        reply = yield Call("GET", "/v2/users", query=query, headers=headers)
        return _page(reply.decode(ListUsersResponse))

    return Paging(read, opened).page(0, page_key)


def _page(response: ListUsersResponse) -> Page[User, ListUsersResponse]:
    return Page(response.users or [], response.metadata.page_key if response.metadata else None, response)


def create_user(
    *,
    email: str,
    username: Text,
    description: Text,
    api_roles: ApiRoles,
    corpus_roles: CorpusRoles,
    agent_roles: AgentRoles,
    request_timeout: int | None,
) -> Operation[CreateUsersResponse]:
    fields = given(
        email=email,
        username=username,
        description=description,
        api_roles=_several(api_roles),
        corpus_roles=_several(corpus_roles),
        agent_roles=_several(agent_roles),
    )
    reply = yield Call("POST", "/v2/users", json=fields, headers=time_limit(request_timeout))
    return _created(reply)


def get_user(username: str, request_timeout: int | None) -> Operation[User]:
    return result(Call("GET", _path(username), headers=time_limit(request_timeout)), User)


def update_user(
    username: str,
    *,
    enabled: Flag,
    api_roles: ApiRoles,
    corpus_roles: CorpusRoles,
    agent_roles: AgentRoles,
    description: Text,
    request_timeout: int | None,
) -> Operation[User]:
    fields = given(
        enabled=enabled,
        api_roles=_several(api_roles),
        corpus_roles=_several(corpus_roles),
        agent_roles=_several(agent_roles),
        description=description,
    )
    headers = time_limit(request_timeout)
    # Fields are set to values, not changed by an amount: twice is as good as once.
    return result(Call("PATCH", _path(username), json=fields, headers=headers, idempotent=True), User)


def delete_user(username: str, request_timeout: int | None) -> Operation[None]:
    yield Call("DELETE", _path(username), headers=time_limit(request_timeout))


def reset_password(username: str, request_timeout: int | None) -> Operation[ResetPasswordUsersResponse]:
    call = Call("POST", f"{_path(username)}/reset_password", headers=time_limit(request_timeout))
    return result(call, ResetPasswordUsersResponse)


def username_segment(username: str) -> str:
    """Write a username as one segment of a path, whether or not the caller has percent-encoded it.

    The documentation of the API wants usernames encoded by the caller. Escapes are therefore read as what they stand
    for, and everything is encoded afterwards; a plain username that happens to hold an escape, such as `a%40b`, has
    to be encoded by the caller.

    Raises:
        TypeError: the username is not a text.
        ValueError: it is empty, `.` or `..`, also when written as escapes, or its escapes are not UTF-8.
    """
    require_text(username, "username")
    return segment(unquote(username, errors="strict"), "username")


def time_limit(seconds: int | None, name: str = "request_timeout") -> dict[str, str]:
    """Give the header that tells the server how long it may work.

    Raises:
        ValueError: it is below 1.
    """
    if seconds is None:
        return {}
    if seconds < 1:
        raise ValueError(f"{name} must be at least 1, not {seconds}")
    return {name.replace("_", "-"): str(seconds)}


def _path(username: str) -> str:
    return f"/v2/users/{username_segment(username)}"


def _created(reply: Reply) -> CreateUsersResponse:
    """Read a new user, also where the answer holds the user one level deeper."""
    body = reply.json()
    wrapped = reply.shape(body, CreatedUser)
    if wrapped.user is None:
        return reply.shape(body, CreateUsersResponse)
    fields = wrapped.to_dict()
    inner = fields.pop("user")
    return CreateUsersResponse.from_dict(fields | {name: value for name, value in inner.items() if value is not None})


def _several(roles: Sequence[R] | UnsetType | None) -> list[R] | UnsetType | None:
    """Give a list that is none yet, and refuse a text, which would be sent letter by letter."""
    if isinstance(roles, str):
        raise TypeError("roles must be a list of them, not a text")
    return roles if roles is None or isinstance(roles, UnsetType) else list(roles)
