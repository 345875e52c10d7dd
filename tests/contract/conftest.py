"""The behaviour suite of the store: every test runs on each engine there is a driver for."""

from collections.abc import AsyncIterator
from pathlib import Path
from shutil import copyfile

import pytest

from gatepost.server.store.database import Database
from gatepost.server.store.migrate import upgrade
from gatepost.server.store.sqlite import SqliteDatabase


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Migrate one database file, for every test to copy."""
    path = tmp_path_factory.mktemp("empty") / "gatepost.db"
    upgrade(path)
    return path


@pytest.fixture(params=["sqlite"])
async def database(empty_file: Path, tmp_path: Path) -> AsyncIterator[Database]:
    """Open an empty database of the newest schema."""
    opened = SqliteDatabase(copyfile(empty_file, tmp_path / "gatepost.db"))
    yield opened
    await opened.close()
