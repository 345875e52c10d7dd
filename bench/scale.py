"""`python -m bench.scale`: bring the tables and the picture of docs/explanation/scale.md up to the measured figures."""

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from bench.figure import number
from bench.plot import logarithmic

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "bench" / "published" / "postgres.json"
PAGE = ROOT / "docs" / "explanation" / "scale.md"
PICTURE = ROOT / "docs" / "images" / "scale-pages.svg"

_PLACE = re.compile(r"(<!-- measured: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)

Figures = Sequence[Mapping[str, Any]]


def main() -> None:
    """Write both."""
    figures = measured()
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8"), figures), encoding="utf-8")
    PICTURE.write_text(picture(figures), encoding="utf-8")
    print(f"{PAGE.relative_to(ROOT)} and {PICTURE.relative_to(ROOT)} are current", file=sys.stderr)


def measured() -> Figures:
    """Read the last figures."""
    figures: Figures = msgspec.json.decode(RESULTS.read_bytes())["figures"]
    return figures


def page(text: str, figures: Figures) -> str:
    """Put the tables where the page has places for them."""
    return _PLACE.sub(lambda place: f"{place[1]}{_TABLES[place[2]](figures)}\n{place[3]}", text)


def picture(figures: Figures) -> str:
    """Draw what grows."""
    lines = {name: [(each["accounts"], each["pages"]) for each in rounds] for name, rounds in _operations(figures)}
    return logarithmic("Pages that one operation looks at", "accounts", lines)


def _operations(figures: Figures) -> Iterator[tuple[str, Figures]]:
    for figure in figures:
        name, found, _ = figure["name"].partition(": pages at ")
        if found:
            yield name, figure["rounds"]


def _costs(figures: Figures) -> str:
    columns = {
        "service, µs": "service_us",
        "database, µs": "database_us",
        "pages": "pages",
        "log, bytes": "wal_bytes",
    }
    rows = [(name, *(number(rounds[-1][key]) for key in columns.values())) for name, rounds in _operations(figures)]
    return _table(("operation", *columns), rows)


def _growth(figures: Figures) -> str:
    found = list(_operations(figures))
    sizes = [f"{each['accounts']:,.0f}" for each in found[0][1]]
    return _table(("pages at", *sizes), [(name, *(number(each["pages"]) for each in rounds)) for name, rounds in found])


def _bytes(figures: Figures) -> str:
    sizes = [figure for figure in figures if figure["name"].startswith("bytes of an account at ")]
    heads = (
        "table",
        *(f"{figure['name'].removeprefix('bytes of an account at ')}: rows + indexes" for figure in sizes),
    )
    parts = [{part: value for each in figure["rounds"] for part, value in each.items()} for figure in sizes]
    tables = dict.fromkeys(part.partition(".")[0] for found in parts for part in found)
    rows = [
        (table, *(f"{number(found[f'{table}.rows'])} + {number(found[f'{table}.indexes'])}" for found in parts))
        for table in tables
        if all(f"{table}.rows" in found for found in parts)
    ]
    return _table(heads, [*rows, ("all", *(number(figure["value"]) for figure in sizes))])


def _figures(figures: Figures) -> str:
    shown = [
        figure
        for figure in figures
        if ": pages at " not in figure["name"] and not figure["name"].startswith("bytes of")
    ]
    return _table(
        ("figure", "bar", "measured", ""),
        [
            (each["name"], _bar(each), f"{number(each['value'])} {each['unit']}".strip(), each["detail"])
            for each in shown
        ],
    )


def _bar(figure: Mapping[str, Any]) -> str:
    if figure["at_least"] is not None:
        return f"≥ {number(figure['at_least'])}"
    return "" if figure["at_most"] is None else f"≤ {number(figure['at_most'])}"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n" + "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


_TABLES: dict[str, Callable[[Figures], str]] = {
    "costs": _costs,
    "growth": _growth,
    "bytes": _bytes,
    "figures": _figures,
}

if __name__ == "__main__":
    main()
