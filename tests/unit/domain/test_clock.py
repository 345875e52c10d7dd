"""Instants and the calendar."""

from datetime import UTC, date, datetime

import pytest

from gatepost.server.domain.clock import day_before, end_of_day, to_datetime


@pytest.mark.parametrize(
    ("instant", "year"),
    [
        (253_402_300_799_999, 9999),
        (253_402_300_800_000, 9999),
        (10**18, 9999),
        (-62_135_596_800_001, 1),
        (-(10**18), 1),
    ],
)
def test_what_lies_beyond_the_calendar_is_shown_at_its_end(instant: int, year: int) -> None:
    assert to_datetime(instant).year == day_before(instant).year == year


def test_an_instant_and_its_moment_are_the_same() -> None:
    assert to_datetime(0) == datetime(1970, 1, 1, tzinfo=UTC)
    assert to_datetime(1_800_000_000_123).isoformat(timespec="milliseconds") == "2027-01-15T08:00:00.123+00:00"
    assert day_before(end_of_day(date(2027, 2, 28))) == date(2027, 2, 28)
