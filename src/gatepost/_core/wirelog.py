"""What httpcore tells the log of an answer: that it came, and not its headers, which set cookies and carry codes.

It writes them at level DEBUG and has no setting for that. But before it writes, it shows a request's trace function
what it is about to write.
"""

import logging
from typing import Any

from gatepost._core.models import REDACTED

LOGGERS = (logging.getLogger("httpcore.http11"), logging.getLogger("httpcore.http2"))


def is_on() -> bool:
    """Tell whether httpcore writes headers to the log."""
    return any(logger.isEnabledFor(logging.DEBUG) for logger in LOGGERS)


def without_headers(event: str, details: dict[str, Any]) -> None:
    """Leave out what came of reading the headers."""
    if event.endswith(".receive_response_headers.complete"):
        details["return_value"] = REDACTED


async def without_headers_async(event: str, details: dict[str, Any]) -> None:
    """Leave out what came of reading the headers."""
    without_headers(event, details)
