"""Accounts as lines of a file: one JSON object each, read by the rules of a new account, written to be read again."""

import re
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from gatepost.server.domain.accounts import DESCRIPTION_LIMIT, PROFILE_LIMIT, Account, State, person, valid_homepage
from gatepost.server.domain.clock import SECOND, to_datetime
from gatepost.server.domain.errors import Invalid
from gatepost.server.domain.roles import require_known
from gatepost.server.domain.text import clean_optional

LONGEST_LINE = 128 * 1024
"""Bytes of one line; an account whose every field is as long as its rule allows needs less."""

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

_SCHEMES: tuple[tuple[re.Pattern[str], Callable[..., bool]], ...] = (
    (
        re.compile(r"\$argon2(?:id|i|d)(?:\$v=\d+)?\$m=(\d{1,9}),t=(\d{1,9}),p=(\d{1,9})\$[\w+/]+\$[\w+/]+", re.ASCII),
        lambda memory, passes, lanes: memory <= 1 << 19 and memory * passes <= 1 << 20 and lanes <= 16,
    ),
    (re.compile(r"\$2[aby]\$(\d\d)\$[\w./]{53}", re.ASCII), lambda cost: cost <= 15),
    (
        re.compile(r"pbkdf2_sha256\$(\d{1,9})\$[^$]+\$[\w+/]+=*", re.ASCII),
        lambda iterations: iterations <= 5_000_000,
    ),
)
"""Accepted password hashes, and which of their costs a sign-in can bear: a few seconds at the most, and 512 MiB."""


class Record(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """One line. Only `email` is needed; what is left out is as in a new account that is active at once.

    `created_at` is ISO 8601 with its offset. `password_hash` is Argon2, bcrypt or Django's PBKDF2-SHA256; a
    `password` in the clear may stand in its place, and is hashed.
    """

    email: str
    id: str | None = None
    username: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    state: State = State.ACTIVE
    disabled: bool = False
    email_verified: bool | None = None
    roles: tuple[str, ...] = ()
    current_position: str | None = None
    homepage: str | None = None
    about: str | None = None
    phone: str | None = None
    description: str | None = None
    created_at: Annotated[datetime, Meta(tz=True)] | None = None
    password_hash: str | UnsetType | None = UNSET
    password: str | UnsetType | None = UNSET

    def __repr__(self) -> str:
        """Keep the password and its hash out of logs and tracebacks."""
        return f"{type(self).__name__}(id={self.id!r})"


class Newcomer(Struct, frozen=True, kw_only=True, gc=False):
    """An account about to be stored: every column of its row. Instants are milliseconds."""

    id: str
    email: str
    email_key: str
    username: str
    username_key: str
    first_name: str | None
    last_name: str | None
    password_hash: str | None
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

    __repr__ = Record.__repr__

    @property
    def usable(self) -> bool:
        """Whether any credential of this account may act."""
        return self.state is State.ACTIVE and not self.disabled


_decoder = msgspec.json.Decoder(Record)
_encoder = msgspec.json.Encoder()


def parse(line: bytes) -> Record:
    """Read one line; raises Invalid with the reason."""
    if len(line) > LONGEST_LINE:
        raise Invalid(f"the line is longer than {LONGEST_LINE} bytes")
    try:
        record = _decoder.decode(line)
    except msgspec.ValidationError as error:
        raise Invalid(str(error)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Invalid(f"the line is not JSON: {error}") from None
    if record.password and record.password_hash:
        raise Invalid("password and password_hash exclude each other", "password")
    return record


def newcomer(record: Record, new_id: str, now: int) -> Newcomer:
    """Check a record by the rules of accounts; `new_id` is taken when it has none. Raises Invalid.

    The hash of a password in the clear is not made here.
    """
    who = person(record.email, record.username, record.first_name, record.last_name, record.phone)
    for role in record.roles:
        require_known(role)
    return Newcomer(
        id=new_id if record.id is None else _valid_id(record.id),
        email=who.email,
        email_key=who.email_key,
        username=who.username,
        username_key=who.username_key,
        first_name=who.first_name,
        last_name=who.last_name,
        password_hash=_valid_hash(record.password_hash or None),
        state=record.state,
        disabled=record.disabled,
        email_verified=_is_verified(record),
        current_position=clean_optional(record.current_position, "current_position", PROFILE_LIMIT),
        homepage=valid_homepage(record.homepage),
        about=clean_optional(record.about, "about", PROFILE_LIMIT),
        phone=who.phone,
        description=clean_optional(record.description, "description", DESCRIPTION_LIMIT),
        created_at=now if record.created_at is None else _instant(record.created_at, now),
        updated_at=now,
    )


def _valid_id(text: str) -> str:
    id = text.lower()
    if not _UUID.fullmatch(id):
        raise Invalid("id must be a UUID", "id")
    return id


def _valid_hash(text: str | None) -> str | None:
    if text is None:
        return None
    for pattern, bears in _SCHEMES:
        if match := pattern.fullmatch(text):
            if not _bearable(bears, match.groups()):
                raise Invalid("password_hash has costs that no sign-in could bear", "password_hash")
            return text
    raise Invalid("password_hash is neither Argon2 nor bcrypt nor Django's pbkdf2_sha256", "password_hash")


@lru_cache  # hashes of one origin have the same costs
def _bearable(bears: Callable[..., bool], costs: tuple[str, ...]) -> bool:
    return bears(*map(int, costs))


def _is_verified(record: Record) -> bool:
    return record.state is not State.UNVERIFIED and record.email_verified is not False


def _instant(moment: datetime, now: int) -> int:
    instant = round(moment.timestamp() * SECOND)
    if not 0 <= instant <= now:
        raise Invalid("created_at lies in the future or before 1970", "created_at")
    return instant


def line_of(account: Account, roles: tuple[str, ...], password_hash: str | UnsetType | None) -> bytes:
    """Write one line, its end included; `password_hash` UNSET leaves the field out."""
    record = Record(
        email=account.email,
        id=account.id,
        username=account.username,
        first_name=account.first_name,
        last_name=account.last_name,
        state=account.state,
        disabled=account.disabled,
        email_verified=account.email_verified,
        roles=roles,
        current_position=account.current_position,
        homepage=account.homepage,
        about=account.about,
        phone=account.phone,
        description=account.description,
        created_at=to_datetime(account.created_at),
        password_hash=password_hash,
    )
    return _encoder.encode(record) + b"\n"
