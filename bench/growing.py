"""Databases of any size on PostgreSQL: made-up people, multiplied by the server itself.

Theory of operation. A base of people is there already, made by `bench.seeding`. Every copy of it is the same people
later in time, with a suffix in whatever must be unique; so texts stay as varied as names are, and ids as ordered. Each
account has one access token, one session and one audit event. Indexes are taken off meanwhile, as in a migration.
"""

import asyncio

from bench.people import SPACING_MS
from bench.postgres import Peopled
from gatepost.server.store.copying.tables import tables
from gatepost.server.store.postgres.connection import open_connection
from gatepost.server.store.postgres.definitions import definitions_of

_LATER = "lpad(to_hex(('x' || left(id, 8) || substr(id, 10, 4))::bit(48)::bigint + nth * {shift}), 12, '0')"

_COPIES = f"""
    CREATE TEMPORARY TABLE copies ON COMMIT DROP AS
    SELECT id AS original, nth, left(later, 8) || '-' || right(later, 4) || substr(id, 14) AS copy
    FROM (SELECT id, nth, {_LATER} AS later FROM accounts, generate_series(1, {{more}}) AS nth) AS shifted
    ORDER BY nth, id
"""

_SUFFIXED = "replace({0}, '@', 'x' || nth || '@')"
_RENAMED = "CASE WHEN username = email THEN " + _SUFFIXED + " ELSE {0} || 'x' || nth END"

_ACCOUNTS = f"""
    INSERT INTO accounts (id, email, email_key, username, username_key, first_name, last_name, password_hash, state,
      disabled, email_verified, created_at, updated_at, version)
    SELECT copy, {_SUFFIXED.format("email")}, {_SUFFIXED.format("email_key")}, {_RENAMED.format("username")},
      {_RENAMED.format("username_key")}, first_name, last_name, password_hash, state, disabled, email_verified,
      created_at + nth * {{shift}}, updated_at + nth * {{shift}}, version
    FROM copies JOIN accounts ON id = original
"""

_DIRECTORY = f"""
    INSERT INTO directory (account_id, first_name, last_name, first_name_key, last_name_key, username_key, email_key,
      haystack)
    SELECT copy, first_name, last_name, first_name_key, last_name_key, username_key || 'x' || nth,
      {_SUFFIXED.format("email_key")},
      replace({_SUFFIXED.format("haystack")}, chr(31) || coalesce(username_key, chr(30)) || chr(31),
        coalesce(chr(31) || username_key || 'x' || nth || chr(31), ''))
    FROM copies JOIN directory ON account_id = original
"""

_GRANTS = """
    INSERT INTO grants (account_id, role, resource)
    SELECT copy, role, resource FROM copies JOIN grants ON account_id = original
"""

_OWNED = (
    """INSERT INTO tokens (id, account_id, is_default, name, digest, created_at)
        SELECT left(id, 14) || '8' || substr(id, 16), id, false, 'made up', sha256(id::bytea), created_at
        FROM accounts ORDER BY id""",
    """INSERT INTO sessions (id, account_id, digest, device, created_at, used_at, expires_at)
        SELECT left(id, 14) || '9' || substr(id, 16), id, sha256(('session ' || id)::bytea), 'Firefox on Linux',
          created_at, created_at, 4000000000000 FROM accounts ORDER BY id""",
    """INSERT INTO audit (id, at, actor, action, subject, detail)
        SELECT id, created_at, id, 'account.created', id, '{}' FROM accounts ORDER BY id""",
)


def grow(peopled: Peopled, accounts: int) -> None:
    """Bring a database to so many accounts, a multiple of what it has."""
    more, shift = accounts // peopled.seeded.accounts - 1, peopled.seeded.accounts * SPACING_MS
    statements = ["TRUNCATE tokens, sessions, audit"]
    if more:
        copying = (_COPIES, _DIRECTORY, _GRANTS, _ACCOUNTS)
        statements += [each.replace("{more}", str(more)).replace("{shift}", str(shift)) for each in copying]
    asyncio.run(_run(peopled.url, [*statements, *_OWNED]))
    peopled.cluster.execute("VACUUM ANALYZE", peopled.name)
    peopled.cluster.execute("CHECKPOINT")


async def _run(url: str, statements: list[str]) -> None:
    async with await open_connection(url) as connection, connection.transaction():
        await connection.execute("SET LOCAL maintenance_work_mem = '512MB'")
        taken_off = await definitions_of(connection, [table.name for table in tables()])
        await taken_off.take_off(connection)
        for statement in statements:
            await connection.execute(statement.encode())
        await taken_off.put_back(connection)
