"""A real Gatepost process on a free port of the loopback interface, stopped as an operator stops it."""

import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import gatepost

START_SECONDS = 30.0
STOP_SECONDS = 20.0
PORTS = range(15_000, 32_000)
PROGRAM = (sys.executable, "-m", "gatepost")
CHEAP: Mapping[str, str] = {
    "GATEPOST_PASSWORDS__MEMORY_KIB": "128",
    "GATEPOST_PASSWORDS__TIME_COST": "1",
    "GATEPOST_LIMITS__ENABLED": "false",
}
"""Settings for tests that are not about password hashing or rate limits."""


@dataclass(frozen=True)
class Server:
    """A running server: where it is, where its data and its log are."""

    port: int
    data: Path
    log: Path
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ready(self) -> bool:
        """Tell whether it answers and can reach its database."""
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=5) as answer:  # noqa: S310  http by construction
                return bool(answer.status == 200)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False


@contextmanager
def serving(data: Path, program: Sequence[str] = PROGRAM, **settings: str) -> Iterator[Server]:
    """Run a server on `data`; `settings` are environment variables that replace `CHEAP`.

    `program` is the command line up to `serve`, for tests that start the program in a way of their own.
    At the end it is told to stop by SIGTERM; a bad exit status or a traceback in its log fails the test.
    """
    server = launch(data, program, **settings)
    try:
        await_ready(server)
        yield server
    finally:
        _stop(server)
    check_log(server)


def launch(data: Path, program: Sequence[str] = PROGRAM, **settings: str) -> Server:
    """Start a server on `data` as `serving` does, without waiting for it; whoever calls ends it, by whatever means."""
    data.mkdir(parents=True, exist_ok=True)
    port = free_port()
    log = data / f"server-{port}.log"
    command = [*program, "serve", "--data", str(data), "--port", str(port)]
    with log.open("ab") as output:
        process = subprocess.Popen(
            command, cwd=data, env=_environment(settings), stdout=output, stderr=subprocess.STDOUT
        )
    return Server(port, data, log, process)


def free_port() -> int:
    """Give a port nobody listens on at the moment, below those that connections get: none can take it meanwhile."""
    while True:
        port = secrets.choice(PORTS)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


def _environment(settings: Mapping[str, str]) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("GATEPOST_")}
    source = str(Path(gatepost.__file__).parents[1])
    return {**inherited, "PYTHONPATH": source, "PYTHONUNBUFFERED": "1", **CHEAP, **settings}


def await_ready(server: Server) -> None:
    """Wait until a server answers; fails when it ends instead."""
    deadline = time.monotonic() + START_SECONDS
    while not server.ready():
        if server.process.poll() is not None or time.monotonic() > deadline:
            raise AssertionError(f"the server did not start:\n{server.log.read_text()}")
        time.sleep(0.02)  # a process tells nobody when it begins to listen


def _stop(server: Server) -> None:
    server.process.terminate()
    try:
        server.process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        server.process.kill()
        server.process.wait()


def check_log(server: Server) -> None:
    """Fail unless a server that has ended did so in good order."""
    text = server.log.read_text()
    assert server.process.returncode == 0, text
    assert "Traceback" not in text, text
    assert '"level": "error"' not in text, text
