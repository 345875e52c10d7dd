import json
import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.kit.engines import OnSqlite
from tests.kit.kipu import target
from tests.kit.program import SECONDS, Shell, authorize, run, start
from tests.kit.server import free_port
from tests.kit.wire import written
from tests.service.mail.servers import PostOffice, running

SOON = 0.02


@pytest.fixture(scope="session")
def engine(sqlite: OnSqlite) -> OnSqlite:
    """Processes and signals, and what is left of them in a directory."""
    return sqlite


@dataclass(frozen=True)
class Running:
    """A server and what it said when it began to answer."""

    process: subprocess.Popen[str]
    port: int
    greeting: dict[str, Any]

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal and give the exit status."""
        self.process.send_signal(number)
        return self.process.wait(SECONDS)


@contextmanager
def serving(data: Path, *options: str, **settings: str) -> Iterator[Running]:
    """Serve until the block ends, unless the test stops it."""
    port = free_port()
    arguments = ["serve", "--data", str(data), "--port", str(port), "--json", *options]
    process = start(*arguments, settings=settings, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        assert process.stdout
        yield Running(process, port, json.loads(process.stdout.readline()))
    finally:
        process.kill()
        process.communicate()


def until(condition: Callable[[], object]) -> None:
    """Wait for what tells nobody when it happens."""
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(SOON)


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def token(shell: Shell, user: str, name: str = "ci") -> dict[str, str]:
    made: dict[str, str] = shell("tokens", "create", "--user", user, "--name", name, "--json").json
    return made


@contextmanager
def begun_request(server: Running, value: str) -> Iterator[None]:
    """Have a request in progress: the server waits for a body that never comes."""
    body = b'{"name": "never"}'
    head = written(target("POST", "/me/access-tokens", value, body, expect="100-continue"), server.port)
    with socket.create_connection(("127.0.0.1", server.port), SECONDS) as connection:
        connection.sendall(head.removesuffix(body))
        assert connection.recv(100).startswith(b"HTTP/1.1 100 ")
        yield


def test_what_the_command_line_changes_holds_in_the_servers_next_answer(shell: Shell, data: Path) -> None:
    with serving(data) as server:
        shell("users", "create", "--email", "ada@example.org", "--role", "owner")
        shell("users", "create", "--email", "bob@example.org")
        first, second = token(shell, "bob@example.org"), token(shell, "bob@example.org", "other")
        assert authorize(server.port, first["value"]) == 200
        assert authorize(server.port, second["value"]) == 200
        shell("tokens", "revoke", "--user", "bob@example.org", first["id"])
        assert authorize(server.port, first["value"]) == 401
        shell("users", "disable", "bob@example.org")
        assert authorize(server.port, second["value"]) == 401
        shell("users", "enable", "bob@example.org")
        assert authorize(server.port, second["value"]) == 200
        shell("users", "delete", "bob@example.org", "--yes")
        assert authorize(server.port, second["value"]) == 401
        assert shell("doctor").status == 0
        assert server.stop() == 0
    assert sorted(path.name for path in data.iterdir()) == ["gatepost.db", "gatepost.key"]


def test_a_first_start_needs_nothing_and_says_where_everything_is(tmp_path: Path) -> None:
    port = free_port()
    process = start("serve", "--port", str(port), cwd=tmp_path, stderr=subprocess.DEVNULL)
    assert process.stdout
    said = list[str]()
    while not said or not said[-1].startswith("Press Ctrl-C"):
        said.append(process.stdout.readline())
    text = "".join(said)
    for api in ("kipu/user-service", "homebox/api", "ubiops/v2.1", "vectara"):
        assert f"http://127.0.0.1:{port}/{api}\n" in text
    assert str(tmp_path / "gatepost-data") in text
    assert "gatepost mail list" in text
    assert re.search(rf"http://127\.0\.0\.1:{port}/setup/gp_adm_\w+", text)
    assert listens(port)
    process.send_signal(signal.SIGINT)
    assert process.wait(SECONDS) == 0
    process.stdout.close()


def test_servers_share_data_but_not_a_port(shell: Shell, data: Path) -> None:
    shell("users", "create", "--email", "ada@example.org", "--role", "owner")
    value = token(shell, "ada@example.org")["value"]
    with serving(data) as first, serving(data) as second:
        assert first.greeting["setup_link"] is None
        assert [authorize(server.port, value) for server in (first, second)] == [200, 200]
        third = run("serve", "--data", data, "--port", str(first.port))
        assert third.complaint == (
            f"cannot listen on 127.0.0.1 port {first.port}: address already in use; choose another with --port"
        )
        assert first.stop() == 0
        assert second.stop() == 0
    assert sorted(path.name for path in data.iterdir()) == ["gatepost.db", "gatepost.key"]


def test_a_second_signal_ends_at_once(shell: Shell, data: Path) -> None:
    shell("users", "create", "--email", "ada@example.org")
    value = token(shell, "ada@example.org")["value"]
    with serving(data, GATEPOST_SERVER__DRAIN_SECONDS="300") as server, begun_request(server, value):
        server.process.send_signal(signal.SIGINT)
        until(lambda: not listens(server.port))
        assert server.process.poll() is None
        assert server.stop(signal.SIGINT) == -signal.SIGINT


def test_several_workers_answer_and_stop_as_one(shell: Shell, data: Path) -> None:
    shell("users", "create", "--email", "ada@example.org")
    values = [token(shell, "ada@example.org", f"token {number}")["value"] for number in range(8)]
    with serving(data, "--workers", "2") as server:
        until(lambda: len(children(server)) == 2)
        assert {authorize(server.port, value) for value in values} == {200}
        shell("users", "disable", "ada@example.org")
        assert {authorize(server.port, value) for value in values} == {401}
        killed = children(server)[0]
        os.kill(killed, signal.SIGKILL)
        until(lambda: len(children(server)) == 2 and killed not in children(server))
        os.killpg(server.process.pid, signal.SIGINT)  # as a terminal does
        assert server.process.wait(SECONDS) == 0
    assert sorted(path.name for path in data.iterdir()) == ["gatepost.db", "gatepost.key"]


def test_a_request_that_never_ends_keeps_no_worker(shell: Shell, data: Path) -> None:
    shell("users", "create", "--email", "ada@example.org")
    value = token(shell, "ada@example.org")["value"]
    with (
        serving(data, "--workers", "2", GATEPOST_SERVER__DRAIN_SECONDS="1") as server,
        begun_request(server, value),
    ):
        assert server.stop() == 0
    assert sorted(path.name for path in data.iterdir()) == ["gatepost.db", "gatepost.key"]


def children(server: Running) -> list[int]:
    tasks = Path(f"/proc/{server.process.pid}/task")
    return sorted(int(id) for task in tasks.iterdir() for id in (task / "children").read_text().split())


def test_workers_do_not_outlive_the_main_process(data: Path) -> None:
    with serving(data, "--workers", "2") as server:
        until(lambda: len(children(server)) == 2)
        server.process.kill()
        until(lambda: not listens(server.port))


def test_a_decision_at_the_command_line_is_mailed_by_the_server(shell: Shell, data: Path) -> None:
    shell("users", "create", "--email", "ada@example.org", "--pending")
    with running(PostOffice()) as office:
        settings = {"HOST": "127.0.0.1", "PORT": str(office.port), "SECURITY": "none"}
        with serving(data, **{f"GATEPOST_MAIL__{name}": value for name, value in settings.items()}):
            shell("users", "approve", "ada@example.org")
            until(lambda: office.arrived)
            until(lambda: [mail["state"] for mail in shell("mail", "list", "--json").json] == ["sent"])
    (arrived,) = office.arrived
    assert arrived.recipients == ["ada@example.org"]
    id = shell("mail", "list", "--json").json[0]["id"]
    assert "(The text is gone: the mail was sent.)" in shell("mail", "show", id).out


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--port", "70000"], "server.port (flag): expected a whole number from 1 to 65535, got 70000"),
        (["--host", "192.0.2.1"], "cannot listen on 192.0.2.1 port 8080: cannot assign requested address"),
        (["--public-url", "example.org"], "server.public_url (flag)"),
    ],
)
def test_a_server_that_cannot_start_says_why(shell: Shell, arguments: list[str], complaint: str) -> None:
    assert complaint in shell("serve", *arguments).complaint


def test_a_server_with_a_spoilt_key_file_says_why(shell: Shell, data: Path) -> None:
    (data / "gatepost.key").write_text("spoilt")
    assert "gatepost.key cannot be read as a key file" in shell("serve").complaint
