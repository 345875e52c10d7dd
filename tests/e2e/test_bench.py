import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench.__main__ import GROUPS
from tests.kit.postgres import place_of_own

ROOT = Path(__file__).parents[2]


ON_POSTGRES = {name for name in GROUPS if name.startswith("postgres")}


@pytest.mark.parametrize("groups", [GROUPS.keys() - ON_POSTGRES, ON_POSTGRES], ids=["embedded", "postgres"])
def test_a_tiny_run_measures_every_figure_and_cleans_up(tmp_path: Path, groups: set[str]) -> None:
    results = tmp_path / "results.json"
    command = [sys.executable, "-m", "bench", "--tiny", "--json", str(results), "--only", *sorted(groups)]
    with place_of_own() as work:  # where the user that runs PostgreSQL may go, too
        environment = {**os.environ, "TMPDIR": str(work)}
        run = subprocess.run(
            command, check=False, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300
        )
        left = list(work.iterdir())
    assert run.returncode == 0, run.stderr
    figures = json.loads(results.read_bytes())["figures"]
    names = [figure["name"] for figure in figures]
    assert len(set(names)) == len(names) >= 15
    assert all(figure["value"] > 0 and figure["rounds"] for figure in figures)
    assert all(any(line.startswith(name) for line in run.stdout.splitlines()) for name in names)
    assert left == []
