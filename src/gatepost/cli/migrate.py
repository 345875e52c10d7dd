"""`gatepost migrate`: bring the database to the schema of this program, or copy it to another engine."""

from typing import Annotated

import typer

from gatepost.cli.copying import copied, require_current
from gatepost.cli.files import new_file, remove_logs
from gatepost.cli.invocation import Failure, Invocation, WrongUsage, alone, command, keep_quiet, require_database
from gatepost.cli.output import write_json, write_line
from gatepost.server.config import Settings
from gatepost.server.parts import accept_key_of, place_of
from gatepost.server.store.copying import Copied, NotEmpty
from gatepost.server.store.migrate import upgrade, version_of
from gatepost.server.store.migrations import HEAD

app = alone()


@command(app, "migrate")
async def migrate(
    call: Invocation,
    to: Annotated[
        str | None,
        typer.Option("--to", metavar="URL", help="Copy everything to this database, which must be empty or new."),
    ] = None,
    accept_key: Annotated[
        bool,
        typer.Option(
            "--accept-key", metavar="", help="Go on with this key file although hosts have used another, which is lost."
        ),
    ] = False,
) -> None:
    """Bring the database to the schema of this program.

    `gatepost serve` does it as well; apart, it can be done before the new program takes over. There is no way
    back but a backup.

    With `--to`, the database is copied instead, from SQLite to PostgreSQL or back, and every table is compared by a
    checksum. Stop `gatepost serve` first; the copy refuses a database that is in use. What was broken off has changed
    nothing and can be begun again. The key file stays the same.
    """
    settings = call.settings()
    if to is not None:
        return await _move(call, settings, to)
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    before, after = upgrade(place_of(settings))
    if accept_key:
        keep_quiet()
        await accept_key_of(settings)
    if call.json:
        return write_json({"database": settings.database_name, "before": before, "after": after})
    if before == after:
        return write_line(f"{settings.database_name} has schema {after} already")
    return write_line(f"{settings.database_name} is at schema {after} now{f', was {before}' if before else ''}")


async def _move(call: Invocation, settings: Settings, to: str) -> None:
    if not to:
        raise WrongUsage("--to needs a database, such as postgresql://user@host/name")
    there = call.load({"database.url": to, "database.listen_url": ""}).settings
    require_database(settings)
    require_current(settings)
    tables = await (_into_server if there.on_postgres else _into_file)(settings, there)
    _tell(call, settings, there, tables)


async def _into_server(settings: Settings, there: Settings) -> list[Copied]:
    target = place_of(there)
    # Another program's database, or one that is in use with another version, is left as it is.
    if version_of(target) is None:
        upgrade(target)
    require_current(there)
    try:
        return await copied(place_of(settings), target, alone=True)
    except NotEmpty as error:
        raise Failure(f"{error}; name an empty database") from error


async def _into_file(settings: Settings, there: Settings) -> list[Copied]:
    with new_file(there.database_path, settings, force=False) as draft:
        upgrade(draft)
        tables = await copied(place_of(settings), draft, alone=True)
        remove_logs(there.database_path)  # of a database that was there once
    return tables


def _tell(call: Invocation, settings: Settings, there: Settings, tables: list[Copied]) -> None:
    source, target = settings.database_name, there.database_name
    if call.json:
        found = {copy.table: {"rows": copy.rows, "checksum": copy.checksum} for copy in tables}
        return write_json({"source": source, "target": target, "schema": HEAD, "tables": found})
    rows = sum(copy.rows for copy in tables)
    write_line(f"{target} holds what {source} does: {rows:,} rows in {len(tables)} tables, compared by checksums")
    write_line(f"Set database.url to it before you start the server. The key file stays: {settings.key_path}")
    return write_line("The old database is as it was; put it away, so that nobody goes on with it.")
