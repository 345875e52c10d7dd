"""The `Database` port on PostgreSQL."""

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import structlog
from psycopg import AsyncConnection, AsyncRawCursor, Error, InterfaceError, OperationalError, errors
from psycopg.pq import TransactionStatus
from psycopg_pool import AsyncConnectionPool

from gatepost.server.domain.errors import Unavailable
from gatepost.server.store.database import Duplicate, Reader, Transaction
from gatepost.server.store.postgres.connection import Silent, address, bounded, conninfo, prepare
from gatepost.server.store.postgres.errors import RETRIED, translate
from gatepost.server.store.postgres.listener import Listener
from gatepost.server.store.postgres.options import PostgresOptions
from gatepost.server.store.postgres.point_reads import Elsewhere, PointReads
from gatepost.server.store.postgres.session import Session
from gatepost.server.store.statement import Query

if TYPE_CHECKING:
    from psycopg.rows import TupleRow

log = structlog.get_logger("gatepost.store")

T = TypeVar("T")

ATTEMPTS = 20
"""How often a transaction is run when others keep being faster."""

SHORTEST_PAUSE = 0.002
LONGEST_PAUSE = 0.25

WAIT_SECONDS = 4.0
MOST_WAITING = 1_000
"""How long a request waits for a free connection, and how many do."""

_SNAPSHOT = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_ALONE = "BEGIN ISOLATION LEVEL SERIALIZABLE"
_AMONG_OTHERS = "BEGIN ISOLATION LEVEL READ COMMITTED"


class _Lost(Exception):
    """The connection was lost before anything could have been changed."""


class _InDoubt(Exception):
    """The connection was lost while a commit was on its way."""


class PostgresDatabase:
    """One PostgreSQL database; `open` makes it ready. Raises what the port says."""

    engine = "postgresql"

    def __init__(self, options: PostgresOptions) -> None:
        self._options = options
        self._listener = Listener(options.listen_url or options.url)
        self._closed = self._complained = False
        self._running = 0
        self._at_rest = asyncio.Event()
        pipelines = (options.connections + 2) // 4  # none of a single connection, two of eight
        self._point_reads = PointReads(options, pipelines)
        self._pool = AsyncConnectionPool(
            conninfo(options.url),
            connection_class=bounded(options.patience),
            kwargs={"autocommit": True, "cursor_factory": AsyncRawCursor},
            configure=self._configure,
            min_size=1,
            max_size=options.connections - pipelines,
            timeout=WAIT_SECONDS,
            max_waiting=MOST_WAITING,
            # Given up early, connecting is tried anew by whoever wants a connection next, not after a growing pause.
            reconnect_timeout=1.0,
            reconnect_failed=self._complain,
            open=False,
            name="gatepost",
        )

    async def _configure(self, connection: "AsyncConnection[TupleRow]") -> None:
        await prepare(connection, self._options.statement_seconds)
        if self._complained:
            log.info("the database is reached again")
        self._complained = False

    def _complain(self, _: AsyncConnectionPool) -> None:
        if not self._complained:
            log.warning("the database cannot be reached", database=address(self._options.url))
        self._complained = True

    async def open(self) -> None:
        """Connect; raises Unavailable when there is no database to be reached."""
        # The driver would write several lines for every attempt, whatever the format of the log.
        logging.getLogger("psycopg").addHandler(logging.NullHandler())
        try:
            await self._pool.open(wait=True, timeout=WAIT_SECONDS)
        except Error as error:
            await self._pool.close()
            raise translate(error) from error
        self._listener.start()

    async def one(self, query: Query[T], **parameters: Any) -> T | None:
        with self._counted():
            try:
                return await self._point_reads.one(query, parameters)
            except Elsewhere:
                return await self._reading(lambda session: session.one(query, **parameters))

    async def all(self, query: Query[T], **parameters: Any) -> list[T]:
        with self._counted():
            return await self._reading(lambda session: session.all(query, **parameters))

    async def _reading(self, read: Callable[[Session], Coroutine[Any, Any, T]]) -> T:
        async def once() -> T:
            async with self._connection() as connection:
                return await read(Session(connection))

        return await _repeated(once)

    async def read(self, body: Callable[[Reader], Coroutine[Any, Any, T]]) -> T:
        async def once() -> T:
            async with self._connection() as connection, _begun(connection, _SNAPSHOT):
                return await body(Session(connection))

        with self._counted():
            return await _repeated(once)

    async def transaction(
        self, body: Callable[[Transaction], Coroutine[Any, Any, T]], *, serializable: bool = True
    ) -> T:
        async def once() -> T:
            async with self._connection() as connection:
                session = Session(connection)
                try:
                    async with _begun(connection, _ALONE if serializable else _AMONG_OTHERS):
                        return await body(session)
                finally:
                    if session.revoked:
                        self._listener.move()

        with self._counted():
            return await _repeated(once)

    @contextmanager
    def _counted(self) -> Iterator[None]:
        """Count what runs: closing waits for its end. Raises Unavailable when the database is closed."""
        if self._closed:
            raise Unavailable("The database is closed.", retry_after=1)
        self._running += 1
        try:
            yield
        finally:
            self._running -= 1
            if self._running == 0:
                self._at_rest.set()

    @asynccontextmanager
    async def _connection(self) -> "AsyncIterator[AsyncConnection[TupleRow]]":
        connection = await self._pool.getconn()
        try:
            yield connection
        except errors.ReadOnlySqlTransaction as error:
            await connection.close()  # this host leads no more: another one does
            raise _Lost from error
        except Error as error:
            if connection.closed and not isinstance(error, Silent):
                raise _Lost from error
            raise
        finally:
            await self._pool.putconn(connection)

    def credential_revision(self) -> int | None:
        return None if self._closed else self._listener.revision()

    async def close(self) -> None:
        self._closed = True
        if self._running:
            self._at_rest.clear()
            await self._at_rest.wait()
        await self._listener.stop()
        await self._point_reads.close()
        await self._pool.close()


