import pytest

from bench.figure import Comparison, Figure, median_of, number


@pytest.mark.parametrize(("value", "verdict"), [(0.59, "MISSED"), (0.6, "reached"), (0.61, "reached")])
def test_a_figure_that_should_be_high_reaches_its_bar_from_above(value: float, verdict: str) -> None:
    assert Figure(name="ratio", value=value, at_least=0.6).verdict == verdict


@pytest.mark.parametrize(("value", "verdict"), [(4.9, "reached"), (5.0, "reached"), (5.1, "MISSED")])
def test_a_figure_that_should_be_low_reaches_its_bar_from_below(value: float, verdict: str) -> None:
    assert Figure(name="time", value=value, unit="ms", at_most=5).verdict == verdict


def test_a_figure_without_a_bar_has_no_verdict() -> None:
    figure = Figure(name="rate", value=1, unit="/s")
    assert (figure.bar, figure.verdict) == ("", "")


def test_the_bar_is_written_with_its_unit() -> None:
    assert Figure(name="time", value=1, unit="ms", at_most=5).bar == "≤ 5 ms"


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.6, "0.6"), (0.00416, "0.00416"), (3.0, "3"), (12.34, "12.3"), (99.96, "100"), (56_440.2, "56,440")],
)
def test_a_number_keeps_the_digits_that_matter(value: float, text: str) -> None:
    assert number(value) == text


def test_a_lone_outlier_does_not_move_the_median() -> None:
    assert median_of([{"rate": 10.0}, {"rate": 11.0}, {"rate": 900.0}], "rate") == 11.0


def test_more_requests_are_better_and_more_milliseconds_worse() -> None:
    rate = Comparison(name="checks", ours=2_000, unit="/s", others={}, more_is_better=True)
    assert rate.times_better(1_000) == 2
    assert Comparison(name="search", ours=2, unit="ms", others={}).times_better(24) == 12
