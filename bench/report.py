"""The figures as a table for people and as JSON for programs."""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from bench.figure import Comparison, Figure, number

_NAME, _BAR, _VALUE = 50, 10, 12
_INDENT = "    "
_WIDTH = 100

OTHERS_NOTE = (
    "Others: servers have their figures from an earlier measurement on the same kind of machine, with one worker and "
    "SQLite, so the factor (ours against theirs) suffers from whatever else ran now; clients were measured in this run."
)


def table(machine: Mapping[str, str], figures: Sequence[Figure], comparisons: Sequence[Comparison]) -> Iterator[str]:
    """Write the lines of the table, at most 100 columns wide."""
    yield from textwrap.wrap(", ".join(f"{key} {value}" for key, value in machine.items()), _WIDTH)
    yield ""
    yield f"{'figure':{_NAME}} {'bar':>{_BAR}} {'measured':>{_VALUE}}  verdict"
    yield "-" * _WIDTH
    for figure in figures:
        yield from _rows_of(figure)
    if comparisons:
        yield ""
        yield from textwrap.wrap(OTHERS_NOTE, _WIDTH)
        for comparison in comparisons:
            yield from _beside(comparison)


def _rows_of(figure: Figure) -> Iterator[str]:
    value = f"{number(figure.value)} {figure.unit}".rstrip()
    yield f"{figure.name:{_NAME}} {figure.bar:>{_BAR}} {value:>{_VALUE}}  {figure.verdict}".rstrip()
    if figure.detail:
        yield from textwrap.wrap(figure.detail, _WIDTH, initial_indent=_INDENT, subsequent_indent=_INDENT)


def _beside(comparison: Comparison) -> Iterator[str]:
    yield f"{comparison.name}: {number(comparison.ours)} {comparison.unit}"
    for name, theirs in comparison.others.items():
        times = number(comparison.times_better(theirs))
        yield f"{_INDENT}{name:{_NAME - len(_INDENT)}} {number(theirs) + ' ' + comparison.unit:>{_VALUE}}  × {times}"


def write_json(
    file: Path, machine: Mapping[str, str], figures: Sequence[Figure], comparisons: Sequence[Comparison]
) -> None:
    """Write everything, every round included."""
    file.parent.mkdir(parents=True, exist_ok=True)
    shown = [{**msgspec.structs.asdict(figure), "verdict": figure.verdict} for figure in figures]
    document = {"machine": machine, "figures": shown, "comparisons": comparisons}
    file.write_bytes(msgspec.json.format(msgspec.json.encode(document)) + b"\n")