async def _repeated(once: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run something that may be run again; what others did meanwhile is no reason to fail."""
    duplicates = 0
    for attempt in range(ATTEMPTS):
        try:
            return await once()
        except RETRIED:
            await asyncio.sleep(_pause(attempt))
        except Duplicate:
            # Perhaps another transaction took the key after this one looked; now it can be seen.
            duplicates += 1
            if duplicates > 1:
                raise
        except _Lost:
            continue  # each lost connection leaves the pool, so the next one is another
        except _InDoubt as doubt:
            raise Unavailable("The database was lost; whether the change was made is unknown.", 2) from doubt
        except Error as error:
            raise translate(error) from error
    raise Unavailable("The database is busy.", retry_after=1)


@asynccontextmanager
async def _begun(connection: "AsyncConnection[TupleRow]", begin: str) -> AsyncIterator[None]:
    """Begin a transaction, and commit it unless the block raises."""
    await connection.execute(begin)
    try:
        yield
        _require_intact(connection)
    except BaseException:
        if not connection.closed:
            await connection.rollback()
        raise
    try:
        await connection.commit()
    except (OperationalError, InterfaceError) as error:
        if connection.closed:
            raise (_Lost if begin is _SNAPSHOT else _InDoubt) from error
        raise


def _require_intact(connection: "AsyncConnection[TupleRow]") -> None:
    # PostgreSQL would answer the commit of a failed transaction by rolling back, without an error.
    if connection.info.transaction_status is not TransactionStatus.INTRANS:
        raise RuntimeError("a transaction body may not go on after a statement failed")


def _pause(attempt: int) -> float:
    """Choose how many seconds to leave to the others, longer from one attempt to the next."""
    longest = min(LONGEST_PAUSE, SHORTEST_PAUSE * 2**attempt)
    return random.uniform(0, longest)  # noqa: S311  chance, not a secret
