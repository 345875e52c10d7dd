"""Turning a table of operations into the framework's route handlers."""

from collections.abc import Awaitable, Callable

from litestar import Request, Response
from litestar.handlers import HTTPRouteHandler

Operation = Callable[[Request], Awaitable[Response[bytes]]]


def operation(
    method: str, path: str | list[str], call: Operation, max_body_bytes: int | None = None
) -> HTTPRouteHandler:
    """Make the handler of one operation; `max_body_bytes` replaces the application's bound for its body."""

    # A plain function, because the framework copies its handlers and must not copy what a bound method stands on.
    async def handle(request: Request) -> Response[bytes]:
        return await call(request)

    options = {} if max_body_bytes is None else {"request_max_body_size": max_body_bytes}
    return HTTPRouteHandler(path, http_method=method, status_code=200, **options)(handle)
