from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.gen import run


def greeting() -> Iterator[tuple[str, str]]:
    yield "docs/greeting.md", "hello\n"


def test_writing_makes_the_files_current(tmp_path: Path) -> None:
    assert run([greeting], tmp_path, check=False) == 0
    assert (tmp_path / "docs/greeting.md").read_text() == "hello\n"
    assert run([greeting], tmp_path, check=True) == 0


def test_a_check_names_a_missing_file_and_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([greeting], tmp_path, check=True) == 1
    assert "docs/greeting.md" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []


def test_a_check_refuses_an_edited_file(tmp_path: Path) -> None:
    run([greeting], tmp_path, check=False)
    (tmp_path / "docs/greeting.md").write_text("edited by hand\n")
    assert run([greeting], tmp_path, check=True) == 1
    assert (tmp_path / "docs/greeting.md").read_text() == "edited by hand\n"
