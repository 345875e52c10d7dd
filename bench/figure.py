"""What a measurement comes to, and whether it reaches its bar."""

from collections.abc import Mapping, Sequence
from statistics import median
from typing import TypeAlias

import msgspec

Round: TypeAlias = Mapping[str, float]


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One figure with its bar; `unit` is empty for ratios, `rounds` holds what it was made of."""

    name: str
    value: float
    unit: str = ""
    at_least: float | None = None
    at_most: float | None = None
    detail: str = ""
    rounds: Sequence[Round] = ()

    @property
    def verdict(self) -> str:
        """Say whether the bar is reached; a figure without a bar is only shown."""
        if self.at_least is not None:
            return "reached" if self.value >= self.at_least else "MISSED"
        if self.at_most is not None:
            return "reached" if self.value <= self.at_most else "MISSED"
        return ""

    @property
    def bar(self) -> str:
        """Write the bar as a person would."""
        if self.at_least is not None:
            return f"≥ {number(self.at_least)} {self.unit}".rstrip()
        return "" if self.at_most is None else f"≤ {number(self.at_most)} {self.unit}".rstrip()


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """An absolute number of ours beside those of what people would pick instead, measured elsewhere."""

    name: str
    ours: float
    unit: str
    others: Mapping[str, float]
    more_is_better: bool = False

    def times_better(self, other: float) -> float:
        """Tell how many times better ours is."""
        return self.ours / other if self.more_is_better else other / self.ours


def median_of(rounds: Sequence[Round], name: str) -> float:
    """Give the median of one number over all rounds."""
    return median(each[name] for each in rounds)


def number(value: float) -> str:
    """Write a number with the three digits that matter."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
