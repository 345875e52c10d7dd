"""What a copy asks of the engines at its two ends."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from typing import Any, Protocol

from gatepost.server.store.copying.tables import Table

Rows = Sequence[Sequence[Any]]


class CopyRefused(Exception):
    """The databases cannot be copied as they are; the message says why and what to do."""


class NotEmpty(CopyRefused):
    """The target holds data that nobody asked to replace."""


class Unstorable(Exception):
    """A value of the source is none that the target can hold."""


class Source(Protocol):
    """A database as it is at one moment."""

    async def count(self, table: Table) -> int:
        """Count the rows of a table."""

    def rows(self, table: Table) -> AsyncGenerator[Rows]:
        """Give the rows of a table, many at a time, in any order; truth is 0 or 1."""

    async def holding_nul(self, table: Table) -> list[tuple[str, str]]:
        """Name the rows whose text holds U+0000: their key and the column."""


class Target(Protocol):
    """A database whose content is replaced, at once and at the end."""

    async def take(self, table: Table, rows: AsyncIterator[Rows]) -> None:
        """Store the rows of a table; raises Unstorable when a value cannot be."""

    async def complete(self) -> None:
        """Make ready for use what follows from the rows: indexes, constraints, the directory's search."""

    def rows(self, table: Table) -> AsyncGenerator[Rows]:
        """Give the rows of a table as they are stored now."""
