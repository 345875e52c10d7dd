"""Taking one file out of a multipart/form-data body (RFC 7578)."""

from collections.abc import Iterable
from typing import Any

from gatepost.server.domain.errors import Invalid
from gatepost.server.web.requests import Request, whole_body

MOST_PARTS = 20
PART_HEADER_BYTES = 8_192


async def uploaded_file(request: Request, field: str) -> bytes:
    """Give the bytes of the first part named `field`, whatever file name or type it claims.

    Raises Invalid when the body is not multipart/form-data or has no such part.
    """
    boundary = _boundary(request.headers.get("content-type", ""))
    for name, content in _parts(boundary, await whole_body(request)):
        if name == field:
            return content
    raise Invalid(f"The multipart body has no part named {field!r}.", field)


def _boundary(content_type: str) -> str:
    from multipart import parse_options_header  # for uploads only

    kind, options = parse_options_header(content_type)
    boundary: str | None = options.get("boundary")
    if kind != "multipart/form-data" or not boundary:
        raise Invalid("The body must be multipart/form-data.")
    return boundary


def _parts(boundary: str, body: bytes) -> list[tuple[str, bytes]]:
    from multipart import MultipartError, PushMultipartParser  # for uploads only

    parser = PushMultipartParser(boundary, max_segment_count=MOST_PARTS, max_header_size=PART_HEADER_BYTES)
    try:
        with parser:
            return _grouped(parser.parse(body) if body else ())
    except (MultipartError, UnicodeError):
        raise Invalid("The multipart body is malformed.") from None


def _grouped(events: Iterable[Any]) -> list[tuple[str, bytes]]:
    """Put the parser's events together: a part's head, its chunks, and None at its end."""
    parts: list[tuple[str, bytes]] = []
    name, chunks = "", bytearray()
    for event in events:
        if event is None:
            parts.append((name, bytes(chunks)))
        elif hasattr(event, "headerlist"):
            name, chunks = event.name, bytearray()
        else:
            chunks += event
    return parts
