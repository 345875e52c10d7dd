"""A few pipelines for reads by key, opened when they are first wanted and again when they were lost."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from operator import attrgetter
from time import monotonic
from typing import Any, TypeVar

from psycopg import Error

from gatepost.server.store.postgres.connection import open_connection, prepare
from gatepost.server.store.postgres.options import PostgresOptions
from gatepost.server.store.postgres.pipeline import Pipeline
from gatepost.server.store.statement import Query

T = TypeVar("T")

AGAIN_SECONDS = 0.5
"""How long to leave alone a server that could not be reached."""


class Elsewhere(Exception):
    """There is no answer here: ask on a connection of the pool, where every failure has its meaning."""


class PointReads:
    """Reads by key for one process, on at most `connections` connections."""

    def __init__(self, options: PostgresOptions, connections: int) -> None:
        self._options = options
        self._connections = connections
        self._open: list[Pipeline] = []
        self._opening: asyncio.Task[None] | None = None
        self._next_try = float("-inf")

    async def one(self, query: Query[T], parameters: Mapping[str, Any]) -> T | None:
        """Give the first row; raises Elsewhere when it must be asked for on another connection."""
        values = query.values_of(parameters)
        if len(self._open) < self._connections:
            self._replenish()
        if not self._open or any(isinstance(value, str) and "\0" in value for value in values):
            raise Elsewhere
        pipeline = min(self._open, key=attrgetter("waiting"))
        try:
            row = await pipeline.one(query, values)
        except Error as error:
            raise Elsewhere from error
        return None if row is None else query.row(row)

    def _replenish(self) -> None:
        if self._opening is None and monotonic() >= self._next_try:
            self._opening = asyncio.create_task(self._open_one(), name="postgres-point-reads")

    async def _open_one(self) -> None:
        try:
            self._open.append(await self._connect())
        except (Error, OSError):
            self._next_try = monotonic() + AGAIN_SECONDS
        finally:
            self._opening = None

    async def _connect(self) -> Pipeline:
        connection = await open_connection(self._options.url)
        try:
            await prepare(connection, self._options.statement_seconds)
            return Pipeline(connection, self._open.remove, self._options.patience)
        except BaseException:
            await connection.close()
            raise

    async def close(self) -> None:
        """Close every connection; nothing may be asked any more."""
        self._connections = 0
        if (opening := self._opening) is not None:
            opening.cancel()
            with suppress(asyncio.CancelledError):
                await opening
        for pipeline in tuple(self._open):
            pipeline.close()
