import json
import runpy
import subprocess
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from gatepost.server.config import load
from tests.docs.pages import DOCS, Block, Page, pages, top_pages


def blocks(language: str) -> list[ParameterSet]:
    """List the blocks in a language, each named for its page and its place there."""
    shown = [(page, number, block) for page in [*top_pages(), *pages()] for number, block in enumerate(page.blocks)]
    return [pytest.param(block, id=f"{page}-{number}") for page, number, block in shown if block.language == language]


@pytest.mark.parametrize("block", blocks("python"))
def test_python_compiles(block: Block) -> None:
    compile(block.text, "example", "exec")


@pytest.mark.parametrize("block", blocks("sh"))
def test_commands_are_well_formed(block: Block) -> None:
    subprocess.run(["bash", "-n", "-c", block.text], check=True)


@pytest.mark.parametrize("block", blocks("toml"))
def test_a_configuration_is_accepted(block: Block, tmp_path: Path) -> None:
    file = tmp_path / "gatepost.toml"
    file.write_text(block.text)
    # The one secret that an example leaves to the environment.
    environment = {"GATEPOST_MAIL__PASSWORD": "secret"} if "username" in block.text else {}
    assert str(file) in load(file, environment, {}).origin.values()


@pytest.mark.parametrize("block", blocks("json"))
def test_json_is_json(block: Block) -> None:
    texts = block.text.splitlines() if (block.title or "").endswith(".ndjson") else [block.text]
    assert [json.loads(text) for text in texts]


def test_the_token_of_the_reference_proves_itself(tmp_path: Path) -> None:
    [example] = [block for block in Page(DOCS / "reference" / "tokens.md").blocks if block.language == "python"]
    script = tmp_path / "example.py"
    script.write_text(example.text)
    runpy.run_path(str(script))
    script.write_text(example.text.replace("gp_pat_7", "gp_pat_8"))
    with pytest.raises(AssertionError):
        runpy.run_path(str(script))
