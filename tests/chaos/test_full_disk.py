"""A server whose disk is full."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kit.backstage import Member, backstage
from tests.kit.disks import fill, small_disk
from tests.kit.kipu import target
from tests.kit.server import Server, serving
from tests.kit.wire import exchange, written


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "disk", kib=8_192) as folder:
        yield folder


def status(server: Server, member: Member, method: str, path: str, **body: str) -> int:
    content = json.dumps(body).encode() if body else b""
    answer = exchange(server.port, written(target(method, path, member.token, content), server.port))
    assert answer is not None
    return answer.status


def test_reads_go_on_writes_are_refused_and_all_is_well_once_there_is_room(data: Path) -> None:
    with backstage(data) as stage:
        member = stage.member()
    with serving(data) as server:
        ballast = fill(data)
        for attempt in range(3):
            assert status(server, member, "PUT", "/me", about=f"{attempt}" * 2_000) == 507
            assert status(server, member, "GET", "/me") == 200
            assert status(server, member, "POST", "/authorize") == 200
            assert status(server, member, "GET", "/search?q=member") == 200
        ballast.unlink()
        assert status(server, member, "PUT", "/me", about="there is room") == 200


def test_a_full_disk_does_not_spoil_the_end(data: Path) -> None:
    with backstage(data) as stage:
        member = stage.member()
    with serving(data) as server:
        assert status(server, member, "POST", "/authorize") == 200
        fill(data)
    assert server.process.returncode == 0
