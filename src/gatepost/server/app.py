"""The composition root: services → surfaces → one ASGI application."""

from typing import TYPE_CHECKING, cast

from litestar import Litestar
from litestar.exceptions import HTTPException

from gatepost.server.config import HomeboxSettings, KipuSettings, UbiopsSettings, VectaraSettings
from gatepost.server.console.pages import HEADERS as CONSOLE_HEADERS
from gatepost.server.console.routes import routes as console_routes
from gatepost.server.console.site import Console
from gatepost.server.dialects.homebox import errors as homebox_errors
from gatepost.server.dialects.homebox.dialect import Homebox
from gatepost.server.dialects.homebox.routes import routes as homebox_routes
from gatepost.server.dialects.kipu import handlers as kipu_handlers
from gatepost.server.dialects.kipu.handlers import Kipu
from gatepost.server.dialects.kipu.mapping import KIPU_STATUSES
from gatepost.server.dialects.kipu.routes import routes as kipu_routes
from gatepost.server.dialects.ubiops import handlers as ubiops_handlers
from gatepost.server.dialects.ubiops.handlers import Ubiops
from gatepost.server.dialects.ubiops.mapping import UBIOPS_STATUSES
from gatepost.server.dialects.ubiops.routes import routes as ubiops_routes
from gatepost.server.dialects.vectara.callers import Callers
from gatepost.server.dialects.vectara.errors import Wording
from gatepost.server.dialects.vectara.handlers import Users
from gatepost.server.dialects.vectara.page_keys import PageKeys
from gatepost.server.dialects.vectara.routes import routes as vectara_routes
from gatepost.server.dialects.vectara.tokens import TokenEndpoint
from gatepost.server.domain.errors import GatepostError
from gatepost.server.parts import Parts
from gatepost.server.telemetry import Counters
from gatepost.server.web import operations
from gatepost.server.web.asgi import Asgi
from gatepost.server.web.errors import on_domain_error, on_http_error, on_unexpected
from gatepost.server.web.fast_lane import lane
from gatepost.server.web.front import Front
from gatepost.server.web.limits import Limiter
from gatepost.server.web.meters import Meter
from gatepost.server.web.networks import Networks
from gatepost.server.web.operations import Operations
from gatepost.server.web.surfaces import Surface

if TYPE_CHECKING:
    from litestar.types import ExceptionHandlersMap

UPLOAD_OVERHEAD = 64 * 1024
"""Bytes that multipart framing may add to an image."""


ERROR_HANDLERS = {GatepostError: on_domain_error, HTTPException: on_http_error, Exception: on_unexpected}


def build(parts: Parts) -> Asgi:
    """Build the application that answers everything Gatepost serves."""
    settings, counters = parts.settings, Counters(parts.mails.outcomes)
    limiter = Limiter(settings.limits, Networks(settings.server.trusted_proxies))
    console = build_console(parts, limiter)
    surfaces, lanes = [*operations.surfaces(), console_surface(console)], {}
    routers = [
        operations.routes(Operations(parts.runtime.database, counters, parts.signing_keys)),
        console_routes(console, surfaces[-1].mount),
    ]
    if settings.dialects.kipu.enabled:
        surface, kipu = kipu_surface(settings.dialects.kipu), build_kipu(parts, limiter)
        routers.append(kipu_routes(kipu, surface.mount, settings.images.max_bytes + UPLOAD_OVERHEAD))
        surfaces.insert(0, surface)
        if not surface.host:
            lanes["POST", f"{surface.prefix}/authorize"] = lane(surface, "POST", kipu.authorize, counters)
            lanes["GET", f"{surface.prefix}/users/"] = lane(surface, "GET", kipu.overview, counters)
    if settings.dialects.ubiops.enabled:
        surfaces.insert(0, ubiops_surface(settings.dialects.ubiops, limiter))
        routers.append(ubiops_routes(build_ubiops(parts, limiter), surfaces[0].mount))
    if settings.dialects.homebox.enabled:
        surfaces.insert(0, homebox_surface(settings.dialects.homebox))
        routers.append(homebox_routes(build_homebox(parts, limiter), surfaces[0].mount))
    if settings.dialects.vectara.enabled:
        wording = Wording(parts.runtime.ids)
        surfaces.insert(0, vectara_surface(settings.dialects.vectara, wording))
        users, tokens = build_users(parts, limiter), TokenEndpoint(parts.access_tokens, limiter)
        routers.append(vectara_routes(users, tokens, wording, surfaces[0].mount))
    app = Litestar(
        routers,
        exception_handlers=cast("ExceptionHandlersMap", ERROR_HANDLERS),
        request_max_body_size=settings.server.max_body_bytes,
        openapi_config=None,
        logging_config=None,
    )
    return Front(cast("Asgi", app), lanes, surfaces, counters)


