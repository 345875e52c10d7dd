"""A primary and a synchronous standby: two real PostgreSQL servers, each with data of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from tests.kit.postgres import Cluster, initialise, place_of_own, program, run
from tests.kit.server import free_port

_SETTINGS = {"synchronous_commit": "on", "fsync": "off", "full_page_writes": "off"}
"""Every commit waits for the standby. These servers are killed, their machine is not: it need not sync its disk."""

_SLOT = "standby"


@dataclass(frozen=True)
class Pair:
    """Two servers, of which the first leads until it is gone."""

    primary: Cluster
    standby: Cluster

    def url(self, database: str) -> str:
        """Give the address that names both."""
        hosts = ",".join(f"127.0.0.1:{cluster.port}" for cluster in (self.primary, self.standby))
        return f"postgresql://postgres@{hosts}/{database}"

    def promote(self) -> None:
        """Let the standby lead. It has no standby itself, and waits for none."""
        run(program("pg_ctl"), "promote", "--wait", "-D", str(self.standby.data))


@contextmanager
def pair() -> Iterator[Pair]:
    """Run a primary and its synchronous standby."""
    with place_of_own() as first, place_of_own() as second:
        alone = initialise(first, _SETTINGS)
        primary = replace(alone, settings={**_SETTINGS, "synchronous_standby_names": "'*'"})
        standby = Cluster(second, free_port(), {**_SETTINGS, "wal_retrieve_retry_interval": "1s"})
        try:
            alone.start()
            _copy(alone, standby)
            alone.stop()
            primary.start()
            standby.start()
            primary.execute("CREATE TABLE followed ()")  # returns when the standby has it
            yield Pair(primary, standby)
        finally:
            for cluster in (standby, primary):
                if cluster.running:
                    cluster.stop("immediate")


def _copy(primary: Cluster, standby: Cluster) -> None:
    """Copy the primary's data, so that the copy follows through a slot of its own."""
    source = f"host=127.0.0.1 port={primary.port} user=postgres"
    slot = ("--create-slot", "--slot", _SLOT, "--write-recovery-conf")
    run(program("pg_basebackup"), "-d", source, "-D", str(standby.data), "--checkpoint=fast", "--no-sync", *slot)
