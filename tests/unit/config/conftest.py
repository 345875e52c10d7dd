from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def empty_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep a `gatepost.toml` of the machine, and the one a test writes, away from other tests."""
    monkeypatch.chdir(tmp_path)
