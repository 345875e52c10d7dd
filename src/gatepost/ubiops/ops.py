"""The user operations of UbiOps, without I/O.

Source: UbiOps API reference, "User".
"""

from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any, Generic, TypeVar, cast

import httpx
import msgspec

from gatepost._core.calls import Call, Operation, Reply
from gatepost._core.checks import is_object
from gatepost._core.errors import ApiError
from gatepost._core.models import Model, convert
from gatepost.ubiops.errors import ApiTypeError, ApiValueError, unanswered, unreadable
from gatepost.ubiops.hidden import Hidden
from gatepost.ubiops.models import UserDetail, UserPendingCreate, UserPendingDetail
from gatepost.ubiops.rules import check, missing

T = TypeVar("T")
M = TypeVar("M", bound=Model)

NewUser = UserPendingCreate | Mapping[str, Any]

TEXTS = frozenset({"id", "email", "name", "surname", "phone", "authentication"})
"""Fields that are texts; a service that sends a number means its digits."""


class Request(msgspec.Struct, Generic[T], frozen=True):
    """A method of this API: its name, what it asks for, and how the answer is read."""

    method: str
    call: Call
    read: Callable[[Reply], T]


def user_create(fields: Mapping[str, Any], validate: bool) -> Request[UserPendingDetail]:
    """Ask for a user.

    Raises:
        ApiValueError: a field breaks a rule, or a text is none that can be sent.
    """
    if validate:
        check(fields)
    if not _encodable(fields):
        raise ApiValueError("Parameter `data` must hold whole characters: half of a surrogate pair cannot be sent")
    return Request("user_create", Call("POST", "/user", json=fields), partial(_record, UserPendingDetail))


def user_delete() -> Request[None]:
    # Repeated after a lost answer it would be refused, for the credential went with the user.
    return Request("user_delete", Call("DELETE", "/user", idempotent=False), _nothing)


def user_get() -> Request[UserDetail]:
    return Request("user_get", Call("GET", "/user"), partial(_record, UserDetail))


def sealed(data: Any) -> Hidden[Any]:
    """Give the fields that are not None, in a form that no traceback shows.

    Raises:
        ApiValueError: there is no data.
        ApiTypeError: it is neither a `UserPendingCreate` nor a dictionary.
    """
    if data is None:
        raise ApiValueError("Missing the required parameter `data` when calling `user_create`")
    if not isinstance(data, UserPendingCreate | Mapping):
        raise ApiTypeError(f"Parameter `data` must be a UserPendingCreate or a dict, not {type(data).__name__}")
    given = data.to_dict() if isinstance(data, UserPendingCreate) else cast("Mapping[str, Any]", data)
    return Hidden({name: value for name, value in given.items() if value is not None})


def _encodable(fields: Mapping[str, Any]) -> bool:
    """Try what sending does, for there the error would show the text, which may be a password."""
    try:
        msgspec.json.encode(fields)
    except UnicodeEncodeError:
        return False
    return True


def answered(call: Call) -> Operation[Reply]:
    """Make a call and give the answer.

    Raises:
        ApiException: none came, or one that is not a success.
    """
    try:
        return (yield call)
    except httpx.RequestError as error:
        raise unanswered(error) from error


def _nothing(reply: Reply) -> None:
    """Read nothing: any success will do, whatever came with it."""


def _record(kind: type[M], reply: Reply) -> M:
    try:
        body = reply.json()
        return convert(_spelled(body, kind) if is_object(body) else body, kind)
    except (ApiError, msgspec.ValidationError) as cause:
        raise unreadable(reply.response, str(cause)) from cause


def _spelled(body: dict[str, Any], kind: type[Model]) -> dict[str, Any]:
    """Give the fields of an answer with texts where a number stands for one.

    Raises:
        msgspec.ValidationError: a field is missing that every answer has.
    """
    for name in _required(kind):
        if body.get(name) is None:
            raise msgspec.ValidationError(missing(name))
    return {
        name: str(value) if name in TEXTS and type(value) in {int, float} else value for name, value in body.items()
    }


@cache
def _required(kind: type[Model]) -> tuple[str, ...]:
    return tuple(field.name for field in msgspec.structs.fields(kind) if field.required)
