"""When a request may be sent again, and how long to wait before."""

import random
import time
from datetime import UTC
from email.utils import parsedate_to_datetime

import httpx

MAX_SECONDS = 60.0
"""The longest wait before a retry, whatever the server asks for; before it is spread."""

TIMESTAMPS_BEGIN = 1_000_000_000
"""`X-RateLimit-Reset` is Unix time from here on (2001), and seconds from now below."""

_REFUSED_UNSEEN = frozenset({429, 503})
_TRANSIENT = frozenset({408, 429, 500, 502, 503, 504})


def worth_repeating(response: httpx.Response, repeatable: bool) -> bool:
    """Tell whether an answer is transient and repeating the request cannot do harm.

    A request that is not repeatable goes again only when the server refused it before it did anything.
    """
    return response.status_code in (_TRANSIENT if repeatable else _REFUSED_UNSEEN)


def safe_after(error: httpx.TransportError, repeatable: bool) -> bool:
    """Tell whether a request may go again after no answer came.

    A refused connection carried nothing to the server. A time-out is final: the caller said how long to wait.
    """
    if isinstance(error, httpx.ConnectError):
        return True
    return repeatable and isinstance(error, (httpx.NetworkError, httpx.RemoteProtocolError))


def backoff(retry: int) -> float:
    """Give the seconds before a retry (0 is the first): 1, 2, 4 …, each up to a tenth more or less."""
    return min(2.0 ** min(retry, 10), MAX_SECONDS) * random.uniform(0.9, 1.1)  # noqa: S311  spreads load, protects nothing


def delay(response: httpx.Response, retry: int) -> float:
    """Give the seconds to wait as the answer asks, at most a minute; without a usable wish those of `backoff`.

    `Retry-After` is in seconds or a date (RFC 9110, section 10.2.3) and followed exactly; `X-RateLimit-Reset` is Unix
    time or seconds from now and spread over a fifth more, for many callers are told the same moment.
    """
    seconds = _retry_after(response)
    if seconds > 0:
        return min(seconds, MAX_SECONDS)
    seconds = _rate_limit_reset(response)
    if seconds > 0:
        return min(seconds, MAX_SECONDS) * random.uniform(1.0, 1.2)  # noqa: S311  spreads load, protects nothing
    return backoff(retry)


def _retry_after(response: httpx.Response) -> float:
    wish = response.headers.get("retry-after", "")
    seconds = _number(wish)
    return _date(wish, 0.0) - _now(response) if seconds is None else seconds


def _rate_limit_reset(response: httpx.Response) -> float:
    moment = _number(response.headers.get("x-ratelimit-reset", "")) or 0.0
    return moment - _now(response) if moment >= TIMESTAMPS_BEGIN else moment


def _now(response: httpx.Response) -> float:
    """Read the server's clock, for its dates are by that one; ours only when it does not tell."""
    return _date(response.headers.get("date", ""), time.time())


def _number(text: str) -> float | None:
    digits = text.strip()
    return float(digits) if digits.replace(".", "", 1).isdecimal() and digits.isascii() else None


def _date(text: str, otherwise: float) -> float:
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return otherwise
    return (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()  # a date without a zone is in UTC
