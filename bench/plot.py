"""One kind of picture: lines over a logarithmic axis, as SVG that any browser shows."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from math import ceil, floor, log10

Line = Sequence[tuple[float, float]]

WIDTH, HEIGHT = 720, 380
LEFT, RIGHT, TOP, BOTTOM = 56, 170, 40, 44
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#7f7f7f", "#332288", "#aa4499", "#117733")
"""Told apart by those who see fewer colours, too."""

_STYLE = 'font-family="sans-serif" font-size="12" fill="#555"'
_LABEL_GAP = 14


def logarithmic(title: str, across: str, lines: Mapping[str, Line]) -> str:
    """Draw lines; both axes are logarithmic, and every value must be above zero."""
    points = [point for line in lines.values() for point in line]
    x, y = ([log10(value) for value in values] for values in zip(*points, strict=True))
    axes = _Axes((min(x), max(x)), (floor(min(y)), max(ceil(max(y)), floor(min(y)) + 1)))
    drawn = [*axes.grid(), *_drawn(axes, lines), *_labels(axes, lines)]
    head = f'<text x="{LEFT}" y="20" font-size="14" font-weight="bold">{escape(title)}</text>'
    foot = f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 8}" text-anchor="middle">{escape(across)}</text>'
    size = f'viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
    body = "\n".join([head, *drawn, foot])
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} {_STYLE}>\n{body}\n</svg>\n'


class _Axes:
    """Where a value is on the picture; ranges are powers of ten."""

    def __init__(self, x: tuple[float, float], y: tuple[float, float]) -> None:
        self._x, self._y = x, y

    def at(self, x: float, y: float) -> tuple[float, float]:
        across = (log10(x) - self._x[0]) / ((self._x[1] - self._x[0]) or 1)
        up = (log10(y) - self._y[0]) / (self._y[1] - self._y[0])
        return LEFT + across * (WIDTH - LEFT - RIGHT), HEIGHT - BOTTOM - up * (HEIGHT - TOP - BOTTOM)

    def grid(self) -> Iterator[str]:
        for power in range(int(self._y[0]), int(self._y[1]) + 1):
            left, y = self.at(10 ** self._x[0], 10.0**power)
            yield f'<path d="M{left:.0f} {y:.1f}H{WIDTH - RIGHT}" stroke="#ddd"/>'
            yield f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{10.0**power:,g}</text>'
        for power in range(ceil(self._x[0]), floor(self._x[1]) + 1):
            x, _ = self.at(10.0**power, 10.0 ** self._y[0])
            yield f'<text x="{x:.0f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{10**power:,}</text>'


def _drawn(axes: _Axes, lines: Mapping[str, Line]) -> Iterator[str]:
    for colour, line in zip(COLOURS, lines.values(), strict=False):
        places = [axes.at(x, y) for x, y in line]
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
        yield f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
        yield from (f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in places)


def _labels(axes: _Axes, lines: Mapping[str, Line]) -> Iterator[str]:
    """Name each line at its end, one below the other where they meet."""
    ends = sorted(
        (axes.at(*line[-1])[1], name, colour) for colour, (name, line) in zip(COLOURS, lines.items(), strict=False)
    )
    lowest = float("-inf")
    for y, name, colour in ends:
        lowest = max(y, lowest + _LABEL_GAP)
        yield f'<text x="{WIDTH - RIGHT + 8}" y="{lowest + 4:.1f}" fill="{colour}">{escape(name)}</text>'
