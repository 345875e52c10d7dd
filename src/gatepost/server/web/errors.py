"""Every failure becomes an answer in the voice of the surface that was asked."""

import structlog
from litestar.exceptions import HTTPException

from gatepost.server.domain.errors import GatepostError, RetryLater, TooLarge
from gatepost.server.web.answers import Answer
from gatepost.server.web.requests import Request
from gatepost.server.web.surfaces import Surface

log = structlog.get_logger("gatepost.web")

_SAFE_TEXTS = {
    400: "The request is malformed.",
    404: "There is nothing at this address.",
    405: "This method is not allowed here.",
    413: "The request body is too large.",
    415: "The body must be application/json.",
}


def on_domain_error(request: Request, error: GatepostError) -> Answer:
    """Answer an expected failure."""
    return refusal(surface_of(request), error, asked_path(request))


def on_http_error(request: Request, error: HTTPException) -> Answer:
    """Answer a failure that the framework found; its own text may quote input, so ours is used."""
    surface = surface_of(request)
    status = error.status_code
    if status == 413:
        status = surface.statuses[TooLarge]
    answer = surface.error(status, _SAFE_TEXTS.get(error.status_code, "The request failed."), asked_path(request))
    if allow := (error.headers or {}).get("allow"):
        answer.headers.append((b"allow", allow.encode()))
    return answer


def on_unexpected(request: Request, error: Exception) -> Answer:
    """Answer a programming error without telling anything about it; the log has the traceback."""
    return failure(surface_of(request), error, request.scope.get("path_template"), asked_path(request))


def refusal(surface: Surface, error: GatepostError, path: str) -> Answer:
    """Word an expected failure."""
    answer = surface.error(surface.status_of(error), error.message, path)
    if isinstance(error, RetryLater):
        answer.headers.append((b"retry-after", b"%d" % error.retry_after))
    return answer


def failure(surface: Surface, error: Exception, route: str | None, path: str) -> Answer:
    """Word and log a programming error; `route` names where it happened, without what a request put there."""
    log.error("unexpected failure", route=route, exc_info=error)
    return surface.error(500, "Something went wrong on our side.", path)


def surface_of(request: Request) -> Surface:
    """Give the surface the front door chose for this request."""
    surface: Surface = request.scope["state"]["surface"]
    return surface


def asked_path(request: Request) -> str:
    """Give the path as it was asked for, still percent-encoded."""
    path: str = request.scope["state"]["path"]
    return path
