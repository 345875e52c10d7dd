"""A proxy in front of a server that lets answers get lost, as networks and gateways do."""

import http.client
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

LOSE = "lose"
"""The server answers, and the connection to the client breaks before the answer arrives."""

UNAVAILABLE = "unavailable"
"""The server is not asked; the client is told 503."""

LATE_503 = "late 503"
"""The server does what it was asked, and the client is told 503 all the same."""

_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length"}
_REFUSAL = b'{"status":503,"error":"Service Unavailable","message":"try again","path":"/"}'


class Proxy:
    """Forwards to a port; the next requests meet the faults that were ordered, one each."""

    def __init__(self, server: ThreadingHTTPServer) -> None:
        self.url = f"http://127.0.0.1:{server.server_port}"
        self.faults: list[str] = []
        self.seen: list[str] = []

    def next_fault(self, request: str) -> str | None:
        """Note a request and give the fault it meets."""
        self.seen.append(request)
        return self.faults.pop(0) if self.faults else None


@contextmanager
def proxying(port: int) -> Iterator[Proxy]:
    """Run a proxy in front of the server on `port`."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Forwarding)
    server.daemon_threads = True
    proxy = Proxy(server)
    server.proxy, server.upstream = proxy, port  # type: ignore[attr-defined]  # how handlers reach what they serve
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield proxy
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Forwarding(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Any

    def _forward(self) -> None:
        self.close_connection = True
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        fault = self.server.proxy.next_fault(f"{self.command} {self.path}")
        if fault == UNAVAILABLE:
            return self._answer(503, [], _REFUSAL)
        status, headers, answer = self._ask(body)
        if fault is None:
            self._answer(status, headers, answer)
        elif fault == LATE_503:
            self._answer(503, [], _REFUSAL)
        return None

    def __getattr__(self, name: str) -> Callable[[], None]:
        """Give the handler of a method, which the base class looks up by name: the same for all."""
        if name.startswith("do_"):
            return self._forward
        raise AttributeError(name)

    def _ask(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        upstream = http.client.HTTPConnection("127.0.0.1", self.server.upstream, timeout=20)
        try:
            upstream.request(self.command, self.path, body, dict(self.headers.items()))
            response = upstream.getresponse()
            return response.status, response.getheaders(), response.read()
        finally:
            upstream.close()

    def _answer(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers:
            if name.lower() not in _HOP_BY_HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the name the base class gave it
        """Stay silent: what was asked is kept in `Proxy.seen`."""
