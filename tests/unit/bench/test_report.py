from pathlib import Path

import msgspec

from bench.figure import Comparison, Figure
from bench.report import table, write_json

MACHINE = {"processor": "2 × something with a long name", "python": "3.11.7"}
FIGURES = [
    Figure(name="a ratio", value=0.5, at_least=0.6, detail="explained " * 20, rounds=[{"rate": 1.0}]),
    Figure(name="a time", value=4.0, unit="ms", at_most=5),
]
COMPARISONS = [Comparison(name="token checks", ours=20_000, unit="/s", others={"other": 1_000}, more_is_better=True)]


def test_the_table_shows_figure_bar_value_and_verdict() -> None:
    rows = [line.split() for line in table(MACHINE, FIGURES, COMPARISONS)]
    assert ["a", "ratio", "≥", "0.6", "0.5", "MISSED"] in rows
    assert ["a", "time", "≤", "5", "ms", "4", "ms", "reached"] in rows
    assert ["other", "1,000", "/s", "×", "20"] in rows


def test_the_table_fits_a_hundred_columns() -> None:
    assert max(map(len, table(MACHINE, FIGURES, COMPARISONS))) <= 100


def test_the_json_has_the_machine_every_round_and_the_verdicts(tmp_path: Path) -> None:
    file = tmp_path / "results" / "latest.json"
    write_json(file, MACHINE, FIGURES, COMPARISONS)
    document = msgspec.json.decode(file.read_bytes())
    assert document["machine"] == MACHINE
    assert [figure["verdict"] for figure in document["figures"]] == ["MISSED", "reached"]
    assert document["figures"][0]["rounds"] == [{"rate": 1.0}]
    assert document["comparisons"][0]["others"] == {"other": 1_000}
