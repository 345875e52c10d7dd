"""Turning a table of operations into the framework's route handlers."""

from collections.abc import Awaitable, Callable

from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp, Empty, Method

from gatepost.server.web.answers import Answer
from gatepost.server.web.requests import Request

Operation = Callable[[Request], Awaitable[Answer]]


def operation(
    method: Method, path: str | list[str], call: Operation, max_body_bytes: int | None = None
) -> HTTPRouteHandler:
    """Make the handler of one operation; `max_body_bytes` replaces the application's bound for its body."""

    # A plain function, because the framework copies its handlers and must not copy what a bound method stands on.
    async def handle(request: Request) -> ASGIApp:
        return await call(request)

    bound = Empty if max_body_bytes is None else max_body_bytes
    return HTTPRouteHandler(path, http_method=method, status_code=200, request_max_body_size=bound)(handle)
