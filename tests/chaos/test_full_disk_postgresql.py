"""A PostgreSQL server whose disk is full, and the Gatepost server that stands on it."""

import json
import os
import pwd
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kit.backstage import Member, backstage
from tests.kit.disks import fill, small_disk
from tests.kit.kipu import target
from tests.kit.postgres import Cluster, initialise, ordinary_user, place_of_own
from tests.kit.server import Server, serving
from tests.kit.wire import exchange, written

KIB = 131_072
"""Room for an empty server with its log, and little else."""

MOST_WRITES = 500
"""More than the pages hold that the server has already."""


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    """Run a server on a small disk of its own."""
    with place_of_own() as home, small_disk(home / "disk", KIB) as disk:
        if (user := ordinary_user()) is not None:
            owner = pwd.getpwnam(user)
            os.chown(disk, owner.pw_uid, owner.pw_gid)
        running = initialise(disk, {"fsync": "off", "autovacuum": "off"})
        running.start()
        yield running
        running.stop("immediate")


@pytest.fixture
def data(cluster: Cluster, tmp_path: Path) -> Path:
    """Make an installation on that server."""
    url = cluster.create("gatepost")
    (tmp_path / "gatepost.toml").write_text(f'[database]\nurl = "{url}"\n')
    return tmp_path


def status(server: Server, member: Member, method: str, path: str, **body: str) -> int:
    content = json.dumps(body).encode() if body else b""
    answer = exchange(server.port, written(target(method, path, member.token, content), server.port))
    assert answer is not None
    assert answer.status != 503 or answer.headers.get("retry-after")
    return answer.status


def test_reads_go_on_writes_are_refused_and_all_is_well_once_there_is_room(data: Path, cluster: Cluster) -> None:
    with backstage(data) as stage:
        member = stage.member()
    with serving(data) as server:
        cluster.execute("SELECT pg_switch_wal()")  # into a new file of the log, which has its room already
        ballast = fill(cluster.home)
        stored: str | None = None
        answer = 200
        for _ in range(MOST_WRITES):
            text = secrets.token_hex(1_000)
            answer = status(server, member, "PUT", "/me", about=text)
            if answer != 200:
                break
            stored = text
        assert answer in {503, 507}
        assert status(server, member, "GET", "/me") == 200
        assert status(server, member, "POST", "/authorize") == 200
        ballast.unlink()
        assert _about(cluster, member) == stored
        assert status(server, member, "PUT", "/me", about="there is room") == 200
        assert _about(cluster, member) == "there is room"


def _about(cluster: Cluster, member: Member) -> object:
    return cluster.execute(f"SELECT about FROM accounts WHERE id = '{member.id}'", "gatepost")[0][0]  # noqa: S608  a UUID
