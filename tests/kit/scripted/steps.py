"""What a scripted server does with one request: answers, and the ways in which an answer fails to come."""

import json as codec
import select
import socket
import struct
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from http.client import responses
from typing import Any, Protocol

from tests.kit.scripted.seen import Seen

Headers = Mapping[str, str] | Iterable[tuple[str, str]]

_NOTHING: Any = object()
"""Stands for no body, since None is a JSON document."""


@dataclass(frozen=True)
class Exchange:
    """A request that waits for its answer."""

    connection: socket.socket
    seen: Seen
    turnstile: socket.socket
    """Yields one byte for each byte that the test releases; never blocks."""

    def await_leaving(self) -> None:
        """Wait until the client or the server closes the connection; a client that pipelines counts as gone."""
        self.connection.recv(1, socket.MSG_PEEK)

    def pause(self, seconds: float) -> bool:
        """Wait so long; False as soon as the connection is closed."""
        return not select.select([self.connection], [], [], seconds)[0]

    def await_release(self) -> bool:
        """Wait until the test releases one more byte; False as soon as the connection is closed."""
        while self.connection not in select.select([self.connection, self.turnstile], [], [])[0]:
            try:
                return self.turnstile.recv(1) != b""
            except BlockingIOError:  # another connection went first
                continue
        return False


class Step(Protocol):
    """What becomes of one request."""

    def play(self, exchange: Exchange) -> bool:
        """Deal with the request and tell whether the connection stays open."""
        ...


@dataclass(frozen=True)
class Answer:
    """A whole answer."""

    status: int
    pairs: tuple[tuple[str, str], ...]
    body: bytes

    def play(self, exchange: Exchange) -> bool:
        exchange.connection.sendall(self.head() + self.content(exchange.seen))
        said = {value.lower() for name, value in (*exchange.seen.pairs, *self.pairs) if name.lower() == "connection"}
        return "close" not in said

    def head(self) -> bytes:
        """Write the status line and the headers, the length of the body among them unless they tell it already."""
        told = {name.lower() for name, _ in self.pairs} & {"content-length", "transfer-encoding"}
        length = () if told or self._bodiless() else (("Content-Length", str(len(self.body))),)
        begin = f"HTTP/1.1 {self.status} {responses.get(self.status, '')}"
        lines = [f"{name}: {value}" for name, value in (*self.pairs, *length)]
        return "\r\n".join([begin, *lines, "", ""]).encode("latin-1")

    def content(self, seen: Seen) -> bytes:
        """Give the body as far as the request and the status allow one (RFC 9110, 6.4.1)."""
        return b"" if seen.method == "HEAD" or self._bodiless() else self.body

    def _bodiless(self) -> bool:
        return self.status in {204, 304}


def answer(
    status: int = 200,
    *,
    json: Any = _NOTHING,
    text: str | None = None,
    body: bytes = b"",
    headers: Headers = (),
    content_type: str | None = None,
) -> Answer:
    """Answer with a JSON document, a text or bytes, whichever is given.

    `content_type` replaces the one that goes with the kind of body; "" sends none. A Content-Length or
    Transfer-Encoding among `headers` is sent as it stands, true or not.
    """
    kind = ""
    if json is not _NOTHING:
        kind, body = "application/json", codec.dumps(json, ensure_ascii=False).encode()
    elif text is not None:
        kind, body = "text/plain; charset=utf-8", text.encode()
    kind = kind if content_type is None else content_type
    pairs = tuple(headers.items() if isinstance(headers, Mapping) else headers)
    return Answer(status, ((("Content-Type", kind),) if kind else ()) + pairs, body)


def redirect(status: int, location: str, headers: Headers = ()) -> Answer:
    """Point elsewhere, with no body."""
    plain = answer(status, headers=headers)
    return replace(plain, pairs=(("Location", location), *plain.pairs))


@dataclass(frozen=True)
class _Bytes:
    content: Callable[[Exchange], bytes]

    def play(self, exchange: Exchange) -> bool:
        exchange.connection.sendall(self.content(exchange))
        return False


def raw(content: bytes) -> Step:
    """Send these bytes, HTTP or not, and close the connection."""
    return _Bytes(lambda _: content)


def hang_up() -> Step:
    """Close the connection in good order, without an answer."""
    return raw(b"")


def truncated(whole: Answer, keep: int | None = None) -> Step:
    """Promise a whole answer, send its head and the first `keep` bytes of its body (half of them) and close."""
    end = len(whole.body) // 2 if keep is None else keep
    if not 0 <= end < len(whole.body):
        raise ValueError("nothing would be missing")
    return _Bytes(lambda exchange: whole.head() + whole.content(exchange.seen)[:end])


class _Reset:
    def play(self, exchange: Exchange) -> bool:
        # A socket that must not linger is closed by RST instead of FIN.
        exchange.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return False


def reset() -> Step:
    """Break the connection before the first byte of an answer."""
    return _Reset()


class _Silent:
    def play(self, exchange: Exchange) -> bool:
        exchange.await_leaving()
        return False


def silent() -> Step:
    """Never answer: the connection stays open until the client leaves or the block ends."""
    return _Silent()


@dataclass(frozen=True)
class _Drip:
    whole: Answer
    every: float | None

    def play(self, exchange: Exchange) -> bool:
        exchange.connection.sendall(self.whole.head())
        return all(self._drop(exchange, byte) for byte in self.whole.content(exchange.seen))

    def _drop(self, exchange: Exchange, byte: int) -> bool:
        going_on = exchange.await_release() if self.every is None else exchange.pause(self.every)
        if going_on:
            exchange.connection.sendall(bytes([byte]))
        return going_on


def drip(whole: Answer, every: float | None = None) -> Step:
    """Send the head at once and the body byte by byte: each `every` seconds, or when the test calls `release`."""
    return _Drip(whole, every)


@dataclass(frozen=True)
class _Route:
    choose: Callable[[Seen], Step]

    def play(self, exchange: Exchange) -> bool:
        return self.choose(exchange.seen).play(exchange)


def route(choose: Callable[[Seen], Step]) -> Step:
    """Let a function choose what becomes of the request, for stubs with a state; requests may run at once."""
    return _Route(choose)


@dataclass(frozen=True)
class Repeated:
    """The last step of a script, taken by every further request."""

    step: Step

    def play(self, exchange: Exchange) -> bool:
        return self.step.play(exchange)


def repeat(step: Step) -> Step:
    """Do the same with this and every further request; nothing can follow it."""
    return Repeated(step)
