"""Accounts: their states, and the rules for what people call themselves."""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit

from gatepost.server.domain.errors import Forbidden, Invalid
from gatepost.server.domain.text import clean, clean_optional, fold

NAME_LIMIT = 255
PERSONAL_NAME_LIMIT = 256
PHONE_LIMIT = 17
EMAIL_LIMIT = 254
PROFILE_LIMIT = 2_000
HOMEPAGE_LIMIT = 2_000
DESCRIPTION_LIMIT = 2_000

_PLAIN_LOCAL_PART = re.compile(r"(?=.{1,64}$)[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*")


class State(StrEnum):
    """Where an account stands on its way to being usable; `disabled` is a separate flag."""

    UNVERIFIED = "unverified"
    PENDING = "pending"
    ACTIVE = "active"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Account:
    """A person's record. Instants are milliseconds since the epoch."""

    id: str
    email: str
    username: str
    first_name: str | None
    last_name: str | None
    state: State
    disabled: bool
    email_verified: bool
    current_position: str | None
    homepage: str | None
    about: str | None
    phone: str | None
    description: str | None
    created_at: int
    updated_at: int
    last_sign_in_at: int | None
    version: int

    @property
    def usable(self) -> bool:
        """Whether any credential of this account may act."""
        return self.state is State.ACTIVE and not self.disabled

    @property
    def greeting(self) -> str:
        """The name to address the person by."""
        return self.first_name or self.username


class Overview(NamedTuple):
    """The public part of an account."""

    id: str
    first_name: str | None
    last_name: str | None


@dataclass(frozen=True, slots=True)
class Person:
    """Who somebody says they are, checked: the part of an account that a sign-up brings along."""

    email: str
    email_key: str
    username: str
    username_key: str
    first_name: str | None
    last_name: str | None
    phone: str | None = None


def person(
    email: str, username: str | None, first_name: str | None, last_name: str | None, phone: str | None = None
) -> Person:
    """Check and normalise the identity fields of a new account.

    `username` defaults to the e-mail address. Raises Invalid when a field breaks its rule.
    """
    address = valid_email(email)
    name = valid_username(username) if username and username.strip() else address
    return Person(
        email=address,
        email_key=fold(address),
        username=name,
        username_key=fold(name),
        first_name=valid_name(first_name, "first_name"),
        last_name=valid_name(last_name, "last_name"),
        phone=valid_phone(phone),
    )


def valid_email(value: str) -> str:
    """Return the trimmed address; raises Invalid when its syntax is wrong (RFC 5321, RFC 6531)."""
    text = clean(value.strip(), "email", EMAIL_LIMIT)
    local, _, domain = text.rpartition("@")
    if text.isascii() and _PLAIN_LOCAL_PART.fullmatch(local):
        return f"{local}@{_valid_domain(domain)}"
    return _valid_address(text)


@lru_cache(maxsize=4_096)
def _valid_domain(domain: str) -> str:
    """Check the domain alone: what is left of an address whose other part can only be right."""
    return _valid_address("a@" + domain).partition("@")[2]


def _valid_address(text: str) -> str:
    from email_validator import EmailNotValidError, validate_email  # costs 80 ms at start-up

    try:
        return validate_email(text, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError as error:
        raise Invalid(f"email is not a valid address: {error}", "email") from None


def same_mailbox(one: str, other: str) -> bool:
    """Tell whether two valid addresses differ in letter case only.

    Keys equate more, such as ligatures and the letters they join; those may be mailboxes of different people.
    """
    return one.lower() == other.lower()


def valid_username(value: str) -> str:
    """Return the trimmed username; raises Invalid when empty, too long or with control characters."""
    text = clean(value.strip(), "username", NAME_LIMIT)
    if not fold(text) or not text.isprintable():
        raise Invalid("username must be printable text", "username")
    return text


def valid_name(value: str | None, field: str) -> str | None:
    """Return the trimmed personal name, or None when there is none; raises Invalid for control characters."""
    return _line(value, field, PERSONAL_NAME_LIMIT)


def valid_phone(value: str | None) -> str | None:
    """Return the trimmed telephone number, or None when there is none; raises Invalid over 17 characters.

    What belongs into one differs from country to country, so that any printable text is taken.
    """
    return _line(value, "phone", PHONE_LIMIT)


def _line(value: str | None, field: str, limit: int) -> str | None:
    text = (clean_optional(value, field, limit) or "").strip()
    if not text.isprintable():
        raise Invalid(f"{field} must be printable text", field)
    return text or None


def valid_homepage(value: str | None) -> str | None:
    """Return the address unchanged; "" and None pass. Raises Invalid unless it is an absolute http(s) URL."""
    text = clean_optional(value, "homepage", HOMEPAGE_LIMIT)
    if text and not _is_web_address(text):
        raise Invalid("homepage must be an absolute http or https URL", "homepage")
    return text


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and not any(map(str.isspace, text))
    except ValueError:
        return False


def require_usable(account: Account) -> None:
    """Raise Forbidden, with the reason, unless credentials of this account may act."""
    if account.disabled:
        raise Forbidden("This account is disabled.")
    if account.state is not State.ACTIVE:
        raise Forbidden(_REFUSALS[account.state])


_REFUSALS = {
    State.UNVERIFIED: "The e-mail address is not confirmed yet.",
    State.PENDING: "This account awaits approval by an administrator.",
    State.REJECTED: "This account was not approved.",
}
