"""A PostgreSQL server of the run's own, with made-up people, and what it costs.

It syncs to disk as a server in use does; people come by the copy that `gatepost migrate --to` makes.
"""

import asyncio
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.processes import SETTINGS
from bench.seeding import Seeded
from bench.workplace import Workplace
from gatepost.server.config import DatabaseSettings, Settings
from gatepost.server.store.copying import copy_database
from gatepost.server.store.copying.tables import tables
from gatepost.server.store.migrate import upgrade
from gatepost.server.store.postgres.options import PostgresOptions
from tests.kit.postgres import Cluster, postgres

DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
ROOMY = {"shared_buffers": "512MB", "max_wal_size": "4GB"}

TICK = 1 / os.sysconf("SC_CLK_TCK")
"""The seconds in which the kernel counts processor time."""


@dataclass(frozen=True, slots=True)
class Peopled:
    """A database with people on a running server."""

    cluster: Cluster
    name: str
    seeded: Seeded

    @property
    def url(self) -> str:
        """Give its address."""
        return self.cluster.url(self.name)

    @property
    def settings(self) -> Settings:
        """Give the settings of a program on it."""
        return Settings(data=self.seeded.data, database=DatabaseSettings(url=self.url))

    def environment(self) -> Mapping[str, str]:
        """Give the same for a process of its own under load."""
        return {**SETTINGS, "GATEPOST_DATABASE__URL": self.url}


@contextmanager
def server(**settings: str) -> Iterator[Cluster]:
    """Run a server with an empty, migrated database called `empty`; `settings` are added to its configuration."""
    with postgres(**{**DURABLE, **ROOMY, **settings}) as cluster:
        upgrade(PostgresOptions(cluster.create("empty")))
        yield cluster


def people_on(cluster: Cluster, place: Workplace, accounts: int) -> Peopled:
    """Copy so many people, and settle: nothing that copying left behind is done later."""
    seeded, name = place.seeded(accounts), f"people{accounts}"
    copied(seeded.database, cluster.create(name, "empty"))
    cluster.execute("VACUUM ANALYZE", name)
    cluster.execute("CHECKPOINT")
    return Peopled(cluster, name, seeded)


def copied(file: Path, url: str) -> float:
    """Copy a SQLite database and tell how many seconds it took."""
    start = time.perf_counter()
    asyncio.run(copy_database(file, PostgresOptions(url), lambda step, done, total: None))
    return time.perf_counter() - start


def tables_of(cluster: Cluster, name: str) -> dict[str, int]:
    """Count the rows of each table."""
    counted = {table.name: f"SELECT count(*) FROM {table.name}" for table in tables()}
    return {table: number_of(cluster, sql, name) for table, sql in counted.items()}


def number_of(cluster: Cluster, sql: str, name: str) -> int:
    """Give the one number that a statement answers."""
    [(found,)] = cluster.execute(sql, name)
    return int(str(found))


def cpu_seconds(cluster: Cluster) -> float:
    """Give the processor time of all processes of a server so far, those that ended included (proc(5)).

    It is counted in hundredths of a second: what is measured must take many of them.
    """
    fields = [_stat(pid) for pid in (cluster.pid, *_children(cluster.pid))]
    ended = sum(fields[0][13:15])
    return (ended + sum(sum(each[11:13]) for each in fields)) * TICK


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _stat(pid: int) -> list[int]:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    except (FileNotFoundError, ProcessLookupError):  # it ended meanwhile, and its time is its parent's now
        return [0] * 15
    return [0, *map(int, fields[1:15])]
