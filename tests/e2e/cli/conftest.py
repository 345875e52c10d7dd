import os
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest

from tests.kit.engines import Engine, configuration
from tests.kit.program import Shell, run
from tests.kit.server import CHEAP


@pytest.fixture(scope="session")
def fresh_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make one installation, for every test to copy."""
    data = tmp_path_factory.mktemp("fresh") / "data"
    assert run("migrate", "--data", data).status == 0
    return data


@pytest.fixture
def data(engine: Engine, fresh_data: Path, tmp_path: Path) -> Iterator[Path]:
    """Give the data directory of an installation without accounts."""
    data = copytree(fresh_data, tmp_path / "data")
    with engine.install(data):
        yield data


@pytest.fixture
def shell(
    data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Shell]:
    """Run commands on the installation, where its configuration is, or in a directory without one."""
    for name in [name for name in os.environ if name.startswith("GATEPOST_")]:
        monkeypatch.delenv(name)
    for name, value in CHEAP.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(data if configuration(data) else tmp_path)
    before = os.umask(0o022)
    yield Shell(data, capsys, monkeypatch)
    os.umask(before)
