"""Reads by key, many at a time on one connection.

Theory of operation. A driver's cursor has a connection to itself until the answer is there, and most of what a read by
key costs this process is to take a connection, wait on its socket and give it back. Here questions are written one
behind the other and answered in that order (libpq's pipeline mode); what is asked in one turn of the event loop leaves
together, ended by one sync. Statements are prepared when they are first asked, unless a pooler hides the server.

Nothing here waits: the event loop calls when the socket can be read. A caller that is cancelled leaves its place in the
order, and the answer that belongs there is dropped when it comes. Any error ends the connection and with it every
question on it: whoever gets no answer here asks again elsewhere, and a new connection knows nothing of what went wrong.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import structlog
from psycopg import AsyncConnection, Error, OperationalError
from psycopg.adapt import Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus, Format

from gatepost.server.store.statement import Query

if TYPE_CHECKING:
    from psycopg.pq.abc import PGresult
    from psycopg.rows import TupleRow

log = structlog.get_logger("gatepost.store")

_GOOD = (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK)


class Pipeline:
    """A connection that belongs to nobody else; `on_end` is called once, when it can be used no longer.

    A server that answers nothing for `patience` seconds is given up.
    """

    def __init__(
        self, connection: "AsyncConnection[TupleRow]", on_end: "Callable[[Pipeline], None]", patience: float
    ) -> None:
        self._connection = connection  # which closes when nobody holds it
        self._pgconn = connection.pgconn
        self._on_end = on_end
        self._loop = asyncio.get_running_loop()
        self._transformer = Transformer(connection)
        self._prepares = connection.prepare_threshold is not None
        self._prepared: set[str] = set()
        self._asked: deque[asyncio.Future[PGresult] | None] = deque()  # None: a statement that is being prepared
        self._result: PGresult | None = None
        self._patience = patience
        self._watch: asyncio.TimerHandle | None = None
        self._answered = 0
        self._unsent = self._blocked = self._ended = False
        self._socket = connection.fileno()  # a lost connection does not know it any more
        self._pgconn.enter_pipeline_mode()
        self._loop.add_reader(self._socket, self._receive)

    @property
    def waiting(self) -> int:
        """How many answers are awaited."""
        return len(self._asked)

    async def one(self, query: Query[Any], values: Sequence[Any]) -> "TupleRow | None":
        """Give the first row; raises psycopg.Error when there is no answer, and then it may be asked elsewhere."""
        try:
            self._ask(query, values)
        except Error as error:
            self._fail(error)
            raise
        answer: asyncio.Future[PGresult] = self._loop.create_future()
        self._asked.append(answer)
        result = await answer
        if not result.ntuples:
            return None
        self._transformer.set_pgresult(result)
        return self._transformer.load_row(0, tuple)

    def _ask(self, query: Query[Any], values: Sequence[Any]) -> None:
        encoded = [_encoded(value) for value in values]
        formats = [Format.BINARY if type(value) is bytes else Format.TEXT for value in values]
        if not self._prepares:
            self._pgconn.send_query_params(query.positional.encode(), encoded, None, formats, Format.BINARY)
        else:
            self._pgconn.send_query_prepared(self._prepare(query), encoded, formats, Format.BINARY)
        if not self._unsent:
            self._unsent = True
            self._loop.call_soon(self._sync)

    def _prepare(self, query: Query[Any]) -> bytes:
        name = query.name.encode()
        if query.name not in self._prepared:
            self._pgconn.send_prepare(name, query.positional.encode())
            self._prepared.add(query.name)
            self._asked.append(None)
        return name

    def _sync(self) -> None:
        self._unsent = False
        if self._watch is None:
            self._keep_watch()
        try:
            self._pgconn.pipeline_sync()
        except Error as error:
            self._fail(error)
        else:
            self._flush()

    def _keep_watch(self) -> None:
        self._watch = self._loop.call_later(self._patience, self._look, self._answered)

    def _look(self, before: int) -> None:
        self._watch = None
        if self._asked and self._answered == before:
            self._fail(OperationalError("the server does not answer"))
        elif self._asked:
            self._keep_watch()

    def _flush(self) -> None:
        """Send what is left; what the socket does not take now goes when it takes more."""
        try:
            left = bool(self._pgconn.flush())
        except Error as error:
            self._fail(error)
        else:
            self._wait_to_send(left)

    def _wait_to_send(self, left: bool) -> None:
        if left and not self._blocked:
            self._loop.add_writer(self._socket, self._flush)
        elif self._blocked and not left:
            self._loop.remove_writer(self._socket)
        self._blocked = left

    def _receive(self) -> None:
        try:
            self._pgconn.consume_input()
            while self._asked and not self._pgconn.is_busy():
                self._take(self._pgconn.get_result())
        except Error as error:
            self._fail(error)

    def _take(self, result: "PGresult | None") -> None:
        if result is None:  # the end of one answer
            self._answered += 1
            answer, found, self._result = self._asked.popleft(), self._result, None
            if answer is not None and not answer.done() and found is not None:
                answer.set_result(found)
        elif result.status in _GOOD:
            self._result = result
        elif result.status != ExecStatus.PIPELINE_SYNC:
            raise error_from_result(result)

    def _fail(self, error: Error) -> None:
        if not self._ended:
            log.info("a connection for reads ended", reason=type(error).__name__)
            self.close()

    def close(self) -> None:
        """Close; who waits is told that there is no answer."""
        self._ended = True
        if self._watch is not None:
            self._watch.cancel()
        self._loop.remove_reader(self._socket)
        self._loop.remove_writer(self._socket)
        self._pgconn.finish()
        for answer in self._asked:
            if answer is not None and not answer.done():
                answer.set_exception(OperationalError("The connection ended before the answer came."))
        self._asked.clear()
        self._on_end(self)


def _encoded(value: object) -> bytes | None:
    """Spell a parameter; the server knows its type."""
    if value is None or isinstance(value, bytes):
        return value
    return value.encode() if isinstance(value, str) else str(value).encode()
