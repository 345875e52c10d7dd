"""What every command is told, and how a function becomes a command that fails in one line."""

import asyncio
import os
from collections.abc import Callable, Coroutine, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, fields
from inspect import Parameter, Signature, getdoc, signature
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Concatenate, ParamSpec

import typer

if TYPE_CHECKING:
    from gatepost.server.config import Loaded, Settings
    from gatepost.server.parts import Parts

_PANEL = "Every command"

P = ParamSpec("P")


class Failure(Exception):
    """An expected failure of a command; the message is one line that says what to do."""

    status = 1


class WrongUsage(Failure):
    """A command was called in a way that cannot be meant."""

    status = 2


@dataclass(frozen=True, slots=True)
class Invocation:
    """The options of every command: which installation it is about, and how to answer."""

    data: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Data directory with database and key file.  [default: ./gatepost-data]",
            rich_help_panel=_PANEL,
        ),
    ] = None
    database: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="Database, such as `sqlite:///name.db` or `postgresql://user@host/name`, instead of the one in the "
            "data directory.",
            rich_help_panel=_PANEL,
        ),
    ] = None
    config: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Configuration.  [default: ./gatepost.toml, if there is one]",
            rich_help_panel=_PANEL,
        ),
    ] = None
    json: Annotated[
        bool,
        typer.Option("--json", metavar="", help="Print one JSON document instead of text.", rich_help_panel=_PANEL),
    ] = False

    def load(self, flags: Mapping[str, object] | None = None) -> "Loaded":
        """Read the configuration; `flags` are settings that the command line gave. Raises ConfigError."""
        from gatepost.server.config import load

        own = {"data": self.data, "database.url": self.database}
        return load(self.config, os.environ, {**own, **(flags or {})})

    def settings(self) -> "Settings":
        """Read the settings. Raises ConfigError."""
        return self.load().settings

    def parts(self, *, create: bool = False) -> AbstractAsyncContextManager["Parts"]:
        """Open the services; raises Failure when there is no database, unless it may be created."""
        from gatepost.server.parts import open_parts

        settings = self.settings()
        if not create:
            require_database(settings)
        keep_quiet()
        return open_parts(settings)


def keep_quiet() -> None:
    """Log nothing: what a command prints is its own, and what goes wrong ends it with one line."""
    import structlog

    structlog.configure(processors=[_dropped])


def _dropped(logger: Any, method: str, entry: Any) -> Any:
    from structlog import DropEvent

    raise DropEvent


def require_database(settings: "Settings") -> None:
    """Raise Failure when there is no database file; whether a server has one shows when it is asked."""
    if not settings.on_postgres:
        require_file(settings)


def require_file(settings: "Settings") -> Path:
    """Give the path of the database; raises Failure when there is none."""
    path = settings.database_path
    if not path.exists():
        raise Failure(f"there is no database at {path}; 'gatepost serve' makes one, --data names another")
    if not path.is_file():
        raise Failure(f"{path} is not a file")
    return path


_COMMON = tuple(signature(Invocation).parameters.values())

Body = Callable[Concatenate[Invocation, P], Coroutine[Any, Any, None] | None]


class _Command:
    """A function as Typer wants it: its own parameters and those of every command in one signature."""

    def __init__(self, body: Body[...], name: str) -> None:
        own = list(signature(body, eval_str=True).parameters.values())[1:]
        self.__name__ = name
        self.__doc__ = getdoc(body)
        self.__signature__ = Signature([*own, *map(_by_keyword, _COMMON)])
        self.__annotations__: dict[str, Any] = {}
        self._body = body

    def __call__(self, **given: Any) -> None:
        call = Invocation(**{field.name: given.pop(field.name) for field in fields(Invocation)})
        try:
            outcome = self._body(call, **given)
            if outcome is not None:
                asyncio.run(outcome)
        except Exception as error:
            from gatepost.cli.reporting import one_line

            message = one_line(error)
            if message is None:
                raise
            typer.echo(f"gatepost: {message}", err=True)
            raise typer.Exit(getattr(error, "status", 1)) from None


def _by_keyword(parameter: Parameter) -> Parameter:
    return parameter.replace(kind=Parameter.KEYWORD_ONLY)


def command(app: typer.Typer, name: str) -> Callable[[Body[P]], Body[P]]:
    """Make the function a command that also takes the options of `Invocation`.

    What it raises and is foreseen (see `reporting`) ends it with one line on standard error and status 1.
    """

    def register(body: Body[P]) -> Body[P]:
        app.command(name)(_Command(body, name))
        return body

    return register


def group(purpose: str) -> typer.Typer:
    """Make a group of commands."""
    app = typer.Typer(help=purpose, no_args_is_help=True, add_completion=False, rich_markup_mode="markdown")
    app.callback()(_nothing)
    return app


def alone() -> typer.Typer:
    """Make the home of a command that belongs to no group."""
    return typer.Typer(add_completion=False, rich_markup_mode="markdown")


def _nothing() -> None:
    """Keep a group a group while it has a single command."""
