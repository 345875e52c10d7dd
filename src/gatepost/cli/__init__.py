"""The command line; importing it costs nothing, its parts are loaded as commands need them."""

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command, by default that of the process, and exit with its status.

    Where the libraries of the server are missing, altogether or in part, it says how to get them and exits with 1.
    """
    try:
        from gatepost.cli.program import run

        sys.exit(run(arguments))
    except ModuleNotFoundError as error:
        library = (error.name or "").partition(".")[0]
        # A missing part of Gatepost is a defect, and one of Python's own a matter of how that Python was built.
        if library in {"", "gatepost", *sys.stdlib_module_names}:
            raise
        sys.exit(f"gatepost: {library} is missing; the server needs: pip install 'gatepost[server]'")
