"""What keeps tokens, codes and passwords out of logs, errors and tracebacks, also those of the layers below."""

import logging
from traceback import clear_frames
from typing import Any

import httpx

from gatepost._core.models import REDACTED

HTTPCORE_LOGGERS = (logging.getLogger("httpcore.http11"), logging.getLogger("httpcore.http2"))


class RedactedURL(httpx.URL):
    """The address of a request that stands for another one wherever it is written down.

    Clients log the addresses of requests, and show them in errors and reprs, as texts; what goes over the wire is put
    together from the parts. So replacing the text keeps a code or token in an address out of every log.
    """

    def __init__(self, url: httpx.URL, shown: str) -> None:
        super().__init__(url)
        self._shown = shown

    def __str__(self) -> str:
        """Give the other address."""
        return self._shown

    def __repr__(self) -> str:
        """Give the class and the other address."""
        return f"{type(self).__name__}({self._shown!r})"

    def __eq__(self, other: object) -> bool:
        """Compare where the addresses lead."""
        return httpx.URL(self) == other

    def __hash__(self) -> int:
        """Be the same as an equal address."""
        return hash(httpx.URL(self))


def without_query(url: httpx.URL) -> httpx.URL:
    """Give the address of a request that is written down without its query, which carries codes and people's names."""
    return RedactedURL(url, str(url).partition("?")[0]) if url.query else url


def loggable(url: httpx.URL) -> httpx.URL:
    """Give an address as logs and errors may show it, in any case without a query."""
    return httpx.URL(str(url)).copy_with(query=None)


def without_credentials(response: httpx.Response) -> httpx.Response:
    """Leave of the request of a response what was asked: responses are handed on, to logs and other processes."""
    asked = httpx.Request(response.request.method, response.request.url)
    asked.url = response.request.url  # as the object it is, which may hide a part of the address
    response.request = asked
    return response


def httpcore_logs_headers() -> bool:
    """Tell whether httpcore writes the headers of answers, which set cookies and carry codes, to the log.

    It does so at level DEBUG and has no setting for that. But before it writes, it shows a request's trace function
    what it is about to write.
    """
    return any(logger.isEnabledFor(logging.DEBUG) for logger in HTTPCORE_LOGGERS)


def hide_headers(event: str, details: dict[str, Any]) -> None:
    """Be a trace function of httpcore that leaves out what came of reading the headers."""
    if event.endswith(".receive_response_headers.complete"):
        details["return_value"] = REDACTED


async def hide_headers_async(event: str, details: dict[str, Any]) -> None:
    """Be one for its awaiting connections."""
    hide_headers(event, details)


def clear_tracebacks(error: BaseException) -> None:
    """Clear the local variables of all frames that an error has left, and of those it was caused by.

    Frames of httpx and below hold the request with its credentials, ours the decoded answers; error reporters and
    consoles write such variables down.
    """
    met: set[int] = set()
    waiting = [error]
    while waiting:
        one = waiting.pop()
        if id(one) not in met:
            met.add(id(one))
            clear_frames(one.__traceback__)
            waiting += _behind(one)


def _behind(error: BaseException) -> list[BaseException]:
    parts: tuple[BaseException, ...] = getattr(error, "exceptions", ())  # of an exception group
    return [one for one in (error.__cause__, error.__context__, *parts) if one is not None]
