"""What every test shares: the event loop, Hypothesis without a stop-watch, and where and on what databases are."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import hypothesis
import pytest

from gatepost.server.store.migrate import upgrade
from gatepost.server.store.opening import Place
from gatepost.server.store.postgres.options import PostgresOptions
from tests.kit.engines import TEMPLATE, Engine, Install, OnPostgres, OnSqlite
from tests.kit.postgres import Cluster, postgres

# A deadline would make a test depend on how busy the machine is.
hypothesis.settings.register_profile("gatepost", deadline=None)
hypothesis.settings.load_profile("gatepost")

MEMORY = Path("/dev/shm")  # noqa: S108  where Linux has a file system in memory; pytest makes a folder of its own in it
ROOM = 4 * 1024**3
"""Bytes that must be free there: several times what a run of all tests writes."""


def pytest_configure() -> None:
    """Keep files in memory, unless told where: waiting for a disk is half the time of tests that write."""
    if "TMPDIR" not in os.environ and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= ROOM:
        os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run coroutine tests on asyncio, the only loop the server runs on."""
    return "asyncio"


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Migrate one database file, for every test to copy."""
    path = tmp_path_factory.mktemp("empty") / "gatepost.db"
    upgrade(path)
    return path


@pytest.fixture(scope="session")
def sqlite(empty_file: Path) -> OnSqlite:
    """Make databases that are files."""
    return OnSqlite(empty_file)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """Run a PostgreSQL server with one migrated database, once for all tests of this process that need it."""
    # Sites that last as long as the tests keep their connections; what nobody asked for would be seen as a write.
    with postgres(max_connections="300", autovacuum="off") as running:
        upgrade(PostgresOptions(running.create(TEMPLATE)))
        yield running


@pytest.fixture(scope="session")
def postgresql(cluster: Cluster) -> OnPostgres:
    """Make databases of the server."""
    return OnPostgres(cluster)


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Run whatever stands on a database once on each engine.

    Where nothing depends on the engine, or all on one, a module or directory gives this fixture anew and says why.
    """
    chosen: Engine = request.getfixturevalue(request.param)
    return chosen


@pytest.fixture
def place(engine: Engine, tmp_path: Path) -> Iterator[Place]:
    """Make an empty database and say where it is."""
    with engine.install(tmp_path) as made:
        yield made


@pytest.fixture
def data(place: Place, tmp_path: Path) -> Path:
    """Make an empty installation for one test."""
    return tmp_path


@pytest.fixture(scope="session")
def install(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Install]:
    """Give a function that makes empty installations for many tests."""
    with ExitStack() as made:

        def make(name: str) -> Path:
            data = tmp_path_factory.mktemp(name)
            made.enter_context(engine.install(data))
            return data

        yield make
