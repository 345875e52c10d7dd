"""The format of every secret that Gatepost hands out, and how it is stored.

A raw credential reads `gp_<kind>_` + 30 random base62 characters (178 bits) + 6 base62 characters of CRC32 over
all that precedes. The checksum lets a mistyped or invented token be refused without touching the database, and lets
secret scanners recognise a leaked one. Only the SHA-256 of the raw text is stored: with 178 random bits there is
nothing to guess, so a slow hash would add cost and no safety.
"""

import hashlib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from gatepost.server.domain.clock import RandomBelow, day_before, end_of_day, to_datetime
from gatepost.server.domain.errors import Invalid
from gatepost.server.domain.spellings import BASE62, HOMEBOX_KEY, Form, Spelling, homebox, own
from gatepost.server.domain.text import clean

ALPHABET = BASE62
RANDOM_LENGTH = 30
CHECKSUM_LENGTH = 6
NAME_LIMIT = 200


class Kind(StrEnum):
    """What a raw credential is for; the middle part of its prefix."""

    ACCESS = "pat"
    SESSION = "ses"
    ATTACHMENT = "att"
    INVITATION = "inv"
    CONFIRM = "cnf"
    RESET = "rst"
    SETUP = "adm"
    CLIENT_SECRET = "sec"


RAW_LENGTH = len("gp_pat_") + RANDOM_LENGTH + CHECKSUM_LENGTH


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A personal access token as stored: everything but its raw value. Instants are milliseconds."""

    id: str
    account_id: str
    name: str
    created_at: int
    used_at: int | None
    expires_at: int | None

    @property
    def expires_on(self) -> date | None:
        """The last day (UTC) on which the token is valid; None means it never expires."""
        return None if self.expires_at is None else day_before(self.expires_at)


_OWN = {kind: own(kind) for kind in Kind}
_HOMEBOX = {Kind.ACCESS: HOMEBOX_KEY} | {
    kind: homebox(kind) for kind in (Kind.SESSION, Kind.ATTACHMENT, Kind.INVITATION)
}
_FORMS: dict[Spelling, dict[Kind, Form]] = {Spelling.GATEPOST: _OWN, Spelling.HOMEBOX: _HOMEBOX}


def mint(kind: Kind, random_below: RandomBelow, spelling: Spelling = Spelling.GATEPOST) -> str:
    """Make a fresh raw credential; only what the Homebox API hands out has its spelling."""
    return _FORMS[spelling][kind].mint(random_below)


def checksum(body: bytes) -> str:
    """Encode the CRC32 of `body` as six base62 characters."""
    return _OWN[Kind.ACCESS].checksum(body)


def well_formed(raw: bytes, kind: Kind) -> bool:
    """Tell whether `raw` can be a credential of this kind at all, in either spelling; needs no storage."""
    return _OWN[kind].fits(raw) or (kind in _HOMEBOX and _HOMEBOX[kind].fits(raw))


def digest(raw: bytes) -> bytes:
    """Give the form in which a credential is stored and looked up (SHA-256, FIPS 180-4)."""
    return hashlib.sha256(raw).digest()


def valid_token_name(value: str, limit: int = NAME_LIMIT) -> str:
    """Return the trimmed name; raises Invalid when empty, longer than `limit` characters or not printable."""
    name = clean(value.strip(), "name", limit)
    if not name or not name.isprintable():
        raise Invalid("name must be printable text that is not blank", "name")
    return name


def expiry(text: str | None, now: int) -> int | None:
    """Turn a `yyyy-MM-dd` day into the instant after which the token is refused.

    The token stays valid through the end of that day (UTC). Raises Invalid for another format or a past day.
    """
    if text is None:
        return None
    day = _calendar_day(text)
    if day < to_datetime(now).date():
        raise Invalid("expiresAt lies in the past", "expiresAt")
    if day.year == date.max.year:
        raise Invalid("expiresAt is too far in the future", "expiresAt")
    return end_of_day(day)


def _calendar_day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.isoformat() != text:
        raise Invalid("expiresAt must be a date of the form yyyy-MM-dd", "expiresAt")
    return day
