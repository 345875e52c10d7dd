"""A line to a server that can be held up, as by a network that swallows packets, or cut."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_RESET = struct.pack("ii", 1, 0)
"""SO_LINGER that makes a close a reset."""

_PIECE = 65_536


class Link:
    """Forwards a port of its own to another."""

    def __init__(self, listening: socket.socket, target: int) -> None:
        self.port: int = listening.getsockname()[1]
        self._listening = listening
        self._target = target
        self._refuses = False
        self._flows = threading.Event()
        self._flows.set()
        self._ends: list[socket.socket] = []
        self._threads: list[threading.Thread] = []

    def hold(self) -> None:
        """Let nothing through; what is sent meanwhile arrives later, as with TCP."""
        self._flows.clear()

    def release(self) -> None:
        """Let everything through again."""
        self._refuses = False
        self._flows.set()

    def refuse(self) -> None:
        """Reset every connection, those that are made from now on too."""
        self._refuses = True
        self.cut()

    def cut(self) -> None:
        """Reset every connection; new ones can be made."""
        ends, self._ends = self._ends, []
        for end in ends:
            with suppress(OSError):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def run(self) -> None:
        """Accept connections until closed."""
        with suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                self._join(near)

    def _join(self, near: socket.socket) -> None:
        if self._refuses:
            near.close()
            return
        try:
            far = socket.create_connection(("127.0.0.1", self._target))
        except OSError:
            near.close()
            return
        self._ends += [near, far]
        self._start(near, far)
        self._start(far, near)

    def _start(self, source: socket.socket, sink: socket.socket) -> None:
        thread = threading.Thread(target=self._forward, args=(source, sink))
        self._threads.append(thread)
        thread.start()

    def _forward(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while piece := source.recv(_PIECE):
                self._flows.wait()
                sink.sendall(piece)
            sink.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """End everything."""
        self._listening.shutdown(socket.SHUT_RDWR)
        self.release()
        self.cut()
        for thread in self._threads:
            thread.join()


@contextmanager
def link_to(port: int) -> Iterator[Link]:
    """Run a link to a port of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        link = Link(listening, port)
        accepting = threading.Thread(target=link.run)
        accepting.start()
        try:
            yield link
        finally:
            link.close()
            accepting.join()
