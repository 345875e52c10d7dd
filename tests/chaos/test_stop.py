"""A server told to stop: it answers what it has begun, and leaves a clean database."""

import json
import signal
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest

from gatepost.server.services.registration import SignUp
from tests.chaos.load import ROOMY, Client, check_stored, working
from tests.chaos.mailing import smtp_settings
from tests.kit.backstage import PASSWORD, Member, backstage
from tests.kit.engines import on_sqlite
from tests.kit.kipu import target
from tests.kit.server import STOP_SECONDS, Server, await_ready, check_log, launch
from tests.kit.storage import storage_of
from tests.kit.wire import SECONDS, read_answer, written

SIGNALS = [signal.SIGINT, signal.SIGTERM]
REQUESTS = 10


@contextmanager
def stopping(data: Path, **settings: str) -> Iterator[Server]:
    """Run a server that the test stops; afterwards it must have ended by itself, in good order."""
    server = launch(data, **settings)
    try:
        await_ready(server)
        yield server
        server.process.wait(STOP_SECONDS)
    finally:
        server.process.kill()
        server.process.wait()
    check_log(server)
    assert [path.name for path in data.glob("gatepost.db-*")] == []


def member_of(data: Path) -> Member:
    with backstage(data) as stage:
        return stage.member()


def begin_request(server: Server, member: Member, name: str) -> tuple[socket.socket, bytes]:
    """Send the head of a request and wait until the server asks for the body; give both."""
    body = json.dumps({"name": name}).encode()
    head = written(target("POST", "/me/access-tokens", member.token, body, expect="100-continue"), server.port)
    connection = socket.create_connection(("127.0.0.1", server.port), SECONDS)
    connection.sendall(head.removesuffix(body))
    assert connection.recv(4_096).startswith(b"HTTP/1.1 100 ")
    return connection, body


def idle_connection(server: Server) -> socket.socket:
    """Open a connection that has had an answer and asks nothing more."""
    connection = socket.create_connection(("127.0.0.1", server.port), SECONDS)
    connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert read_answer(connection) is not None
    return connection


@pytest.mark.parametrize("number", SIGNALS)
def test_requests_in_progress_are_answered(data: Path, number: signal.Signals) -> None:
    member = member_of(data)
    with stopping(data) as server, ExitStack() as connections:
        begun = [begin_request(server, member, f"late {n}") for n in range(REQUESTS)]
        idle = connections.enter_context(idle_connection(server))
        server.process.send_signal(number)
        assert idle.recv(1) == b""  # only a server that is stopping hangs up
        for connection, body in begun:
            connections.enter_context(connection).sendall(body)
        answers = [read_answer(connection) for connection, _ in begun]
        assert [answer and answer.status for answer in answers] == [201] * REQUESTS
    stored = rows(data, "SELECT name FROM tokens WHERE name LIKE 'late %'")
    assert len(stored) == REQUESTS
    assert rows(data, "SELECT used_at IS NOT NULL FROM tokens WHERE id = ?", member.token_id) == [(1,)]


@on_sqlite  # where one lock stops everybody
@pytest.mark.parametrize("number", SIGNALS)
def test_requests_that_wait_for_the_database_are_answered(data: Path, number: signal.Signals) -> None:
    member = member_of(data)
    with stopping(data) as server, ExitStack() as connections:
        idle = connections.enter_context(idle_connection(server))
        lock = connections.enter_context(closing(sqlite3.connect(data / "gatepost.db", isolation_level=None)))
        begun = [begin_request(server, member, f"waiting {n}") for n in range(REQUESTS)]
        lock.execute("BEGIN IMMEDIATE")
        for connection, body in begun:
            connections.enter_context(connection).sendall(body)
        server.process.send_signal(number)
        assert idle.recv(1) == b""
        lock.execute("ROLLBACK")
        answers = [read_answer(connection) for connection, _ in begun]
        assert [answer and answer.status for answer in answers] == [201] * REQUESTS


@pytest.mark.parametrize("number", SIGNALS)
def test_under_load_nothing_acknowledged_is_lost(data: Path, number: signal.Signals) -> None:
    with backstage(data) as stage:
        clients = [Client(stage.member()) for _ in range(6)]
    with stopping(data, **ROOMY) as server, working(clients, server):
        for client in clients:
            assert client.busy.wait(SECONDS)
        server.process.send_signal(number)
        server.process.wait(STOP_SECONDS)
    check_stored(data, clients)


def test_a_request_that_never_ends_does_not_keep_the_server(data: Path) -> None:
    member = member_of(data)
    with stopping(data, GATEPOST_SERVER__DRAIN_SECONDS="1") as server:
        connection, _ = begin_request(server, member, "never")
        with connection:
            server.process.send_signal(signal.SIGTERM)
            server.process.wait(STOP_SECONDS)
    assert rows(data, "SELECT count(*) FROM tokens WHERE name = 'never'") == [(0,)]


def test_a_mail_on_its_way_does_not_keep_the_server(data: Path) -> None:
    with backstage(data) as stage:
        stage.call(stage.parts.registration.sign_up, SignUp("ada@example.org", PASSWORD))
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings = smtp_settings(silent.getsockname()[1])
        with stopping(data, **settings) as server, silent.accept()[0]:
            server.process.send_signal(signal.SIGTERM)
            server.process.wait(STOP_SECONDS)
    assert rows(data, "SELECT state FROM outbox") == [("queued",)]


def rows(data: Path, sql: str, *values: object) -> list[tuple[object, ...]]:
    return storage_of(data).rows(sql, *values)
