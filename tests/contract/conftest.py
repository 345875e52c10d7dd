"""The behaviour suite of the store: every test runs on each engine there is a driver for."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from gatepost.server.store.database import Database
from gatepost.server.store.opening import Place, open_database
from tests.contract.neighbour import Neighbour, neighbour_on
from tests.kit.engines import OnSqlite


@pytest.fixture
def file(sqlite: OnSqlite, tmp_path: Path) -> Iterator[Path]:
    """Make an empty SQLite database of the newest schema and say where it is."""
    with sqlite.install(tmp_path) as made:
        yield made


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
