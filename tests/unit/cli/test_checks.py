from datetime import UTC, datetime, timedelta

import pytest

from gatepost.cli.checks.machine import check_clock

NOW = datetime(2026, 5, 17, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "newest", "well"),
    [
        (NOW, None, True),
        (NOW, NOW - timedelta(days=1), True),
        (NOW, NOW + timedelta(minutes=1), False),
        (datetime(1970, 1, 1, tzinfo=UTC), None, False),
    ],
)
def test_a_clock_is_right_when_nothing_speaks_against_it(now: datetime, newest: datetime | None, well: bool) -> None:
    assert check_clock(now, newest).well is well
