import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.arch.sources import modules, name

MARKER = re.compile(r"#\s*(?:noqa|type:\s*ignore|pragma:|ruff:|mypy:|pyright:)")
RULES = r"noqa: [A-Z]+\d+(?:, [A-Z]+\d+)*|type: ignore\[[a-z, -]+\]|pyright: ignore\[[A-Za-z, ]+\]"
EXPLAINED = re.compile(rf"# (?:{RULES})\s+(?:[#-] )?\w.{{4,}}")


def unexplained(lines: Sequence[str]) -> list[int]:
    """Give the numbers of the lines that ignore a finding for no stated reason; a run of lines shares one."""
    found, explained = [], False
    for number, line in enumerate(lines, start=1):
        ignores = MARKER.search(line) is not None
        explained = ignores and (explained or EXPLAINED.search(line) is not None)
        if ignores and not explained:
            found.append(number)
    return found


@pytest.mark.parametrize(
    "ignore",
    [
        "# noqa",
        "# noqa: S608",
        "# noqa: S608  #",
        "# type: ignore",
        "# type: ignore[arg-type]",
        "# pyright: ignore[reportPrivateUsage]",
        "# pyright: basic",
        "# pragma: no cover",
    ],
)
def test_a_bare_ignore_is_seen(ignore: str) -> None:
    assert unexplained(["import this", f"x = 1  {ignore}"]) == [2]


@pytest.mark.parametrize(
    "ignore",
    [
        "# noqa: S608, E501  only constants",
        "# noqa: S608 - only constants",
        "# type: ignore[attr-defined]  # has no types",
        "# pyright: ignore[reportPrivateUsage]  the public name is made here",
    ],
)
def test_an_explained_ignore_passes(ignore: str) -> None:
    assert unexplained([f"x = 1  {ignore}"]) == []


def test_a_run_of_ignores_shares_the_reason_of_its_first() -> None:
    run = ["import a  # noqa: F401  for its effect", "import b  # noqa: F401"]
    assert unexplained(run) == []
    assert unexplained([*run, "", "import c  # noqa: F401"]) == [4]


def test_every_ignored_finding_names_its_rule_and_its_reason() -> None:
    found = {
        f"{name(path)}:{number}"
        for path in modules("src", "tests", "tools", "bench")
        if path != Path(__file__)
        for number in unexplained(path.read_text(encoding="utf-8").splitlines())
    }
    assert found == set()
