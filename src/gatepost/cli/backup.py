"""`gatepost backup`: a copy of the database in one file."""

from pathlib import Path
from typing import Annotated

import typer

from gatepost.cli.files import Force, new_file
from gatepost.cli.invocation import Invocation, alone, command, require_file
from gatepost.cli.output import write_json, write_line
from gatepost.server.store.sqlite.connection import schema_version
from gatepost.server.store.sqlite.copies import save

app = alone()


@command(app, "backup")
def backup(
    call: Invocation,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="File to write.")],
    force: Force = False,
) -> None:
    """Copy the database to a file, as it is at one moment; also while the server runs.

    The key file is not in it. Keep a copy of the key apart: whoever has both can read the default tokens.
    """
    settings = call.settings()
    database = require_file(settings)
    version = schema_version(database)
    with new_file(file, settings, force=force) as draft:
        save(database, draft)
    size = file.stat().st_size
    if call.json:
        return write_json({"file": str(file), "bytes": size, "schema": version})
    write_line(f"{file} holds the database now ({size / 1e6:,.1f} MB)")
    return write_line(f"Not in it: the key file, {settings.key_file}. Keep a copy of that one apart.")
