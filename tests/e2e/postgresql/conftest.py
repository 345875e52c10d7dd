"""The command line on an installation whose database is on PostgreSQL; what does not depend on that is in `cli`."""

import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.kit.engines import TEMPLATE
from tests.kit.postgres import Cluster
from tests.kit.program import Shell
from tests.kit.server import CHEAP

_numbers = count(1)


@pytest.fixture
def url(cluster: Cluster) -> Iterator[str]:
    """Make an empty database of the newest schema and give its address."""
    name = f"commands{next(_numbers)}"
    yield cluster.create(name, TEMPLATE)
    cluster.drop(name)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Give the place of a data directory that is made when it is needed."""
    return tmp_path / "data"


@pytest.fixture
def shell(
    data: Path, url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Shell]:
    """Run commands on the installation, in a directory without a configuration."""
    for name in [name for name in os.environ if name.startswith("GATEPOST_")]:
        monkeypatch.delenv(name)
    for name, value in {**CHEAP, "GATEPOST_DATABASE__URL": url}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    before = os.umask(0o022)
    yield Shell(data, capsys, monkeypatch)
    os.umask(before)
