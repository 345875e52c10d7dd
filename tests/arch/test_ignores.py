import re
from pathlib import Path

import pytest

from tests.arch.sources import modules, name

MARKER = re.compile(r"#\s*(?:noqa|type:\s*ignore|pragma:|ruff:|mypy:)")
RULES = r"noqa: [A-Z]+\d+(?:, [A-Z]+\d+)*|type: ignore\[[a-z, -]+\]"
EXPLAINED = re.compile(rf"# (?:{RULES})\s+(?:# )?\w.{{4,}}")


def unexplained(line: str) -> bool:
    return MARKER.search(line) is not None and EXPLAINED.search(line) is None


@pytest.mark.parametrize(
    "ignore",
    [
        "# noqa",
        "# noqa: S608",
        "# noqa: S608  #",
        "# type: ignore",
        "# type: ignore[arg-type]",
        "# pragma: no cover",
    ],
)
def test_a_bare_ignore_is_seen(ignore: str) -> None:
    assert unexplained(f"x = 1  {ignore}")


@pytest.mark.parametrize(
    "ignore",
    [
        "# noqa: S608, E501  only constants",
        "# type: ignore[attr-defined]  # has no types",
    ],
)
def test_an_explained_ignore_passes(ignore: str) -> None:
    assert not unexplained(f"x = 1  {ignore}")


def test_every_ignored_finding_names_its_rule_and_its_reason() -> None:
    found = {
        f"{name(path)}:{number}"
        for path in modules("src", "tests", "tools", "bench")
        if path != Path(__file__)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if unexplained(line)
    }
    assert found == set()
