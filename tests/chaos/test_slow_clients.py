"""Clients that send slowly, nothing or without end: they are cut off, and nobody else notices them."""

import resource
import select
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.chaos.load import ROOMY, Client, working
from tests.kit.backstage import Member, backstage
from tests.kit.kipu import target
from tests.kit.server import Server, serving
from tests.kit.wire import SECONDS, Target, exchange, read_answer, written

IMPATIENT = """
from gatepost.cli import listening, main
from gatepost.server.web import incoming

listening.HEADER_TIMEOUT_MS = 500
incoming.LONGEST_PAUSE_SECONDS = 0.5
incoming.LONGEST_BODY_SECONDS = 1.0
main()
"""
"""Starts the program with limits that a test can wait for."""

PATIENT = "from gatepost.cli import listening, main; listening.HEADER_TIMEOUT_MS = 3_600_000; main()"
FEW_FILES = ("bash", "-c", 'ulimit -Sn 1024 && exec "$@"', "few", sys.executable, "-c", PATIENT)
"""Starts the program as most systems do: allowed few open files, and to allow itself more. It cuts nobody off."""

IDLE = 1_500


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("impatient")


@pytest.fixture(scope="module")
def member(data: Path) -> Member:
    with backstage(data) as stage:
        return stage.member()


@pytest.fixture(scope="module")
def server(data: Path, member: Member) -> Iterator[Server]:
    with serving(data, (sys.executable, "-c", IMPATIENT), **ROOMY) as running:
        yield running


@pytest.fixture
def connection(server: Server) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", server.port), SECONDS) as opened:
        yield opened


def trickle(connection: socket.socket, piece: bytes) -> bytes:
    """Send a piece now and then until the server says something or hangs up; give what it says."""
    while not select.select([connection], [], [], 0.1)[0]:
        connection.sendall(piece)
    try:
        return connection.recv(65_536)
    except ConnectionResetError:
        return b""


@pytest.mark.parametrize("start", [b"", b"G", b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n"])
def test_a_head_that_does_not_end_is_cut_off(connection: socket.socket, start: bytes) -> None:
    connection.sendall(start)
    assert connection.recv(1) == b""


def test_a_head_that_trickles_in_is_cut_off(connection: socket.socket) -> None:
    connection.sendall(b"GET /healthz HTTP/1.1\r\nX: ")
    assert trickle(connection, b"x") == b""


def test_a_connection_that_asks_nothing_more_is_closed(connection: socket.socket) -> None:
    connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert read_answer(connection) is not None
    assert connection.recv(1) == b""


def unfinished(server: Server, member: Member, path: str) -> bytes:
    """Write the beginning of a request whose body goes on after it."""
    length = (b"content-length", b"1000")
    request = target("POST", path, member.token)
    return written(Target(request.method, request.target, [*request.headers, length]), server.port) + b'{"name": "never'


PATHS = ["/me/access-tokens", "/me/profile-image", "/users/batch", "/authorize", "/nowhere"]


@pytest.mark.parametrize("path", PATHS)
def test_a_body_that_stops_is_answered_and_changes_nothing(
    connection: socket.socket, server: Server, member: Member, path: str
) -> None:
    connection.sendall(unfinished(server, member, path))
    answer = read_answer(connection)
    assert answer is not None
    assert answer.status < 500
    check_nothing_made(server, member)


@pytest.mark.parametrize("path", PATHS)
def test_a_body_that_trickles_in_is_answered_and_changes_nothing(
    connection: socket.socket, server: Server, member: Member, path: str
) -> None:
    connection.sendall(unfinished(server, member, path))
    assert trickle(connection, b" ")[:10] in {b"HTTP/1.1 2", b"HTTP/1.1 4"}
    check_nothing_made(server, member)


def check_nothing_made(server: Server, member: Member) -> None:
    answer = exchange(server.port, written(target("GET", "/me/access-tokens", member.token), server.port))
    assert answer is not None
    assert [token["name"] for token in answer.json()["accessTokens"]] == ["first"]


def test_slow_clients_keep_nobody_waiting(server: Server, member: Member, data: Path) -> None:
    with backstage(data) as stage:
        clients = [Client(stage.member()) for _ in range(4)]
    with ExitStack() as opened:
        for start in (b"", b"GET /", unfinished(server, member, "/me/access-tokens")) * 50:
            slow = opened.enter_context(socket.create_connection(("127.0.0.1", server.port), SECONDS))
            slow.sendall(start)
        with working(clients, server):
            assert all(client.busy.wait(SECONDS) for client in clients)


def test_idle_connections_keep_nobody_out(tmp_path: Path) -> None:
    with backstage(tmp_path) as stage:
        client = Client(stage.member())
    allow_files(IDLE + 500)
    with serving(tmp_path, FEW_FILES, **ROOMY) as server, ExitStack() as opened:
        for _ in range(IDLE):
            opened.enter_context(socket.create_connection(("127.0.0.1", server.port), SECONDS))
        with working([client], server):
            assert client.busy.wait(SECONDS)


def allow_files(count: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, count), hard))
