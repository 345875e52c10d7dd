"""The calls about accounts and groups, without I/O; those that get in and out are in `entry`.

Source: py-homebox reference, UsersClient; Homebox API v1.
"""

from typing import Any, TypeVar

from gatepost._core.calls import Call, Operation, Reply, result, segment
from gatepost._core.checks import is_object
from gatepost._core.errors import ApiError, NotFoundError, ParsingError
from gatepost.homebox.entry import refuse_page
from gatepost.homebox.errors import understood
from gatepost.homebox.models import (
    APIKeyCreate,
    APIKeyCreatedOut,
    APIKeyOut,
    APISummary,
    ChangePassword,
    CreateRequest,
    ForgotPasswordRequest,
    Group,
    GroupAcceptInvitationResponse,
    GroupInvitation,
    GroupInvitationCreate,
    GroupMemberAdd,
    GroupUpdate,
    ResetPasswordRequest,
    UserOut,
    UserRegistration,
    UserSettings,
    UserSummary,
    UserUpdate,
)

T = TypeVar("T")

SELF = "/v1/users/self"
SETTINGS = "/v1/users/self/settings"
API_KEYS = "/v1/users/self/api-keys"
GROUPS = "/v1/groups"
MEMBERS = "/v1/groups/members"
INVITATIONS = "/v1/groups/invitations"
PASSWORD = "/v1/users/self/change-password"
DOCUMENTED_PASSWORD = "/v1/users/change-password"


def _list(call: Call, kind: type[list[T]]) -> Operation[list[T]]:
    reply = yield call
    body = reply.json()
    return reply.shape([] if body is None else body, kind)


def _done(call: Call) -> Operation[None]:
    refuse_page((yield call))


def _told(call: Call) -> Operation[Reply]:
    """Make a call that servers refuse with 500 when its input breaks a rule."""
    try:
        return (yield call)
    except ApiError as error:
        raise understood(error) from error.__cause__


def _item(body: Any) -> Any:
    """Unwrap what some calls answer with."""
    return body.get("item", body) if is_object(body) else body


def application_info() -> Operation[APISummary]:
    return result(Call("GET", "/v1/status", anonymous=True), APISummary)


def register_new_user(data: UserRegistration) -> Operation[None]:
    fields = {"email": data.email, "name": data.name, "password": data.password, "token": data.token}
    return _registered(Call("POST", "/v1/users/register", json=fields, anonymous=True))


def _registered(call: Call) -> Operation[None]:
    refuse_page((yield from _told(call)))


def get_user_self() -> Operation[UserOut]:
    reply = yield Call("GET", SELF)
    return reply.shape(_item(reply.json()), UserOut)


def update_account(data: UserUpdate) -> Operation[UserUpdate]:
    reply = yield from _told(Call("PUT", SELF, json={"email": data.email, "name": data.name}, idempotent=False))
    return reply.shape(_item(reply.json()), UserUpdate)


def get_user_settings() -> Operation[UserSettings]:
    return _settings(Call("GET", SETTINGS))


def update_user_settings(data: UserSettings | dict[str, Any]) -> Operation[UserSettings]:
    """Replace all settings.

    Raises:
        TypeError: they are no settings; of null servers would make an answer that other clients fail on.
    """
    if isinstance(data, UserSettings):
        return _settings(Call("PUT", SETTINGS, json=UserSettings.model_dump(data, exclude_none=True)))
    if not is_object(data):
        raise TypeError(f"settings must be UserSettings or a dict, not {type(data).__name__}")
    return _settings(Call("PUT", SETTINGS, json=data))


def _settings(call: Call) -> Operation[UserSettings]:
    reply = yield call
    item = _item(reply.json())
    if item is None:  # what servers send when somebody has stored null
        return UserSettings()
    if not is_object(item):
        raise ParsingError.of(reply.response, item)
    return UserSettings.from_dict(item)


def change_password(data: ChangePassword) -> Operation[None]:
    """Change the password where servers have the call, and if there is none where the document has it.

    Raises:
        ValueError: the new password is empty or no text, which servers take as an empty one; nothing is sent.
    """
    if not isinstance(data.new, str) or not data.new:
        raise ValueError("the new password must be a text that is not empty")
    return _changed(data)


def _changed(data: ChangePassword) -> Operation[None]:
    try:
        reply = yield from _told(_password(PASSWORD, data))
    except NotFoundError:
        reply = yield from _told(_password(DOCUMENTED_PASSWORD, data))
    refuse_page(reply)


def _password(path: str, data: ChangePassword) -> Call:
    return Call("PUT", path, json={"current": data.current, "new": data.new}, idempotent=False)


def forgot_password(data: ForgotPasswordRequest) -> Operation[None]:
    return _done(Call("POST", "/v1/users/forgot-password", json={"email": data.email}, anonymous=True))


def reset_password(data: ResetPasswordRequest) -> Operation[None]:
    fields = {"password": data.password, "token": data.token}
    return _done(Call("POST", "/v1/users/reset-password", json=fields, anonymous=True))


def get_api_keys() -> Operation[list[APIKeyOut]]:
    return _list(Call("GET", API_KEYS), list[APIKeyOut])


def create_api_key(data: APIKeyCreate) -> Operation[APIKeyCreatedOut]:
    return result(Call("POST", API_KEYS, json=data.model_dump(exclude_none=True)), APIKeyCreatedOut)


def delete_api_key(id: str) -> Operation[None]:
    return _done(Call("DELETE", f"{API_KEYS}/{segment(id)}"))


def get_group() -> Operation[Group]:
    return result(Call("GET", GROUPS), Group)


def get_all_groups() -> Operation[list[Group]]:
    return _list(Call("GET", f"{GROUPS}/all"), list[Group])


def create_group(data: CreateRequest) -> Operation[Group]:
    return result(Call("POST", GROUPS, json={"name": data.name}), Group)


def update_group(data: GroupUpdate) -> Operation[Group]:
    return result(Call("PUT", GROUPS, json={"currency": data.currency, "name": data.name}), Group)


def delete_group() -> Operation[None]:
    return _done(Call("DELETE", GROUPS, idempotent=False))


def create_group_invitation(data: GroupInvitationCreate) -> Operation[GroupInvitation]:
    return result(Call("POST", INVITATIONS, json={"expiresAt": data.expiresAt, "uses": data.uses}), GroupInvitation)


def get_group_invitations() -> Operation[list[GroupInvitation]]:
    return _list(Call("GET", INVITATIONS), list[GroupInvitation])


def accept_group_invitation(id: str) -> Operation[GroupAcceptInvitationResponse]:
    """Follow an invitation; what the path ends with is a secret."""
    call = Call("POST", f"{INVITATIONS}/{segment(id)}", shown_path=f"{INVITATIONS}/***")
    return result(call, GroupAcceptInvitationResponse)


def delete_group_invitation(id: str) -> Operation[None]:
    return _done(Call("DELETE", f"{INVITATIONS}/{segment(id)}"))


def get_group_members() -> Operation[list[UserSummary]]:
    return _list(Call("GET", MEMBERS), list[UserSummary])


def add_group_member(data: GroupMemberAdd) -> Operation[None]:
    return _done(Call("POST", MEMBERS, json={"userId": data.userId}))


def remove_group_member(user_id: str) -> Operation[None]:
    return _done(Call("DELETE", f"{MEMBERS}/{segment(user_id, 'user_id')}"))
