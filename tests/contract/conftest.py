"""The behaviour suite of the store: every test runs on each engine there is a driver for."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from shutil import copyfile

import pytest

from gatepost.server.store.database import Database
from gatepost.server.store.migrate import upgrade
from gatepost.server.store.sqlite import SqliteDatabase
from tests.contract.neighbour import Neighbour, neighbour_on


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Migrate one database file, for every test to copy."""
    path = tmp_path_factory.mktemp("empty") / "gatepost.db"
    upgrade(path)
    return path


@pytest.fixture(params=["sqlite"])
def place(empty_file: Path, tmp_path: Path) -> Path:
    """Make an empty database of the newest schema and say where it is."""
    return copyfile(empty_file, tmp_path / "gatepost.db")


@pytest.fixture
async def database(place: Path) -> AsyncIterator[Database]:
    """Open an empty database of the newest schema."""
    opened = SqliteDatabase(place)
    yield opened
    await opened.close()


@pytest.fixture
def neighbour(place: Path) -> Iterator[Neighbour]:
    """Start another process that has the same database open."""
    with neighbour_on(place) as process:
        yield process
