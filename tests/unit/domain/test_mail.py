import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost.server.domain.mail import Composed, OutgoingMail, one_line, retry_delay

HOUR = 3_600.0


@pytest.mark.parametrize(
    ("attempt", "jitter", "seconds"),
    [
        (1, 0.0, 10.0),
        (1, 1.0, 20.0),
        (2, 0.0, 20.0),
        (3, 0.5, 60.0),
        (8, 1.0, 2_560.0),
        (9, 0.0, 1_800.0),
        (9, 1.0, HOUR),
        (1_000_000, 1.0, HOUR),
    ],
)
def test_delay_doubles_from_ten_seconds_to_an_hour(attempt: int, jitter: float, seconds: float) -> None:
    assert retry_delay(attempt, jitter) == seconds


@given(st.integers(min_value=1), st.floats(0.0, 1.0))
def test_delay_stays_in_its_bounds_and_never_shrinks_with_attempts(attempt: int, jitter: float) -> None:
    delay = retry_delay(attempt, jitter)
    assert 10.0 <= delay <= HOUR
    assert delay <= retry_delay(attempt + 1, jitter)


@given(st.integers(1, 100), st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_more_jitter_never_shortens_the_delay(attempt: int, one: float, other: float) -> None:
    assert retry_delay(attempt, min(one, other)) <= retry_delay(attempt, max(one, other))


@pytest.mark.parametrize(("attempt", "jitter"), [(0, 0.5), (-1, 0.5), (1, -0.1), (1, 1.1), (1, float("nan"))])
def test_delay_refuses_impossible_inputs(attempt: int, jitter: float) -> None:
    with pytest.raises(ValueError, match="attempt counts from 1"):
        retry_delay(attempt, jitter)


@given(st.text())
def test_one_line_is_one_printable_line(text: str) -> None:
    line = one_line(text)
    assert line.isprintable()
    assert line == line.strip()
    assert len(line.splitlines()) <= 1
    assert one_line(line) == line


def test_one_line_keeps_words_apart() -> None:
    assert one_line(" a\r\nBcc:\u2028b\x00c\u202ed ") == "a Bcc: b c d"


def test_the_parts_of_a_mail_stay_out_of_its_repr() -> None:
    outgoing = OutgoingMail("m-1", "a@example.org", "Hello", "text with secret", "html with secret")
    assert "secret" not in repr(outgoing)
    assert "secret" not in repr(Composed("Hello", "text with secret", "html with secret"))
