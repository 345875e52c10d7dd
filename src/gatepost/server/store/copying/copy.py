"""One copy from beginning to end."""

from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, aclosing
from dataclasses import dataclass, field
from pathlib import Path

from gatepost.server.store.copying.checksum import Checksum
from gatepost.server.store.copying.ends import CopyRefused, Rows, Source, Target, Unstorable
from gatepost.server.store.copying.tables import Table, tables
from gatepost.server.store.opening import Place

Tell = Callable[[str, int, int], None]
"""Is told what is being done, and how many of how many rows are."""

MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Copied:
    """What was copied of one table; the checksum is the same at both ends."""

    table: str
    rows: int
    checksum: str


async def copy_database(
    source: Place, target: Place, tell: Tell, *, alone: bool = True, replace: bool = False
) -> list[Copied]:
    """Copy every row of `source` into `target`; both must have the schema of this program.

    With `alone`, nobody else may have the source open. Without `replace`, the target must be empty. Raises
    CopyRefused, Unavailable or StorageFull; the target is as it was then.
    """
    async with _reading(source, alone=alone) as origin, _writing(target, replace=replace) as copy:
        return await _Copy(origin, copy, tell).run()


def _reading(place: Place, *, alone: bool) -> AbstractAsyncContextManager[Source]:
    if isinstance(place, Path):
        from gatepost.server.store.sqlite.bulk import reading

        return reading(place)
    from gatepost.server.store.postgres import bulk  # only who uses it pays for the driver

    return bulk.reading(place, alone=alone)


def _writing(place: Place, *, replace: bool) -> AbstractAsyncContextManager[Target]:
    if isinstance(place, Path):
        from gatepost.server.store.sqlite.bulk import writing

        return writing(place)
    from gatepost.server.store.postgres import bulk

    return bulk.writing(place, replace=replace)


@dataclass
class _Copy:
    """The state of a copy: how many rows there are, and how many have been through."""

    source: Source
    target: Target
    tell: Tell
    total: int = 0
    done: int = 0
    sums: dict[str, Checksum] = field(default_factory=dict)

    async def run(self) -> list[Copied]:
        self.total = sum([await self.source.count(table) for table in tables()])
        for table in tables():
            await self._take(table)
        self.tell("Indexing", self.total, self.total)
        await self.target.complete()
        self.done = 0
        for table in tables():
            await self._verify(table)
        return [Copied(name, counted.rows, counted.text) for name, counted in self.sums.items()]

    async def _take(self, table: Table) -> None:
        seen = self.sums[table.name] = Checksum()
        try:
            async with aclosing(self._counted("Copying", self.source.rows(table), seen)) as rows:
                await self.target.take(table, rows)
        except Unstorable as error:
            raise CopyRefused(_naming(table, await self.source.holding_nul(table))) from error

    async def _verify(self, table: Table) -> None:
        seen, expected = Checksum(), self.sums[table.name]
        async for _ in self._counted("Checking", self.target.rows(table), seen):
            pass
        if (seen.rows, seen.text) != (expected.rows, expected.text):
            raise CopyRefused(
                f"the copy of {table.name} differs from the source ({seen.rows:,} rows of {expected.rows:,}, checksum "
                f"{seen.text} instead of {expected.text}); nothing was kept"
            )

    async def _counted(self, step: str, batches: AsyncGenerator[Rows], into: Checksum) -> AsyncGenerator[Rows]:
        async with aclosing(batches):
            async for batch in batches:
                into.add(batch)
                yield batch
                self.done += len(batch)
                self.tell(step, self.done, self.total)


def _naming(table: Table, found: list[tuple[str, str]]) -> str:
    if not found:
        return f"a row of {table.name} holds something that the other database cannot store; nothing was copied"
    named = ", ".join(f"{key} ({column})" for key, column in found[:MOST_NAMED])
    more = f" and {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else ""
    return f"text with the character U+0000, which PostgreSQL cannot store, is in {table.name} {named}{more}; change it"
