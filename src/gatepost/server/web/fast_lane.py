"""Answers that must cost next to nothing: bare ASGI functions in front of the framework."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus

from gatepost.server.domain.errors import GatepostError, RetryLater
from gatepost.server.telemetry import Counters
from gatepost.server.web.answers import JSON, NO_STORE, Answer
from gatepost.server.web.front import Asgi, Receive, Scope, Send
from gatepost.server.web.surfaces import Surface


def lane(surface: Surface, answer: Callable[[Scope], Awaitable[bytes]], counters: Counters) -> Asgi:
    """Make an ASGI function that answers 200 with the JSON bytes `answer` gives, or the surface's error."""
    plain = [(b"content-type", JSON), *NO_STORE, *surface.headers]
    answers, served = counters.answers, (surface.name, "POST", HTTPStatus.OK.value)

    async def run(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = await answer(scope)
        except GatepostError as error:
            await _refusal(surface, error, scope, counters)(scope, receive, send)
            return
        answers[served] += 1
        await send(
            {
                "type": "http.response.start",
                "status": 200,
                "headers": [*plain, (b"content-length", b"%d" % len(body))],
            }
        )
        await send({"type": "http.response.body", "body": body})

    return run


def _refusal(surface: Surface, error: GatepostError, scope: Scope, counters: Counters) -> Answer:
    status = surface.status_of(error)
    refusal = surface.error(status, error.message, scope["path"])
    refusal.headers += surface.headers
    if isinstance(error, RetryLater):
        refusal.headers.append((b"retry-after", b"%d" % error.retry_after))
    counters.count(surface.name, scope["method"], status)
    return refusal
