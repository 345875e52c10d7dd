"""Load made by wrk, one burst at a time."""

import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import msgspec

_SCRIPT = Path(__file__).with_name("requests.lua")
_GRACE_SECONDS = 20


class Burst(msgspec.Struct, frozen=True):
    """What one burst came to; `refused` counts answers of status 400 and above, `broken` those that never came."""

    requests: int
    seconds: float
    refused: int
    broken: int
    p50_ms: float
    p95_ms: float
    p99_ms: float

    @property
    def rate(self) -> float:
        """Requests per second."""
        return self.requests / self.seconds


class Refused(Exception):
    """Requests failed that were meant to succeed, so their speed says nothing."""


@dataclass(slots=True)
class Load:
    """One kind of request: `requests` names a file with a request on each line, see `requests.lua`.

    `pause_ms` paces each connection: on average so long after an answer comes the next request; 0 saturates. Each burst
    goes on where the one before ended, so that what is to be new to the server is.
    """

    requests: Path
    method: str = "GET"
    content_type: str = ""
    body: str = ""
    pause_ms: int = 0
    begun: int = 0

    def burst(self, port: int, seconds: int, connections: int = 32) -> Burst:
        """Send requests to a local port for so many seconds; raises Refused unless all are answered with success."""
        script = [self.method, str(self.requests), str(self.pause_ms), str(self.begun)]
        body = [self.content_type, self.body] if self.body else []
        duration = ["-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s"]
        command = ["wrk", *duration, "-s", str(_SCRIPT), f"http://127.0.0.1:{port}/", "--", *script, *body]
        output = subprocess.run(
            command, check=True, capture_output=True, text=True, timeout=seconds + _GRACE_SECONDS
        ).stdout
        burst = msgspec.json.decode(output.rpartition("SUMMARY ")[2], type=Burst)
        self.begun += burst.requests + connections  # those on their way at the end were begun, too
        if burst.refused or burst.broken or not burst.requests:
            raise Refused(f"{self.method} {self.requests.stem}: {burst}")
        return burst


def write_requests(file: Path, requests: Iterable[tuple[str, ...]]) -> Path:
    """Write what a load goes through: paths, tokens, and methods where they are not the load's."""
    file.write_text("".join(f"{' '.join(request)}\n" for request in requests))
    return file
