"""Every failure becomes an answer in the voice of the surface that was asked."""

import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException

from gatepost.server.domain.errors import GatepostError, RetryLater, TooLarge
from gatepost.server.web.surfaces import Surface

log = structlog.get_logger("gatepost.web")

SURFACE = "gatepost.surface"
"""Key of the ASGI scope under which the front door notes the surface."""

ORIGINAL_PATH = "gatepost.path"
"""Key of the ASGI scope with the path as it was asked for."""

_SAFE_TEXTS = {
    400: "The request is malformed.",
    404: "There is nothing at this address.",
    405: "This method is not allowed here.",
    413: "The request body is too large.",
}


def on_domain_error(request: Request, error: GatepostError) -> Response[bytes]:
    """Answer an expected failure."""
    surface = surface_of(request)
    response = surface.error(surface.status_of(error), error.message, request.scope[ORIGINAL_PATH])
    if isinstance(error, RetryLater):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def on_http_error(request: Request, error: HTTPException) -> Response[bytes]:
    """Answer a failure that the framework found; its own text may quote input, so ours is used."""
    surface = surface_of(request)
    status = error.status_code
    if status == 413:  # noqa: PLR2004  Content Too Large
        status = surface.statuses[TooLarge]
    response = surface.error(
        status, _SAFE_TEXTS.get(error.status_code, "The request failed."), request.scope[ORIGINAL_PATH]
    )
    if allow := (error.headers or {}).get("allow"):
        response.headers["Allow"] = allow
    return response


def on_unexpected(request: Request, error: Exception) -> Response[bytes]:
    """Answer a programming error without telling anything about it; the log has the traceback."""
    log.error(
        "unexpected failure",
        path=request.scope["path_template"] if "path_template" in request.scope else None,
        exc_info=error,
    )
    return surface_of(request).error(500, "Something went wrong on our side.", request.scope[ORIGINAL_PATH])


def surface_of(request: Request) -> Surface:
    """Give the surface the front door chose for this request."""
    surface: Surface = request.scope[SURFACE]  # type: ignore[typeddict-item]  # our own key in the ASGI scope
    return surface
