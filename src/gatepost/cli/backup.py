"""`gatepost backup`: a copy of the database in one file."""

from pathlib import Path
from typing import Annotated

import typer

from gatepost.cli.copying import copied, require_current
from gatepost.cli.files import Force, new_file
from gatepost.cli.invocation import Invocation, alone, command, require_file
from gatepost.cli.output import write_json, write_line
from gatepost.server.config import Settings
from gatepost.server.parts import place_of
from gatepost.server.store.migrate import upgrade
from gatepost.server.store.migrations import HEAD
from gatepost.server.store.sqlite.connection import schema_version
from gatepost.server.store.sqlite.copies import save

app = alone()


@command(app, "backup")
async def backup(
    call: Invocation,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="File to write.")],
    force: Force = False,
) -> None:
    """Copy the database to a file, as it is at one moment; also while the server runs.

    The file is a SQLite database, also when this one is on PostgreSQL. The key file is not in it. Keep a copy of the
    key apart: whoever has both can read the default tokens.
    """
    settings = call.settings()
    version = await (_from_server if settings.on_postgres else _from_file)(settings, file, force=force)
    size = file.stat().st_size
    if call.json:
        return write_json({"file": str(file), "bytes": size, "schema": version})
    write_line(f"{file} holds the database now ({size / 1e6:,.1f} MB)")
    return write_line(f"Not in it: the key file, {settings.key_path}. Keep a copy of that one apart.")


async def _from_file(settings: Settings, file: Path, *, force: bool) -> str | None:
    database = require_file(settings)
    version = schema_version(database)
    with new_file(file, settings, force=force) as draft:
        save(database, draft)
    return version


async def _from_server(settings: Settings, file: Path, *, force: bool) -> str:
    require_current(settings)
    with new_file(file, settings, force=force) as draft:
        upgrade(draft)
        await copied(place_of(settings), draft, alone=False)
    return HEAD
