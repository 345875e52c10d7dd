"""Between the domain's words and Kipu's, as pure functions."""

from base64 import b64encode
from http import HTTPStatus

import msgspec
from msgspec import UNSET

from gatepost.server.dialects.kipu import wire
from gatepost.server.domain.accounts import Account, Overview
from gatepost.server.domain.clock import to_datetime
from gatepost.server.domain.errors import Conflict, TooLarge
from gatepost.server.domain.tokens import AccessToken
from gatepost.server.services.credentials import ResolvedToken
from gatepost.server.services.personal_tokens import TokenList
from gatepost.server.services.registration import Status
from gatepost.server.web.surfaces import STATUSES

encode = msgspec.json.Encoder().encode

KIPU_STATUSES = STATUSES | {Conflict: 403, TooLarge: 400}
"""The API documents 400, 401, 403 and 404; its clients retry 409 and have no class for 413."""

REGISTRATION: dict[Status, tuple[str, str | None]] = {
    Status.NOT_FOUND: ("NOT_FOUND", "There is no registration for this e-mail address."),
    Status.UNVERIFIED: (
        "EMAIL_NOT_VERIFIED",
        "The e-mail address is not confirmed yet; follow the link in the mail.",
    ),
    Status.PENDING: ("PENDING", "The registration awaits approval."),
    Status.ACTIVE: ("APPROVED", None),
    Status.REJECTED: ("REJECTED", "The registration was not approved."),
}


def timestamp(instant: int | None) -> str | None:
    """Write an instant (milliseconds) as `yyyy-MM-dd HH:mm:ss` in UTC."""
    return None if instant is None else to_datetime(instant).strftime("%Y-%m-%d %H:%M:%S")


def user(account: Account) -> wire.UserDto:
    """Write an account as its owner sees it."""
    return wire.UserDto(
        id=account.id,
        username=account.username,
        email=account.email,
        firstname=account.first_name,
        lastname=account.last_name,
        current_position=account.current_position,
        homepage=account.homepage,
        about=account.about,
    )


def overview(found: Overview) -> wire.UserOverviewDto:
    """Write what others may see of an account."""
    return wire.UserOverviewDto(found.id, found.first_name, found.last_name)


def token(access: AccessToken, value: str | None = None) -> wire.AccessTokenDto:
    """Write a token, with its raw value only when it was just made."""
    return wire.AccessTokenDto(
        id=access.id,
        name=access.name,
        created_at=timestamp(access.created_at) or "",
        used_at=timestamp(access.used_at),
        expires_at=access.expires_on.isoformat() if access.expires_on else None,
        value=value,
    )


def token_list(listed: TokenList) -> wire.AccessTokensDto:
    """Write all tokens of an account."""
    return wire.AccessTokensDto(listed.default, [token(access) for access in listed.tokens])


def token_principal(resolved: ResolvedToken) -> wire.PersonalAccessTokenPrincipal:
    """Write whom a token acts for."""
    holder = resolved.holder
    shown = None if holder.is_default else token(holder.token)
    return wire.PersonalAccessTokenPrincipal(holder.token.account_id, shown)


def registration(status: Status) -> wire.RegistrationResponse:
    """Write how far a sign-up has come."""
    return wire.RegistrationResponse(*REGISTRATION[status])


def batch(found: list[Overview], missing: list[str]) -> wire.BatchUserResponseDto:
    """Write the outcome of a batch look-up; the missing ids are joined with commas."""
    return wire.BatchUserResponseDto([overview(one) for one in found], ",".join(missing) or None)


def changes(body: wire.UpdateCurrentUser) -> dict[str, str | None]:
    """Read which profile fields to change, and to what."""
    given = {"current_position": body.current_position, "homepage": body.homepage, "about": body.about}
    return {name: value for name, value in given.items() if value is not UNSET}


def image_text(data: bytes) -> str:
    """Write image bytes as the string the generated clients expect."""
    return b64encode(data).decode()


def wants_image(accept: str | None) -> bool:
    """Tell whether an Accept header asks for image bytes by name; the official clients send `*/*`."""
    kinds = [part.partition(";")[0].strip().lower() for part in (accept or "").split(",")]
    return any(kind.startswith("image/") for kind in kinds)


def has_copy(if_none_match: str | None, etag: str) -> bool:
    """Tell whether an If-None-Match header (RFC 9110, 13.1.2) names what is stored; proxies make tags weak."""
    tags = [tag.strip().removeprefix("W/") for tag in (if_none_match or "").split(",")]
    return etag in tags or tags == ["*"]


def error(status: int, message: str, path: str) -> bytes:
    """Write the JSON body that every error has."""
    return encode(wire.ErrorDto(status, HTTPStatus(status).phrase, message, path))
