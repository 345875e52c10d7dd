"""Answers that must cost next to nothing: bare ASGI functions in front of the framework."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus

from gatepost.server.domain.errors import GatepostError
from gatepost.server.telemetry import Counters
from gatepost.server.web.answers import JSON, NO_STORE, Answer
from gatepost.server.web.asgi import Asgi, Receive, Scope, Send
from gatepost.server.web.errors import failure, refusal
from gatepost.server.web.surfaces import Surface


def lane(surface: Surface, method: str, answer: Callable[[Scope], Awaitable[bytes]], counters: Counters) -> Asgi:
    """Make an ASGI function that answers 200 with the JSON bytes `answer` gives, or the surface's error."""
    plain = [(b"content-type", JSON), *NO_STORE, *surface.headers]
    answers, served = counters.answers, (surface.name, method, HTTPStatus.OK.value)

    async def run(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = await answer(scope)
        except Exception as error:  # noqa: BLE001  every failure is answered here as behind the router
            return await _failed(surface, error, scope, counters)(scope, receive, send)
        answers[served] += 1
        await send(
            {
                "type": "http.response.start",
                "status": 200,
                "headers": [*plain, (b"content-length", b"%d" % len(body))],
            }
        )
        return await send({"type": "http.response.body", "body": body})

    return run


def _failed(surface: Surface, error: Exception, scope: Scope, counters: Counters) -> Answer:
    path = scope["path"]
    if isinstance(error, GatepostError):
        answer = refusal(surface, error, path)
    else:
        answer = failure(surface, error, surface.prefix, path)
    answer.headers += surface.headers
    counters.count(surface.name, scope["method"], answer.status)
    return answer
