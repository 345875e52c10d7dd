"""Checks of a PostgreSQL server: that it can be used, and how it stands to this host."""

from datetime import datetime

from gatepost.cli.checks.findings import Finding
from gatepost.cli.checks.sqlite import judged_schema
from gatepost.server.config import Settings
from gatepost.server.domain.errors import GatepostError
from gatepost.server.parts import place_of
from gatepost.server.store.database import SchemaMismatch
from gatepost.server.store.migrate import version_of
from gatepost.server.store.postgres.connection import address
from gatepost.server.store.postgres.inspection import OLDEST, Inspection, inspect
from gatepost.server.store.postgres.options import PostgresOptions

LARGEST_DIFFERENCE_SECONDS = 5.0

BESIDES = 1
"""Connections that a process opens besides those that `database.connections` bounds: the one that listens."""


async def check_server(settings: Settings, now: datetime) -> list[Finding]:
    """Look at a server without changing it."""
    place = place_of(settings)
    assert isinstance(place, PostgresOptions)  # noqa: S101  the settings say so
    schema = check_schema(place)
    if not schema.well:
        return [schema]
    seen = await inspect(place)
    judged = check_version(seen), check_connections(settings, seen), check_notifications(seen)
    return [schema, *judged, check_difference(seen, now)]


def check_schema(place: PostgresOptions) -> Finding:
    """Look whether the server answers, and its database is one that this program understands."""
    try:
        version = version_of(place)
    except (SchemaMismatch, GatepostError) as error:
        return Finding("Database", str(error), "look at [database] in 'gatepost config', and at the server's log")
    return judged_schema(address(place.url), version)


def check_version(seen: Inspection) -> Finding:
    """Look whether the server is new enough, and can be written."""
    kind = "a standby" if seen.standby else "a primary"
    advice = None
    if seen.standby:
        advice = "name the primary in database.url, or all hosts: postgresql://user@host1,host2/name"
    elif seen.number < OLDEST:
        advice = f"use PostgreSQL {OLDEST // 10_000} or newer"
    return Finding("PostgreSQL", f"version {seen.version}, {kind}", advice)


def check_connections(settings: Settings, seen: Inspection) -> Finding:
    """Look whether the server lets this host open all the connections it may want."""
    wanted = settings.server.workers * (settings.database.connections + BESIDES)
    text = f"{seen.connections} of {seen.most_connections} in use, this host takes up to {wanted}"
    if wanted <= seen.most_connections:
        return Finding("Connections", text)
    return Finding("Connections", text, "lower database.connections, raise max_connections, or use a pooler")


def check_notifications(seen: Inspection) -> Finding:
    """Look whether this host hears of what others revoke."""
    through = "through a pooler" if seen.pooled else "directly"
    if seen.heard:
        return Finding("Notifications", f"they arrive; statements go {through}")
    advice = "set database.listen_url to the server itself; until then every credential is read anew"
    return Finding("Notifications", f"none arrives; statements go {through}", advice)


def check_difference(seen: Inspection, now: datetime) -> Finding:
    """Look whether the clocks of server and host agree, so that hosts agree with each other."""
    seconds = now.timestamp() - seen.at / 1_000
    advice = None if abs(seconds) <= LARGEST_DIFFERENCE_SECONDS else "set both clocks: tokens and links expire by them"
    return Finding("Clocks", f"{abs(seconds):,.1f} s apart", advice)
