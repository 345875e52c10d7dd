"""`gatepost serve`: one process that answers requests and does the work behind them."""

import asyncio
import signal
import socket
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING

from gatepost.server.config import Settings
from gatepost.server.jobs.background import Job, running
from gatepost.server.mail.smtp import SmtpOptions, SmtpSender
from gatepost.server.parts import Parts, open_parts
from gatepost.server.services.housekeeping import Housekeeping
from gatepost.server.telemetry import configure_logging

if TYPE_CHECKING:
    from granian.server.embed import Server

    from gatepost.server.web.front import Asgi

HEADER_TIMEOUT_MS = 15_000
BACKLOG = 1_024

USAGE_SECONDS = 10.0
MAIL_SECONDS = 2.0
HOUSEKEEPING_SECONDS = 3_600.0


class CannotListen(Exception):
    """The address cannot be listened on; the message says why and what to do."""


def serve(settings: Settings, say: Callable[[str], None]) -> None:
    """Serve until interrupted. `say` prints lines for the person who started it. Raises CannotListen."""
    configure_logging(settings.log.level, settings.log.format)
    check_address(settings.server.host, settings.server.port)
    import uvloop  # noqa: PLC0415  a server's loop; the other commands do without

    uvloop.run(_serve(settings, say))


async def _serve(settings: Settings, say: Callable[[str], None]) -> None:
    from gatepost.server.app import build  # noqa: PLC0415  the web framework, for servers only

    async with open_parts(settings) as parts:
        server = granian(build(parts), settings)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, server.stop)
        await announce(parts, say)
        async with background(parts):
            await server.serve()


async def announce(parts: Parts, say: Callable[[str], None]) -> None:
    """Tell where the service is and, while there is no owner, how to become one."""
    url = parts.settings.public_url
    say(f"Gatepost is at {url}")
    say(f"  Kipu API   {url}{parts.settings.dialects.kipu.prefix}")
    say(f"  data       {parts.settings.database_path}")
    if (link := await parts.setup.open()) is not None:
        say(
            f"\nNobody administers this installation yet. Open this one-time link to become its owner:\n  {link}"
        )
    say("\nPress Ctrl-C to stop.")


def granian(app: "Asgi", settings: Settings) -> "Server":
    """Set up the HTTP server inside this process's event loop."""
    from granian.constants import Interfaces  # noqa: PLC0415
    from granian.http import HTTP1Settings  # noqa: PLC0415
    from granian.log import LogLevels  # noqa: PLC0415
    from granian.server.embed import Server  # noqa: PLC0415

    return Server(
        app,
        address=settings.server.host,
        port=settings.server.port,
        interface=Interfaces.ASGINL,
        backlog=BACKLOG,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_TIMEOUT_MS),
        websockets=False,
        log_enabled=False,
        log_level=LogLevels.error,
    )


def check_address(host: str, port: int) -> None:
    """Raise CannotListen when the address is taken or not this machine's."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CannotListen(
                f"cannot listen on {host} port {port}: {error.strerror}; choose another with --port"
            ) from error


def background(parts: Parts) -> AbstractAsyncContextManager[None]:
    """Start the work behind the requests."""
    settings, mails = parts.settings, parts.mails
    housekeeping = Housekeeping(parts.runtime, settings.registration.confirm_hours, settings.mail.keep_days)
    jobs: dict[str, tuple[Job, float]] = {
        "usage": (parts.usage.flush, USAGE_SECONDS),
        "housekeeping": (housekeeping.tidy, HOUSEKEEPING_SECONDS),
    }
    if settings.mail.host:
        sender = smtp_sender(settings)
        jobs["mail"] = (lambda: mails.deliver_due(sender), MAIL_SECONDS)
    return running(jobs)


def smtp_sender(settings: Settings) -> SmtpSender:
    """Build the sender for the configured SMTP server."""
    mail = settings.mail
    return SmtpSender(
        SmtpOptions(
            host=mail.host,
            port=mail.port,
            security=mail.security,
            username=mail.username,
            password=mail.password.reveal(),
            sender=mail.sender,
            timeout_seconds=mail.timeout_seconds,
        )
    )
