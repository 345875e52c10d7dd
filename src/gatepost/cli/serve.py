"""`gatepost serve`: answer requests, in one process or several, until told to stop."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Annotated, cast

import typer

from gatepost.cli.invocation import Invocation, alone, command
from gatepost.cli.listening import check_address
from gatepost.cli.serving.greeting import Announce, json_text, text
from gatepost.server.config import Settings

app = alone()


@command(app, "serve")
def serve_command(
    call: Invocation,
    host: Annotated[
        str | None, typer.Option(metavar="HOST", help="Address to listen on.  [default: 127.0.0.1]")
    ] = None,
    port: Annotated[int | None, typer.Option(metavar="PORT", help="Port to listen on.  [default: 8080]")] = None,
    workers: Annotated[int | None, typer.Option(metavar="N", help="Processes that answer.  [default: 1]")] = None,
    public_url: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Address under which people reach it.  [default: http://HOST:PORT]"),
    ] = None,
) -> None:
    """Answer requests until interrupted.

    The first start makes the data directory and prints a one-time link that creates the first administrator.
    The first Ctrl-C lets requests in progress finish, for as long as `server.drain_seconds` says; a second
    one ends at once. With `--json`, one line tells the addresses as soon as requests are answered.
    """
    flags = {
        "server.host": host,
        "server.port": port,
        "server.workers": workers,
        "server.public_url": public_url,
    }
    serve(call.load(flags).settings, typer.echo, json=call.json)


def serve(settings: Settings, say: Callable[[str], None], *, json: bool = False) -> None:
    """Serve until interrupted; `say` prints for the person or, with `json`, the program that started it.

    Raises CannotListen, and what `open_parts` raises.
    """
    with _unseen("rich"):
        from gatepost.server.telemetry import configure_logging

    configure_logging(settings.log.level, settings.log.format)
    check_address(settings.server.host, settings.server.port)
    _run(settings, lambda greeting: say(json_text(greeting) if json else text(greeting)))


@contextmanager
def _unseen(package: str) -> Iterator[None]:
    """Let a package look as if it were not installed while the block imports others.

    structlog loads Rich where it can, for tracebacks that a server writes as plain text: 80 ms and 5 MB of a start.
    """
    if package in sys.modules:
        yield
        return
    sys.modules[package] = cast("ModuleType", None)
    try:
        yield
    finally:
        del sys.modules[package]


def _run(settings: Settings, announce: Announce) -> None:
    if settings.server.workers == 1:
        from gatepost.cli.serving.embedded import run_embedded

        run_embedded(settings, announce)
    else:
        from gatepost.cli.serving.workers import run_workers

        run_workers(settings, announce)
