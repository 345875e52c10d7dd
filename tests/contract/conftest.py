"""The behaviour suite of the store: every test runs on each engine there is a driver for."""

from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path
from shutil import copyfile

import pytest

from gatepost.server.store.database import Database
from gatepost.server.store.migrate import upgrade
from gatepost.server.store.opening import Place, open_database
from gatepost.server.store.postgres.options import PostgresOptions
from tests.contract.neighbour import Neighbour, neighbour_on
from tests.kit.postgres import Cluster, postgres

_names = (f"place{number}" for number in count())


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Migrate one database file, for every test to copy."""
    path = tmp_path_factory.mktemp("empty") / "gatepost.db"
    upgrade(path)
    return path


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """Run a PostgreSQL server with one migrated database called `empty`, for every test to copy."""
    with postgres() as running:
        upgrade(PostgresOptions(running.create("empty")))
        yield running


@pytest.fixture
def file(empty_file: Path, tmp_path: Path) -> Path:
    """Make an empty SQLite database of the newest schema and say where it is."""
    return copyfile(empty_file, tmp_path / "gatepost.db")


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    """Make an empty database of the newest schema and say where it is."""
    if request.param == "sqlite":
        yield request.getfixturevalue("file")
        return
    cluster, name = request.getfixturevalue("cluster"), next(_names)
    yield PostgresOptions(cluster.create(name, "empty"))
    cluster.drop(name)


@pytest.fixture
async def database(place: Place) -> AsyncIterator[Database]:
    """Open an empty database of the newest schema."""
    opened = await open_database(place)
    yield opened
    await opened.close()


@pytest.fixture
def neighbour(place: Place) -> Iterator[Neighbour]:
    """Start another process that has the same database open."""
    with neighbour_on(place) as process:
        yield process
