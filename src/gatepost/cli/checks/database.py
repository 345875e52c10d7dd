"""Checks of the database: that it can be used, and belongs to the key file and to somebody."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from gatepost.cli.checks.findings import Finding
from gatepost.cli.checks.machine import check_clock
from gatepost.server import sealing
from gatepost.server.config import Settings
from gatepost.server.domain.clock import to_datetime
from gatepost.server.domain.principal import SYSTEM
from gatepost.server.domain.roles import OWNER
from gatepost.server.parts import Parts, open_parts, place_of
from gatepost.server.store import accounts, audit, key_marks
from gatepost.server.store.database import Database
from gatepost.server.store.opening import Place, open_database

_MAKE_OWNER = "open the link that 'gatepost serve' prints, or 'gatepost users grant USER owner'"

_NEEDED = ("Database", "Integrity", "Write-ahead log")
"""Where one of these is wrong, nothing more can be found out."""


async def check_database(settings: Settings, now: datetime, *, with_key: bool) -> AsyncIterator[Finding]:
    """Look at the database without changing it; what is sealed in it only `with_key`."""
    for finding in await _usable(settings, now):
        yield finding
        if not finding.well and finding.name in _NEEDED:
            return
    async with _opened(place_of(settings)) as database:
        yield await check_owner(database)
        yield check_clock(now, await _newest_change(database))
        if with_key and settings.on_postgres:
            finding = await check_shared_key(settings, database)
            yield finding
            with_key = finding.well and await key_marks.noted(database) is not None
    if with_key:
        async with open_parts(settings) as parts:
            yield await check_seals(parts)


async def _usable(settings: Settings, now: datetime) -> list[Finding]:
    if settings.on_postgres:
        from gatepost.cli.checks.postgres import check_server  # only who uses it pays for the driver

        return await check_server(settings, now)
    from gatepost.cli.checks.sqlite import check_file

    return list(check_file(settings.database_path))


async def check_owner(database: Database) -> Finding:
    """Look whether somebody administers the installation."""
    owners = await database.all(accounts.usable_holders, role=OWNER)
    if not owners:
        return Finding("Owner", "nobody administers this installation", _MAKE_OWNER)
    return Finding("Owner", ", ".join(sorted(email for _, email in owners)))


async def check_shared_key(settings: Settings, database: Database) -> Finding:
    """Look whether the key file is the one that all hosts use on this database."""
    known = await key_marks.noted(database)
    if known is None:
        return Finding("Shared key", "no host has used the database yet: the first to start decides")
    if known == sealing.load_or_create(settings.key_path).fingerprint:
        return Finding("Shared key", "the key file is the one that the database is used with")
    return Finding("Shared key", "other hosts use another key file", f"put theirs at {settings.key_path}")


async def check_seals(parts: Parts) -> Finding:
    """Look whether the key file is the one that sealed the default tokens and the waiting mails."""
    waiting = [mail for mail in await parts.mails.page(SYSTEM) if mail.state == "queued"]
    bodies = [(await parts.mails.show(SYSTEM, mail.id))[1] for mail in waiting[:1]]
    if await parts.tokens.default_tokens_open() and None not in bodies:
        return Finding("Sealed secrets", "the key file opens them")
    return Finding("Sealed secrets", "the key file is another one", f"put the right one at {parts.settings.key_path}")


async def _newest_change(database: Database) -> datetime | None:
    at = await database.one(audit.newest)
    return None if at is None else to_datetime(at)


@asynccontextmanager
async def _opened(place: Place) -> AsyncIterator[Database]:
    database = await open_database(place)
    try:
        yield database
    finally:
        await database.close()
