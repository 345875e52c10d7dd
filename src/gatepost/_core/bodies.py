"""Bodies of answers, whatever they hold: what does not decode has an error that does not quote it."""

from typing import Any

import httpx
import msgspec

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def decoded(content: bytes) -> Any:
    """Decode JSON, with or without a byte order mark.

    Raises:
        msgspec.DecodeError: it is not JSON; the text tells where.
    """
    try:
        return msgspec.json.decode(content.removeprefix(BYTE_ORDER_MARK))
    except RecursionError:
        problem = "JSON is nested too deeply"
    except UnicodeDecodeError as error:
        problem = f"JSON is not in UTF-8 (byte {error.start})"
    # Not in the handler, where the error would become the context of this one: it holds the whole body.
    raise msgspec.DecodeError(problem)


def readable_body(response: httpx.Response) -> Any:
    """Give the decoded JSON of an answer, or its text when it is something else, or None when it is empty."""
    if not response.content:
        return None
    try:
        return decoded(response.content)
    except msgspec.DecodeError:
        return _text(response)


def _text(response: httpx.Response) -> str:
    try:
        return response.content.decode(response.charset_encoding or "utf-8", errors="replace")
    except (LookupError, ValueError):  # no charset anybody knows, or none of texts
        return response.content.decode(errors="replace")