def console_surface(console: Console) -> Surface:
    """Say how the console words errors; it answers wherever no other surface does."""
    return Surface("console", "", "/~console", console.pages.error, headers=CONSOLE_HEADERS)


def build_console(parts: Parts, limiter: Limiter) -> Console:
    """Give the console the services it calls."""
    settings = parts.settings
    return Console(
        brand=settings.branding.name,
        public_url=settings.public_url,
        secure_cookies=settings.secure_cookies,
        session_days=settings.sessions.days,
        limiter=limiter,
        credentials=parts.credentials,
        registration=parts.registration,
        sign_in=parts.sign_in,
        password_reset=parts.password_reset,
        oidc=parts.oidc_sign_in,
        sessions=parts.sessions,
        setup=parts.setup,
        profiles=parts.profiles,
        tokens=parts.tokens,
    )


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


def ubiops_surface(settings: UbiopsSettings, limiter: Limiter) -> Surface:
    """Say where the UbiOps dialect answers, how it words errors and who counts its requests."""
    error, meter = ubiops_handlers.error, Meter(limiter)
    return Surface("ubiops", settings.prefix, "/~ubiops", error, settings.host, UBIOPS_STATUSES, meter=meter)


def build_ubiops(parts: Parts, limiter: Limiter) -> Ubiops:
    """Give the UbiOps dialect the services it calls."""
    return Ubiops(
        credentials=parts.credentials,
        profiles=parts.profiles,
        registration=parts.registration,
        limiter=limiter,
        providers={provider.issuer: provider.name for provider in parts.settings.oidc.providers},
        sign_up_needs_token=parts.settings.dialects.ubiops.sign_up_needs_token,
    )


def homebox_surface(settings: HomeboxSettings) -> Surface:
    """Say where the Homebox dialect answers and how it words errors."""
    error, statuses, headers = homebox_errors.error, homebox_errors.HOMEBOX_STATUSES, homebox_errors.HEADERS
    return Surface("homebox", settings.prefix, "/~homebox", error, settings.host, statuses, headers)


def build_homebox(parts: Parts, limiter: Limiter) -> Homebox:
    """Give the Homebox dialect the services it calls."""
    return Homebox(
        parts.settings.dialects.homebox,
        public_url=parts.settings.public_url,
        limiter=limiter,
        credentials=parts.credentials,
        sign_in=parts.sign_in,
        sessions=parts.sessions,
        oidc=parts.oidc_sign_in,
        issuers={provider.name: provider.issuer for provider in parts.settings.oidc.providers},
        enrolment=parts.enrolment,
        profiles=parts.profiles,
        own_account=parts.own_account,
        password_reset=parts.password_reset,
        preferences=parts.preferences,
        tokens=parts.tokens,
        groups=parts.groups,
        invitations=parts.invitations,
    )


def vectara_surface(settings: VectaraSettings, wording: Wording) -> Surface:
    """Say where the Vectara dialect answers and how it words errors."""
    return Surface("vectara", settings.prefix, "/~vectara", wording.error, settings.host)


def build_users(parts: Parts, limiter: Limiter) -> Users:
    """Give the Vectara dialect the services it calls."""
    personal_keys = parts.settings.dialects.vectara.personal_keys
    return Users(
        callers=Callers(parts.access_tokens, parts.credentials, parts.grants, limiter, personal_keys),
        roster=parts.roster,
        page_keys=PageKeys(parts.runtime.sealer),
        hands_out_codes=not parts.settings.mail.host,
    )
