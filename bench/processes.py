"""Servers as processes of their own: started, asked what they cost, and stopped by their id."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_START_SECONDS = 60.0
_STOP_SECONDS = 30.0
_POLL_SECONDS = 0.002

SERVE = (sys.executable, "-m", "gatepost", "serve")

SETTINGS = {
    "GATEPOST_LIMITS__ENABLED": "false",
    "GATEPOST_TOKENS__MAX_PER_ACCOUNT": "100000",
    "GATEPOST_LOG__LEVEL": "error",
}
"""What load needs: no rate limits, and room for the tokens it makes."""


@dataclass(frozen=True, slots=True)
class Server:
    """A process that listens on `port`."""

    pid: int
    port: int

    def cpu_seconds(self) -> float:
        """Give the processor time that all its threads have used so far, user and system (proc(5))."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(") ")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def memory_kib(self) -> dict[str, int]:
        """Give its resident memory: VmRSS, and what of it is anonymous or mapped from files (proc(5))."""
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        pairs = (line.split(":") for line in lines)
        return {key: int(value.split()[0]) for key, value in pairs if key in {"VmRSS", "RssAnon", "RssFile"}}

    def get(self, path: str, headers: Mapping[str, str] | None = None, method: str = "GET") -> bytes:
        """Ask once and give the body; raises OSError when nothing answers, ValueError for a status other than 200."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(method, path, headers=dict(headers or {}))
            answer = connection.getresponse()
            body = answer.read()
        finally:
            connection.close()
        if answer.status != http.client.OK:
            raise ValueError(f"{method} {path}: {answer.status} {body[:200]!r}")
        return body


@contextmanager
def gatepost(data: Path, settings: Mapping[str, str] = SETTINGS) -> Iterator[Server]:
    """Run `gatepost serve` on a data directory until the context ends."""
    port = free_port()
    settings = {"GATEPOST_DATA": str(data), "GATEPOST_SERVER__PORT": str(port), **settings}
    with _running(SERVE, port, "/readyz", settings) as server:
        yield server


@contextmanager
def bare(body: str) -> Iterator[Server]:
    """Run the yardstick, which answers everything with `body`, until the context ends."""
    port = free_port()
    with _running([sys.executable, "-m", "bench.bare", str(port), body], port, "/", {}) as server:
        yield server


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """Give this process's environment with some settings; like an installed program it keeps compiled modules."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | {**settings}


@contextmanager
def _running(command: Sequence[str], port: int, path: str, settings: Mapping[str, str]) -> Iterator[Server]:
    process = subprocess.Popen(command, env=environment(settings), stdout=subprocess.DEVNULL)
    try:
        server = Server(process.pid, port)
        _await_first_answer(process, server, path)
        yield server
    finally:
        _stop(process)


def _await_first_answer(process: subprocess.Popen[bytes], server: Server, path: str) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        with suppress(OSError, ValueError):
            server.get(path)
            return
        time.sleep(_POLL_SECONDS)
    raise RuntimeError(f"{process.args!r} gave no answer, exit status {process.poll()}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
