"""`gatepost restore`: the database as it was when a backup was made."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from gatepost.cli.copying import copied
from gatepost.cli.files import draft_of, remove_logs
from gatepost.cli.invocation import Failure, Invocation, alone, command
from gatepost.cli.output import write_json, write_line
from gatepost.server.config import Settings
from gatepost.server.parts import place_of
from gatepost.server.store.copying import NotEmpty
from gatepost.server.store.database import SchemaMismatch
from gatepost.server.store.migrate import upgrade
from gatepost.server.store.migrations import HEAD
from gatepost.server.store.sqlite.connection import schema_version
from gatepost.server.store.sqlite.copies import damage, load, outrun

app = alone()


@command(app, "restore")
async def restore(
    call: Invocation,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `gatepost backup` wrote.")],
    force: Annotated[bool, typer.Option("--force", metavar="", help="Replace the database that is there.")] = False,
) -> None:
    """Put the database back as a backup has it, brought to the schema of this program.

    It is checked first and takes effect at one moment; a running server goes on with what was restored.
    """
    settings = call.settings()
    _require_sound(file)
    put_aside = await (_into_server if settings.on_postgres else _into_file)(settings, file, force=force)
    _tell(call, settings, file, put_aside)


async def _into_file(settings: Settings, file: Path, *, force: bool) -> Path | None:
    if settings.database_path.exists() and not force:
        raise Failure(f"there is a database at {settings.database_path}; --force replaces it")
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    put_aside = _put_aside_when_unusable(settings.database_path)
    _replace(settings.database_path, file)
    return put_aside


async def _into_server(settings: Settings, file: Path, *, force: bool) -> None:
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = place_of(settings)
    upgrade(target)
    with draft_of(settings.data / "restored.db") as draft:
        load(file, draft)
        upgrade(draft)
        try:
            await copied(draft, target, alone=True, replace=force)
        except NotEmpty as error:
            raise Failure(f"{error}; --force replaces it") from error


def _require_sound(file: Path) -> None:
    if not file.is_file():
        raise Failure(f"there is no file {file}")
    version = schema_version(file)
    if version is None:
        raise Failure(f"{file} is empty")
    if version > HEAD:
        raise Failure(f"{file} has schema {version}, this program knows up to {HEAD}: use a newer Gatepost")
    if found := damage(file):
        raise Failure(f"{file} is damaged: {found[0]}")


def _put_aside_when_unusable(database: Path) -> Path | None:
    """Move a file that is no database out of the way, keeping it."""
    try:
        schema_version(database)
    except SchemaMismatch:
        aside = database.with_name(f"{database.name}.{datetime.now(UTC):%Y%m%dT%H%M%S}.damaged")
        remove_logs(database)
        return database.rename(aside)
    return None


def _replace(database: Path, file: Path) -> None:
    with draft_of(database) as draft:
        load(file, draft)
        upgrade(draft)
        if database.exists():
            outrun(draft, database)
        load(draft, database)


def _tell(call: Invocation, settings: Settings, file: Path, put_aside: Path | None) -> None:
    if call.json:
        return write_json({"database": settings.database_name, "file": str(file), "schema": HEAD})
    write_line(f"{settings.database_name} is as {file} has it")
    if put_aside is not None:
        write_line(f"What was there could not be read and is kept as {put_aside}")
    if not settings.key_path.exists():
        write_line(f"Put the key file of that installation at {settings.key_path} before you start the server.")
    return None
