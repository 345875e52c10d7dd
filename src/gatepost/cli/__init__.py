"""The command line; importing it costs nothing, its parts are loaded as commands need them."""

import sys
from collections.abc import Sequence

_EXTRA = frozenset({"typer", "rich", "granian", "litestar", "structlog", "uvloop"})


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command, by default that of the process, and exit with its status."""
    try:
        from gatepost.cli.program import run
    except ModuleNotFoundError as error:
        if error.name not in _EXTRA:
            raise
        sys.exit(f"gatepost: {error.name} is missing; the server needs: pip install 'gatepost[server]'")
    sys.exit(run(arguments))
