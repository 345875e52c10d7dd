"""The scripted server itself: one thread that accepts connections, and one for each of them."""

import atexit
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache

from tests.kit.scripted.seen import Seen, read_request
from tests.kit.scripted.steps import Exchange, Repeated, Step, answer

SECONDS = 20.0
"""Longer than anything takes on a busy machine; what takes longer hangs."""


class Scripted:
    """A running server; what the test does with it while the script plays."""

    def __init__(self, *steps: Step) -> None:
        if any(isinstance(step, Repeated) for step in steps[:-1]):
            raise ValueError("a step after one that is repeated would never be taken")
        self.requests: list[Seen] = []
        """Every request that arrived whole, in that order."""
        self.unexpected: list[Seen] = []
        """Those of them that found no step left; they were answered 500."""
        self.connections = 0
        """How many connections clients have opened."""
        self.errors: list[Exception] = []
        """What went wrong in the script: no HTTP/1.1 request, or a route that raised."""
        self._steps = list(steps)
        self._begun: Repeated | None = None
        self._change = threading.Condition()
        self._open: dict[socket.socket, threading.Thread] = {}
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._turnstile, self._releases = socket.socketpair()
        self._turnstile.setblocking(False)
        self.port: int = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._accepting = threading.Thread(target=self._accept, name=self.url, daemon=True)
        self._closing = False

    def release(self, count: int = 1) -> None:
        """Let so many more bytes of dripping answers go."""
        self._releases.sendall(bytes(count))

    def await_requests(self, count: int) -> None:
        """Wait until so many requests have arrived."""
        with self._change:
            arrived = self._change.wait_for(lambda: len(self.requests) >= count, SECONDS)
        assert arrived, f"{len(self.requests)} of {count} requests arrived"

    def await_disconnection(self) -> None:
        """Wait until no client holds a connection."""
        with self._change:
            assert self._change.wait_for(lambda: not self._open, SECONDS), "a client holds a connection"

    def start(self) -> None:
        """Begin to accept connections."""
        self._accepting.start()

    def stop(self) -> None:
        """Close every connection and wait until each thread has ended."""
        self._closing = True
        socket.create_connection(("127.0.0.1", self.port), SECONDS).close()  # wakes the thread that accepts
        self._accepting.join(SECONDS)
        with self._change:
            connections = dict(self._open)
        for connection in connections:
            with suppress(OSError):  # closed by its own thread in the meantime
                connection.shutdown(socket.SHUT_RDWR)
        for thread in connections.values():
            thread.join(SECONDS)
        for end in (self._listener, self._turnstile, self._releases):
            end.close()
        assert not any(thread.is_alive() for thread in (self._accepting, *connections.values())), "a route hangs"

    def check(self) -> None:
        """Fail when the script broke or was too short."""
        if self.errors:
            raise self.errors[0]
        assert not self.unexpected, f"no step was left for {_named(self.unexpected)}"

    def check_all_used(self) -> None:
        """Fail when a step was never taken."""
        left = [step for step in self._steps if step is not self._begun]
        assert not left, f"{_named(self.requests)} left over {left}"

    def _accept(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            if self._closing:
                return connection.close()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            thread = threading.Thread(target=self._converse, args=[connection], name=self.url, daemon=True)
            with self._change:
                self.connections += 1
                self._open[connection] = thread
            thread.start()

    def _converse(self, connection: socket.socket) -> None:
        try:
            with connection, connection.makefile("rb") as reader, suppress(ConnectionError):
                while (seen := read_request(reader)) and self._take(seen).play(self._exchange(connection, seen)):
                    pass
        except Exception as error:  # noqa: BLE001  told to the test when the block ends
            self.errors.append(error)
        with self._change:
            del self._open[connection]
            self._change.notify_all()

    def _exchange(self, connection: socket.socket, seen: Seen) -> Exchange:
        return Exchange(connection, seen, self._turnstile)

    def _take(self, seen: Seen) -> Step:
        with self._change:
            self.requests.append(seen)
            self._change.notify_all()
            if not self._steps:
                self.unexpected.append(seen)
                return answer(500, text=f"The script has no step left for {_named([seen])}")
            if isinstance(self._steps[0], Repeated):
                self._begun = self._steps[0]
                return self._begun
            return self._steps.pop(0)


def _named(requests: list[Seen]) -> str:
    return ", ".join(f"{seen.method} {seen.target}" for seen in requests) or "no request"


@contextmanager
def scripted(*steps: Step, all_used: bool = True) -> Iterator[Scripted]:
    """Run a server that takes one step per request; with `all_used` false steps may be left over."""
    server = Scripted(*steps)
    server.start()
    try:
        yield server
    finally:
        server.stop()
        server.check()  # also when the block failed: a broken script is the likely cause
    if all_used:
        server.check_all_used()


@cache
def refused() -> str:
    """Give the URL of a port that refuses connections: it is taken, and nobody listens there."""
    taken = socket.socket()
    atexit.register(taken.close)
    taken.bind(("127.0.0.1", 0))
    return f"http://127.0.0.1:{taken.getsockname()[1]}"
