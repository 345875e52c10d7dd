"""The program `gatepost`: its commands, each loaded when it is called, and how wrong usage is told."""

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.main import get_command
from typing_extensions import override

import gatepost

COMMANDS = ("serve", "users", "tokens", "clients", "mail", "audit", "migrate", "doctor", "config", "backup", "restore")
"""In the order of `--help`; each is the `app` of the module of its name."""

INTERRUPTED = 130


class Commands(TyperGroup):
    """Finds commands by name and imports only the one that is called."""

    @override
    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    @override
    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            return None
        command = get_command(import_module(f"gatepost.cli.{cmd_name}").app)
        command.name = cmd_name
        return command


app = typer.Typer(cls=Commands, rich_markup_mode="markdown")


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"gatepost {gatepost.__version__}")
        raise typer.Exit


@app.callback(no_args_is_help=True)
def program(
    version: Annotated[
        bool, typer.Option("--version", metavar="", callback=_print_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Gatepost, a self-hosted user service.

    `gatepost serve` is all it takes to begin. The other commands work on the same database directly,
    also while the server runs.
    """


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit status: 0, 1 when it failed, 2 when it was called wrongly."""
    os.umask(0o077)  # databases, keys, backups and exports are nobody else's business
    try:
        status = get_command(app).main(arguments, prog_name="gatepost", standalone_mode=False)
        sys.stdout.flush()
    except typer.Abort:
        return _end("interrupted", INTERRUPTED)
    except typer.TyperException as error:
        return _explain(error)
    except BrokenPipeError:
        # Whoever reads our output has seen enough; Python would complain at its end that it cannot write the rest.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return status if isinstance(status, int) else 0


def _explain(error: typer.TyperException) -> int:
    message, context = error.format_message(), getattr(error, "ctx", None)
    if not message:
        return error.exit_code  # a group without a command has shown its help
    hint = f" See '{context.command_path} --help'." if context else ""
    return _end(message + hint, error.exit_code)


def _end(message: str, status: int) -> int:
    typer.echo(f"gatepost: {message}", err=True)
    return status
