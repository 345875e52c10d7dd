"""The calls of the Kipu Quantum Hub user-service, without I/O.

Source: Kipu Quantum Hub API SDK reference, HubUserClient.
"""

from base64 import b64encode
from collections.abc import Iterable
from typing import TypeAlias

from msgspec import UnsetType

from gatepost._core.calls import Call, Operation, Reply, given, result, segment
from gatepost._core.errors import ParsingError
from gatepost._core.files import File, part
from gatepost.kipu.models import (
    AccessTokenDto,
    AccessTokensDto,
    BatchUserResponseDto,
    DefaultAccessTokenDto,
    PersonalAccessTokenPrincipal,
    RegistrationResponse,
    UserDto,
    UserOverviewDto,
    UserSearchDto,
)

Text: TypeAlias = str | UnsetType | None


def _done(call: Call) -> Operation[None]:
    yield call


def get_current_user() -> Operation[UserDto]:
    return result(Call("GET", "/me"), UserDto)


def update_current_user(current_position: Text, homepage: Text, about: Text) -> Operation[UserDto]:
    fields = given(currentPosition=current_position, homepage=homepage, about=about)
    return result(Call("PUT", "/me", json=fields), UserDto)


def delete_current_user() -> Operation[None]:
    return _done(Call("DELETE", "/me"))


def update_current_user_profile_image(file: File) -> Operation[None]:
    return _done(Call("POST", "/me/profile-image", files={"file": part(file)}, idempotent=True))


def delete_current_user_profile_image() -> Operation[None]:
    return _done(Call("DELETE", "/me/profile-image"))


def get_personal_access_tokens() -> Operation[AccessTokensDto]:
    return result(Call("GET", "/me/access-tokens"), AccessTokensDto)


def create_personal_access_token(name: str, expires_at: Text) -> Operation[AccessTokenDto]:
    fields = given(name=name, expiresAt=expires_at)
    return result(Call("POST", "/me/access-tokens", json=fields), AccessTokenDto)


def delete_personal_access_token(id: str) -> Operation[None]:
    return _done(Call("DELETE", f"/me/access-tokens/{segment(id)}"))


def regenerate_default_personal_access_token() -> Operation[DefaultAccessTokenDto]:
    return result(Call("PUT", "/me/access-tokens/default"), DefaultAccessTokenDto)


def authorize_by_personal_access_token() -> Operation[PersonalAccessTokenPrincipal]:
    return result(Call("POST", "/authorize", idempotent=True), PersonalAccessTokenPrincipal)


def get_user_by_id(id: str) -> Operation[UserOverviewDto]:
    return result(Call("GET", f"/users/{segment(id)}"), UserOverviewDto)


def check_user_exists(id: str) -> Operation[dict[str, str]]:
    reply = yield Call("HEAD", f"/users/{segment(id)}")
    return dict(reply.headers)


def get_user_profile_image(id: str) -> Operation[str | None]:
    accept = {"accept": "application/json, image/*;q=0.9, */*;q=0.8"}
    reply = yield Call("GET", f"/users/{segment(id)}/profile-image", headers=accept)
    return _image(reply)


def _image(reply: Reply) -> str | None:
    """Give an image as text: as the service sent it, or its bytes in base64; None when there is none."""
    if not reply.content.strip():
        return None
    if reply.media_type.startswith("image/") or reply.media_type == "application/octet-stream":
        return b64encode(reply.content).decode()
    body = reply.json()
    if body is None or isinstance(body, str):
        return body
    raise ParsingError.of(reply.response, body)


def resolve_users(ids: Iterable[str]) -> Operation[BatchUserResponseDto]:
    if isinstance(ids, str):
        raise TypeError("ids must be several, not one str, whose letters would be looked up")
    return result(Call("POST", "/users/batch", json={"ids": list(ids)}, idempotent=True), BatchUserResponseDto)


def get_user_registration_status(email: str) -> Operation[RegistrationResponse]:
    return result(Call("GET", "/user-registration-status", query={"email": email}), RegistrationResponse)


def search_users(q: str) -> Operation[list[UserSearchDto]]:
    return result(Call("GET", "/search", query={"q": q}), list[UserSearchDto])
