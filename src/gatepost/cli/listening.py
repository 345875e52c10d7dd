"""The address to listen on, and the HTTP server's settings."""

import socket
import time
from collections.abc import Callable
from threading import Thread
from typing import Any

from gatepost.cli.invocation import Failure
from gatepost.server.config import Settings

HEADER_TIMEOUT_MS = 15_000
MOST_HEADER_BYTES = 64 * 1_024
BACKLOG = 1_024
MOST_CONNECTIONS = 8_192
"""Of one process; whoever comes then waits in the backlog. Unless it is set, workers share the number of one."""
OTHER_FILES = 128
"""Open files of a process that are no connections: the database, threads, mail on its way."""
CONNECT_SECONDS = 1.0
ASK_AGAIN_SECONDS = 0.005

_LOOPBACK = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  connected to, not listened on


class CannotListen(Failure):
    """The address cannot be listened on; the message says why and what to do."""


def check_address(host: str, port: int) -> None:
    """Raise CannotListen when the address is taken or not this machine's."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise CannotListen(f"cannot listen on {host} port {port}: {reason}; choose another with --port") from error


def when_listening(settings: Settings, act: Callable[[], None]) -> None:
    """Call `act`, on a thread of its own, as soon as connections are accepted."""
    Thread(target=_act_when_listening, args=(settings, act), name="announce", daemon=True).start()


def _act_when_listening(settings: Settings, act: Callable[[], None]) -> None:
    host, port = settings.server.host, settings.server.port
    while True:
        try:
            socket.create_connection((_LOOPBACK.get(host, host), port), CONNECT_SECONDS).close()
        except OSError:
            time.sleep(ASK_AGAIN_SECONDS)
        else:
            return act()


def room_for_connections() -> int:
    """Give how many connections fit below the limit of open files, which Granian raises as far as it may go."""
    try:
        import resource
    except ImportError:
        return MOST_CONNECTIONS  # Windows has no such limit
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MOST_CONNECTIONS if files == resource.RLIM_INFINITY else min(MOST_CONNECTIONS, files - OTHER_FILES)


def server_options(settings: Settings) -> dict[str, Any]:
    """Give the arguments that Granian's servers share."""
    from granian.constants import HTTPModes
    from granian.http import HTTP1Settings
    from granian.log import LogLevels

    return {
        "address": settings.server.host,
        "port": settings.server.port,
        "backlog": BACKLOG,
        "backpressure": room_for_connections(),
        # Granian sets no time limit while it finds out about HTTP/2, nor to an idle connection of it.
        "http": HTTPModes.http1,
        "http1_settings": HTTP1Settings(header_read_timeout=HEADER_TIMEOUT_MS, max_buffer_size=MOST_HEADER_BYTES),
        "websockets": False,
        "log_enabled": False,
        "log_level": LogLevels.error,
    }
