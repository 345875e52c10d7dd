"""Requests as they were on the wire."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, BinaryIO
from urllib.parse import parse_qsl


@dataclass(frozen=True)
class Seen:
    """One request; `target` is what stood in the request line, nothing decoded or normalised."""

    method: str
    target: str
    pairs: tuple[tuple[str, str], ...]
    """The header lines in their order, names as they were written."""
    body: bytes

    @cached_property
    def headers(self) -> dict[str, str]:
        """The headers by name in lower case; the values of a repeated one are joined by ", " (RFC 9110, 5.3)."""
        joined: dict[str, str] = {}
        for name, value in self.pairs:
            known = joined.get(name.lower())
            joined[name.lower()] = value if known is None else f"{known}, {value}"
        return joined

    @property
    def query(self) -> dict[str, str]:
        """The decoded parameters of the target; the last of a repeated one."""
        return dict(parse_qsl(self.target.partition("?")[2], keep_blank_values=True))

    def json(self) -> Any:
        """Decode the body as JSON."""
        return json.loads(self.body)

    def form(self) -> dict[str, str]:
        """Decode the body as a URL-encoded form; the last of a repeated field."""
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True, strict_parsing=True))


def read_request(reader: BinaryIO) -> Seen | None:
    """Read one HTTP/1.1 request; None when the client left before it was whole.

    Raises ValueError for what is no HTTP/1.1 request.
    """
    try:
        return _read(reader)
    except EOFError:
        return None


def _read(reader: BinaryIO) -> Seen:
    method, target, version = _line(reader).split(" ")
    if version != "HTTP/1.1":
        raise ValueError(f"not HTTP/1.1 but {version!r}")
    pairs = tuple(_headers(reader))
    framing = {name.lower(): value for name, value in pairs}
    if framing.get("transfer-encoding") == "chunked":
        body = b"".join(_chunks(reader))
    else:
        body = _exactly(reader, int(framing.get("content-length", 0)))
    return Seen(method, target, pairs, body)


def _headers(reader: BinaryIO) -> Iterator[tuple[str, str]]:
    while line := _line(reader):
        name, colon, value = line.partition(":")
        if not colon:
            raise ValueError(f"not a header: {line!r}")
        yield name, value.strip(" \t")


def _chunks(reader: BinaryIO) -> Iterator[bytes]:
    while size := int(_line(reader), 16):
        yield _exactly(reader, size)
        _line(reader)
    for _ in _headers(reader):  # trailers, which nobody here asks for
        pass


def _line(reader: BinaryIO) -> str:
    line = reader.readline()
    if not line.endswith(b"\n"):
        raise EOFError
    return line.rstrip(b"\r\n").decode("latin-1")


def _exactly(reader: BinaryIO, size: int) -> bytes:
    content = reader.read(size)
    if len(content) < size:
        raise EOFError
    return content
