"""Turning a table of operations into the framework's route handlers."""

from collections.abc import Awaitable, Callable, Sequence

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


def with_options(handlers: Sequence[HTTPRouteHandler]) -> list[HTTPRouteHandler]:
    """Add what answers OPTIONS with every method of a path; the framework's own answer knows the first only."""
    allowed: dict[str, set[str]] = {}
    for handler in handlers:
        for path in handler.paths:
            allowed.setdefault(path, {"OPTIONS"}).update(handler.http_methods)
    # First, because the framework adds its own to the first handler of a path.
    return [*(operation("OPTIONS", path, _telling(methods)) for path, methods in allowed.items()), *handlers]


def _telling(methods: set[str]) -> Operation:
    allow = ", ".join(sorted(methods)).encode()

    async def tell(request: Request) -> Answer:
        return Answer(status=204, headers=[(b"allow", allow)])

    return tell
