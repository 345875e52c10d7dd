"""The worked example of the documentation, with nothing but addresses changed."""

import runpy
import sys
from pathlib import Path

import pytest

from tests.client.directory.conftest import ANN
from tests.docs.pages import DOCS, Page
from tests.kit.scripted import Scripted

PAGE = Page(DOCS / "how-to" / "off-board-a-person.md")


def placed(script: str, cloud: Scripted) -> str:
    """Give a script for the scripted cloud, with credentials that can travel in a header."""
    script = script.replace("https://accounts.example.org", cloud.url).replace("…", "x")
    return script.replace("/kipu/user-service", "/kipu")


def test_the_example_prints_what_its_page_shows(
    cloud: Scripted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    [example] = [block for block in PAGE.blocks if block.title == "offboard.py"]
    [shown] = [block for block in PAGE.blocks if block.language == "text"]
    script = tmp_path / "offboard.py"
    script.write_text(placed(example.text, cloud))
    monkeypatch.setattr(sys, "argv", [script.name, ANN])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(script))
    assert capsys.readouterr().out == shown.text
    assert ended.value.code == 1
