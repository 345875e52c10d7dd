"""Indexes and constraints, taken off while many rows go in, and put back as they were."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from psycopg import AsyncConnection, sql

if TYPE_CHECKING:
    from psycopg.rows import TupleRow

_CONSTRAINTS = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE conrelid = ANY ($1::regclass[]) AND contype IN ('p', 'u', 'f')
    ORDER BY contype = 'f', conrelid::regclass::text, conname
"""

_INDEXES = """
    SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
    WHERE indrelid = ANY ($1::regclass[]) AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
    ORDER BY indexrelid::regclass::text
"""


@dataclass(frozen=True, slots=True)
class Definitions:
    """Indexes by name, and keys by table and name, those that refer to other tables last."""

    tables: list[str]
    indexes: "list[TupleRow]"
    constraints: "list[TupleRow]"

    async def take_off(self, connection: "AsyncConnection[TupleRow]") -> None:
        """Remove them, those that depend on others first."""
        for table, name, _ in reversed(self.constraints):
            await connection.execute(
                sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(sql.SQL(table), sql.Identifier(name))
            )
        for name, _ in self.indexes:
            await connection.execute(sql.SQL("DROP INDEX {}").format(sql.SQL(name)))

    async def put_back(self, connection: "AsyncConnection[TupleRow]") -> None:
        """Make them again; raises IntegrityError when the rows break one."""
        for _, definition in self.indexes:
            await connection.execute(definition.encode())
        for table, name, definition in self.constraints:
            await connection.execute(
                sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} {}").format(
                    sql.SQL(table), sql.Identifier(name), sql.SQL(definition)
                )
            )
        if await definitions_of(connection, self.tables) != self:
            raise RuntimeError("indexes or constraints are not as they were")


async def definitions_of(connection: "AsyncConnection[TupleRow]", tables: list[str]) -> Definitions:
    """Read what stands on the tables."""
    indexes = await (await connection.execute(_INDEXES, [tables])).fetchall()
    constraints = await (await connection.execute(_CONSTRAINTS, [tables])).fetchall()
    return Definitions(tables, indexes, constraints)
