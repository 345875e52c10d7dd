"""Connections to PostgreSQL: where they lead, and what every one of them is set to."""

import asyncio
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import AsyncConnection, AsyncRawCursor
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from typing_extensions import override

from gatepost.server.store.database import Unreachable

if TYPE_CHECKING:
    from psycopg.rows import TupleRow

CONNECT_SECONDS = 3
"""How long one host may take to be connected to: shorter than anybody waits for a connection."""

_DEFAULTS: dict[str, Any] = {
    "application_name": "gatepost",
    "client_encoding": "UTF8",
    "connect_timeout": CONNECT_SECONDS,
    # Of several hosts the one that can be written: after a failover that is another one.
    "target_session_attrs": "read-write",
    # A host that vanished is given up after seconds, not after the quarter of an hour that TCP would wait. A connection
    # at rest is given up no later than one in use, so that who lost one does not get another that is dead as well.
    "keepalives_idle": 2,
    "keepalives_interval": 1,
    "keepalives_count": 4,
    "tcp_user_timeout": 6_000,
}


def conninfo(url: str) -> str:
    """Complete an address by what Gatepost relies on; what the address says itself stays."""
    return make_conninfo("", **{**_DEFAULTS, **_parts(url)})


def address(url: str) -> str:
    """Name a database without its password, for people."""
    parts = _parts(url)
    hosts = str(parts.get("host") or parts.get("hostaddr") or "localhost")
    return f"postgresql://{hosts}/{parts.get('dbname') or ''}"


def _parts(url: str) -> dict[str, Any]:
    try:
        return dict(conninfo_to_dict(url))
    except psycopg.ProgrammingError:
        # Its message quotes what it did not understand, which may be the password.
        raise Unreachable("database.url is no address that PostgreSQL's library understands.", retry_after=2) from None


def unreachable(url: str, error: Exception) -> Unreachable:
    """Say why no connection could be made."""
    reason = " ".join(str(error).removeprefix("connection failed: ").split())
    return Unreachable(f"{address(url)} cannot be reached: {reason}", retry_after=2)


async def open_connection(url: str) -> "AsyncConnection[TupleRow]":
    """Open a connection that belongs to nobody else."""
    return await AsyncConnection.connect(conninfo(url), autocommit=True, cursor_factory=AsyncRawCursor)


# Statements are written for one plan that fits every parameter, so none is planned more than once. What large tables
# make look dear is done within milliseconds, which is less than compiling it takes.
# A process that hangs or a host that vanished in the middle of a transaction keeps its locks no longer than it may
# wait for a statement: between statements nobody waits for anything.
_SETTINGS = """SELECT set_config('statement_timeout', $1, false),
    set_config('idle_in_transaction_session_timeout', $1, false),
    set_config('plan_cache_mode', 'force_generic_plan', false), set_config('jit', 'off', false)"""


async def prepare(connection: "AsyncConnection[TupleRow]", statement_seconds: float) -> None:
    """Set a new connection up, as far as a pooler in between lets settings last."""
    if await is_pooled(connection):
        # The next transaction may run elsewhere, where neither settings nor prepared statements are.
        connection.prepare_threshold = None
        return
    connection.prepare_threshold = 1
    await connection.execute(_SETTINGS, [f"{statement_seconds * 1_000:.0f}"])


async def is_pooled(connection: "AsyncConnection[TupleRow]") -> bool:
    """Tell whether a pooler such as PgBouncer stands in between: it makes up the number of the server's process."""
    cursor = await connection.execute("SELECT pg_backend_pid()")
    row = await cursor.fetchone()
    return row is None or row[0] != connection.info.backend_pid


@contextmanager
def hanging_up_after(seconds: float, connection: "AsyncConnection[Any]") -> Iterator[asyncio.TimerHandle]:
    """Hang up on a server that has not answered by then: what waits for it fails, as if the server had hung up.

    Cancelling what waits would ask that server for its consent first.
    """
    timer = asyncio.get_running_loop().call_later(seconds, _hang_up, connection)
    try:
        yield timer
    finally:
        timer.cancel()


def _hang_up(connection: "AsyncConnection[Any]") -> None:
    if not connection.closed:
        with socket.socket(fileno=os.dup(connection.fileno())) as end:
            end.shutdown(socket.SHUT_RDWR)


class Silent(psycopg.OperationalError):
    """The server is there and does not answer: asking it again would take as long."""


def bounded(seconds: float) -> "type[AsyncConnection[Any]]":
    """Give a kind of connection that hangs up on a server which leaves one question unanswered for so many seconds.

    A server that is stopped, or whose disk hangs, still acknowledges packets: TCP never gives it up.
    """

    class Bounded(AsyncConnection[Any]):
        @override
        async def wait(self, *args: Any, **kwargs: Any) -> Any:
            with hanging_up_after(seconds, self) as timer:
                try:
                    return await super().wait(*args, **kwargs)
                except psycopg.OperationalError as error:
                    if asyncio.get_running_loop().time() < timer.when():
                        raise
                    raise Silent("the server does not answer") from error

    return Bounded


def connect(url: str) -> "psycopg.Connection[TupleRow]":
    """Open a connection that blocks, for work outside the event loop."""
    return psycopg.connect(conninfo(url))
