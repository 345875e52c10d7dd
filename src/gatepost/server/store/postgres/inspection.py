"""What a server says about itself, for those who look whether it is as it must be."""

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from psycopg import Error, OperationalError

from gatepost.server.store.postgres.connection import is_pooled, open_connection, unreachable
from gatepost.server.store.postgres.errors import translate
from gatepost.server.store.postgres.listener import CHANNEL
from gatepost.server.store.postgres.options import PostgresOptions

if TYPE_CHECKING:
    from psycopg import AsyncConnection
    from psycopg.rows import TupleRow

OLDEST = 130_000
"""The oldest version that Gatepost runs on, as PostgreSQL numbers them: 13.0."""

HEARING_SECONDS = 2.0

_FACTS = """
    SELECT current_setting('server_version'), current_setting('server_version_num')::int,
        pg_is_in_recovery(),
        (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'),
        current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int,
        (extract(epoch FROM clock_timestamp()) * 1000)::bigint
"""


@dataclass(frozen=True, slots=True)
class Inspection:
    """What was seen; `at` is the server's clock in milliseconds, `heard` whether notifications arrive."""

    version: str
    number: int
    standby: bool
    connections: int
    most_connections: int
    at: int
    pooled: bool
    heard: bool


async def inspect(options: PostgresOptions) -> Inspection:
    """Look at a server without changing anything; raises Unavailable when it cannot be asked."""
    try:
        async with await open_connection(options.url) as connection:
            pooled, heard = await is_pooled(connection), await _hears(connection, options)
            row = await (await connection.execute(_FACTS)).fetchone()
    except OperationalError as error:
        raise unreachable(options.url, error) from error
    except Error as error:
        raise translate(error) from error
    assert row is not None  # noqa: S101  the query has no condition
    return Inspection(*(*row, pooled, heard))


async def _hears(connection: "AsyncConnection[TupleRow]", options: PostgresOptions) -> bool:
    """Send what another process would, and wait for it where notifications are to come from."""
    heard = asyncio.Event()
    async with await open_connection(options.listen_url or options.url) as listening:
        listening.add_notify_handler(lambda notify: heard.set())
        await listening.execute(f"LISTEN {CHANNEL}")
        await connection.execute(f"NOTIFY {CHANNEL}")
        try:
            async with asyncio.timeout(HEARING_SECONDS):
                while not heard.is_set():
                    await listening.execute("SELECT 1")
        except TimeoutError:
            return False
    return True
