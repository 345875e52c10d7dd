"""The samples of the client's page, run in their order with only address and token changed."""

from pathlib import Path

import pytest

from tests.docs.pages import DOCS, Page
from tests.e2e.client.notebook import Notebook
from tests.kit.backstage import Backstage
from tests.kit.pictures import picture
from tests.kit.server import Server

SAMPLES = [block.text for block in Page(DOCS / "reference" / "client-kipu.md").blocks if block.language == "python"]


def test_the_samples_print_what_they_are_about(
    server: Server, stage: Backstage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "avatar.png").write_bytes(picture())
    monkeypatch.chdir(tmp_path)
    ada = stage.member(first_name="Alison", last_name="Hargreaves")
    notebook = Notebook({"http://127.0.0.1:8080": server.url, "gp_pat_…": ada.token})
    assert [notebook.run(sample) for sample in SAMPLES] == [
        f"{ada.email} ['first']\n",
        "['Alison Hargreaves']\n",
        "",
        "Quantum Engineer None\n",
        f"ci 2999-01-01 {len(ada.token)}\n",
        "404\n",
        "True\n",
    ]
