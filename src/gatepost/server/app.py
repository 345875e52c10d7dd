"""The composition root: services → surfaces → one ASGI application."""

from typing import TYPE_CHECKING, cast

from litestar import Litestar
from litestar.exceptions import HTTPException

from gatepost.server.config import KipuSettings
from gatepost.server.dialects.kipu import handlers as kipu_handlers
from gatepost.server.dialects.kipu.handlers import Kipu
from gatepost.server.dialects.kipu.mapping import KIPU_STATUSES
from gatepost.server.dialects.kipu.routes import routes as kipu_routes
from gatepost.server.domain.errors import GatepostError
from gatepost.server.parts import Parts
from gatepost.server.telemetry import Counters
from gatepost.server.web import operations
from gatepost.server.web.errors import on_domain_error, on_http_error, on_unexpected
from gatepost.server.web.fast_lane import lane
from gatepost.server.web.front import Asgi, Front
from gatepost.server.web.limits import Limiter
from gatepost.server.web.operations import Operations
from gatepost.server.web.requests import Networks
from gatepost.server.web.surfaces import Surface

if TYPE_CHECKING:
    from litestar.types import ExceptionHandlersMap

UPLOAD_OVERHEAD = 64 * 1024
"""Bytes that multipart framing may add to an image."""


ERROR_HANDLERS = {GatepostError: on_domain_error, HTTPException: on_http_error, Exception: on_unexpected}


def build(parts: Parts) -> Asgi:
    """Build the application that answers everything Gatepost serves."""
    settings, counters = parts.settings, Counters()
    limiter = Limiter(settings.limits, Networks(settings.server.trusted_proxies))
    site = Surface("site", "", "", operations.error)
    routers = [operations.routes(Operations(parts.runtime.database, counters))]
    surfaces, lanes = [site], {}
    if settings.dialects.kipu.enabled:
        surface, kipu = kipu_surface(settings.dialects.kipu), build_kipu(parts, limiter)
        routers.append(kipu_routes(kipu, surface.mount, settings.images.max_bytes + UPLOAD_OVERHEAD))
        surfaces.insert(0, surface)
        if not surface.host:
            lanes["POST", f"{surface.prefix}/authorize"] = lane(surface, kipu.authorize, counters)
    app = Litestar(
        routers,
        exception_handlers=cast("ExceptionHandlersMap", ERROR_HANDLERS),
        request_max_body_size=settings.server.max_body_bytes,
        openapi_config=None,
        logging_config=None,
    )
    return Front(cast("Asgi", app), lanes, surfaces, counters)


def kipu_surface(settings: KipuSettings) -> Surface:
    """Say where the Kipu dialect answers and how it words errors."""
    return Surface("kipu", settings.prefix, "/~kipu", kipu_handlers.error, settings.host, KIPU_STATUSES)


def build_kipu(parts: Parts, limiter: Limiter) -> Kipu:
    """Give the Kipu dialect the services it calls."""
    return Kipu(
        credentials=parts.credentials,
        profiles=parts.profiles,
        tokens=parts.tokens,
        people=parts.people,
        registration=parts.registration,
        provisioning=parts.provisioning,
        limiter=limiter,
    )
