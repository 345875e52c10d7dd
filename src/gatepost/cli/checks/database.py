"""Checks of the database: that it can be used, is whole, and belongs to the key file and to somebody."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from gatepost.cli.checks.findings import Finding
from gatepost.cli.checks.machine import check_clock
from gatepost.server.config import Settings
from gatepost.server.domain.clock import to_datetime
from gatepost.server.domain.errors import GatepostError
from gatepost.server.domain.principal import SYSTEM
from gatepost.server.domain.roles import OWNER
from gatepost.server.parts import Parts, open_parts
from gatepost.server.store import accounts, audit
from gatepost.server.store.database import Database, SchemaMismatch
from gatepost.server.store.migrations import HEAD
from gatepost.server.store.sqlite import SqliteDatabase
from gatepost.server.store.sqlite.connection import schema_version
from gatepost.server.store.sqlite.copies import damage, journal_mode

_MAKE_OWNER = "open the link that 'gatepost serve' prints, or 'gatepost users grant USER owner'"


async def check_database(settings: Settings, now: datetime, *, with_key: bool) -> AsyncIterator[Finding]:
    """Look at the database without changing it; what is sealed in it only `with_key`."""
    path = settings.database_path
    if not path.exists():
        yield Finding("Database", f"{path} is not there", "start 'gatepost serve' once, or name it with --database")
        return
    for check in (check_schema, check_integrity, check_journal):
        finding = check(path)
        yield finding
        if not finding.well:
            return
    async with _opened(path) as database:
        yield await check_owner(database)
        yield check_clock(now, await _newest_change(database))
    if with_key:
        async with open_parts(settings) as parts:
            yield await check_seals(parts)


def check_schema(path: Path) -> Finding:
    """Look whether there is a database that this program understands."""
    try:
        version = schema_version(path)
    except (SchemaMismatch, GatepostError) as error:
        return Finding("Database", str(error), "put back a backup: gatepost restore FILE --force")
    if version == HEAD:
        return Finding("Database", f"{path}, schema {version}")
    if version is not None and version > HEAD:
        return Finding("Database", f"schema {version}, this program knows {HEAD}", "run a newer Gatepost on it")
    return Finding("Database", f"schema {version or 'missing'}, this program needs {HEAD}", "gatepost migrate")


def check_integrity(path: Path) -> Finding:
    """Look whether every page of the database is whole."""
    found = damage(path)
    if found:
        return Finding("Integrity", found[0], "put back a backup: gatepost restore FILE --force")
    return Finding("Integrity", "no damage found")


def check_journal(path: Path) -> Finding:
    """Look whether the file system lets several processes use the database together."""
    mode = journal_mode(path)
    if mode != "wal":
        return Finding("Write-ahead log", f"refused: {mode}", "keep the data on a local disk, not on a network share")
    return Finding("Write-ahead log", "usable")


async def check_owner(database: Database) -> Finding:
    """Look whether somebody administers the installation."""
    owners = await database.all(accounts.usable_holders, role=OWNER)
    if not owners:
        return Finding("Owner", "nobody administers this installation", _MAKE_OWNER)
    return Finding("Owner", ", ".join(sorted(email for _, email in owners)))


async def check_seals(parts: Parts) -> Finding:
    """Look whether the key file is the one that sealed the default tokens and the waiting mails."""
    waiting = [mail for mail in await parts.mails.page(SYSTEM) if mail.state == "queued"]
    bodies = [(await parts.mails.show(SYSTEM, mail.id))[1] for mail in waiting[:1]]
    if await parts.tokens.default_tokens_open() and None not in bodies:
        return Finding("Sealed secrets", "the key file opens them")
    return Finding("Sealed secrets", "the key file is another one", f"put the right one at {parts.settings.key_file}")


async def _newest_change(database: Database) -> datetime | None:
    at = await database.one(audit.newest)
    return None if at is None else to_datetime(at)


@asynccontextmanager
async def _opened(path: Path) -> AsyncIterator[Database]:
    database = SqliteDatabase(path)
    try:
        yield database
    finally:
        await database.close()
