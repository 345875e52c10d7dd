"""How long a client waits before it tries again."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost._core import retry

SERVER_TIME = datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC)
"""Far from any clock that runs these tests: what is measured against the wrong clock shows."""


def delay(attempt: int = 0, **headers: str) -> float:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return retry.delay(httpx.Response(429, headers=named), attempt)


def after(seconds: float) -> str:
    return format_datetime(SERVER_TIME + timedelta(seconds=seconds), usegmt=True)


def is_backoff(seconds: float, attempt: int = 0) -> bool:
    return 0.9 * 2.0**attempt <= seconds <= 1.1 * 2.0**attempt


@pytest.mark.parametrize(
    ("asked", "seconds"), [("7", 7), ("1", 1), (" 7 ", 7), ("1.5", 1.5), ("0.25", 0.25), ("60", 60), ("007", 7)]
)
def test_retry_after_in_seconds_is_followed_exactly(asked: str, seconds: float) -> None:
    assert delay(retry_after=asked) == seconds


@pytest.mark.parametrize("asked", ["61", "3600", "99999999999999999999", "9" * 400])
def test_no_server_makes_a_client_wait_for_more_than_a_minute(asked: str) -> None:
    assert delay(retry_after=asked) == 60


@pytest.mark.parametrize("asked", ["0", "0.0", "-5", "", "soon", "1,5", "1e9", "inf", "nan", "٣", "1.2.3", "."])
def test_without_a_usable_wish_the_wait_is_that_of_the_attempt(asked: str) -> None:
    assert is_backoff(retry.delay(httpx.Response(429, headers=[(b"Retry-After", asked.encode())]), 0))


def test_retry_after_as_a_date_is_measured_by_the_clock_of_the_server() -> None:
    assert delay(retry_after=after(20), date=after(0)) == 20


def test_retry_after_as_a_date_is_measured_by_our_clock_when_the_server_does_not_tell_its_own() -> None:
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=3000), usegmt=True)
    assert delay(retry_after=soon) == 60


@pytest.mark.parametrize("date", ["", "yesterday", "Wed, 99 Nov 2026 07:28:00 GMT"])
def test_a_clock_that_cannot_be_read_is_as_none(date: str) -> None:
    assert is_backoff(delay(retry_after=after(-1e9), date=date))


def test_a_date_in_the_past_is_no_wish() -> None:
    assert is_backoff(delay(retry_after=after(-1), date=after(0)))
    assert is_backoff(delay(retry_after=after(0), date=after(0)))


@pytest.fixture
def _far_from_greenwich(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "PKT-5")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("_far_from_greenwich")
def test_a_date_in_the_old_form_is_in_utc_wherever_the_client_is() -> None:
    asctime = (SERVER_TIME + timedelta(seconds=20)).strftime("%a %b %d %H:%M:%S %Y")
    assert delay(retry_after=asctime, date=after(0)) == 20


def test_rate_limit_reset_as_unix_time_is_measured_by_the_clock_of_the_server_and_spread() -> None:
    reset = str(int(SERVER_TIME.timestamp()) + 20)
    waits = [delay(x_ratelimit_reset=reset, date=after(0)) for _ in range(50)]
    assert all(20 <= wait <= 24 for wait in waits)
    assert len(set(waits)) > 1


def test_rate_limit_reset_below_any_timestamp_is_in_seconds() -> None:
    assert 20 <= delay(x_ratelimit_reset="20") <= 24
    assert 60 <= delay(x_ratelimit_reset=str(retry.TIMESTAMPS_BEGIN - 1)) <= 72


def test_rate_limit_reset_is_at_most_a_minute_away_before_it_is_spread() -> None:
    reset = str(SERVER_TIME.timestamp() + 86_400)
    assert 60 <= delay(x_ratelimit_reset=reset, date=after(0)) <= 72


@pytest.mark.parametrize("reset", ["0", "-20", "soon", str(int(SERVER_TIME.timestamp()) - 5)])
def test_rate_limit_reset_that_is_over_or_nonsense_is_no_wish(reset: str) -> None:
    assert is_backoff(delay(x_ratelimit_reset=reset, date=after(0)))


def test_retry_after_wins_over_rate_limit_reset() -> None:
    assert delay(retry_after="3", x_ratelimit_reset="20") == 3
    assert 20 <= delay(retry_after="0", x_ratelimit_reset="20") <= 24


def test_each_attempt_waits_twice_as_long_as_the_one_before_up_to_a_minute() -> None:
    assert all(is_backoff(retry.backoff(attempt), attempt) for attempt in range(6))
    assert all(54 <= retry.backoff(attempt) <= 66 for attempt in (6, 7, 100))


def test_attempts_of_many_clients_are_spread() -> None:
    assert len({retry.backoff(3) for _ in range(20)}) > 1


header = st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=40)


@given(retry_after=header, reset=header, date=header, attempt=st.integers(0, 10**6))
def test_whatever_a_server_sends_the_wait_is_above_zero_and_bounded(
    retry_after: str, reset: str, date: str, attempt: int
) -> None:
    told = {b"Retry-After": retry_after, b"X-RateLimit-Reset": reset, b"Date": date}
    response = httpx.Response(503, headers=[(name, value.encode("latin-1")) for name, value in told.items()])
    assert 0 < retry.delay(response, attempt) <= 72
