"""Time, identifiers and randomness as inputs, so that rules stay repeatable."""

import secrets
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import uuid_utils

Clock = Callable[[], int]
"""Returns the present instant in milliseconds since the Unix epoch."""

Ids = Callable[[], str]
"""Returns a fresh identifier: UUIDv7 text, so that ids sort by creation."""

RandomBelow = Callable[[int], int]
"""Returns an unpredictable whole number in [0, n)."""

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

_FIRST = -62_135_596_800_000
_LAST = 253_402_300_799_999
"""The ends of the calendar: the years 1 and 9999. A moment that is rounded may come to lie beyond them."""


def system_clock() -> int:
    """Read the machine's clock in milliseconds since the Unix epoch."""
    return time.time_ns() // 1_000_000


def new_id() -> str:
    """Make a UUIDv7 (RFC 9562) as text."""
    return str(uuid_utils.uuid7())


def random_below(bound: int) -> int:
    """Draw from the operating system's random source."""
    return secrets.randbelow(bound)


def to_datetime(instant: int) -> datetime:
    """Convert an instant in milliseconds to an aware UTC datetime; one that is out of the calendar to its end."""
    return datetime.fromtimestamp(min(max(instant, _FIRST), _LAST) / SECOND, UTC)


def end_of_day(day: date) -> int:
    """Give the first instant, in milliseconds, at which `day` (UTC) is over."""
    following = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)
    return int(following.timestamp()) * SECOND


def day_before(instant: int) -> date:
    """Give the last UTC day that is wholly before `instant`; the inverse of `end_of_day`."""
    return to_datetime(instant - 1).date()
