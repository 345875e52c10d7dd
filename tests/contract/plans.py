"""How each engine carries a statement out, by its own account: plans, and what running one costs."""

import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Protocol

import psycopg

from gatepost.server.store.opening import Place
from gatepost.server.store.sqlite import connect
from gatepost.server.store.statement import Statement

Node = dict[str, Any]


class Planner(Protocol):
    """One connection to a database, to ask how statements would run there; nothing it runs is kept."""

    def plan_of(self, statement: Statement) -> list[str]:
        """Describe each step."""

    def scans(self, statement: Statement) -> bool:
        """Tell whether a statement may read a whole table or index."""

    def sorts(self, statement: Statement) -> bool:
        """Tell whether rows are put in an order that no index has."""

    def learn(self) -> None:
        """Look at how many rows of what kind there are, as PostgreSQL does by itself after a while."""

    def cost_of(self, statement: Statement, parameters: Mapping[str, Any]) -> int:
        """Run a statement, take it back, and count what it did."""

    def unindexed_references(self) -> list[str]:
        """List references to other tables that no index begins with: a deletion there would scan."""


@contextmanager
def planner_on(place: Place) -> Iterator[Planner]:
    """Open a planner; on PostgreSQL as who may leave references unchecked."""
    if isinstance(place, Path):
        with closing(connect(place)) as file:
            yield _Sqlite(file)
    else:
        with closing(psycopg.connect(place.url, autocommit=True, cursor_factory=psycopg.RawCursor)) as server:
            yield _Postgres(server)


class _Sqlite:
    """Counts steps of SQLite's virtual machine."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def plan_of(self, statement: Statement) -> list[str]:
        explain = f"EXPLAIN QUERY PLAN {statement.sql}"
        return [row[3] for row in self._connection.execute(explain, dict.fromkeys(statement.parameters))]

    def scans(self, statement: Statement) -> bool:
        if re.fullmatch(r"DELETE FROM \w+|INSERT .* VALUES \('rebuild'\)", statement.sql):
            return True  # no plan says so
        return any(re.match(r"SCAN (?!.*CONSTANT ROW)", step) for step in self.plan_of(statement))

    def sorts(self, statement: Statement) -> bool:
        return "USE TEMP B-TREE FOR ORDER BY" in self.plan_of(statement)

    def learn(self) -> None: ...

    def cost_of(self, statement: Statement, parameters: Mapping[str, Any]) -> int:
        steps = 0

        def count() -> None:
            nonlocal steps
            steps += 1

        self._connection.execute("BEGIN")
        self._connection.execute("PRAGMA defer_foreign_keys = ON")
        self._connection.set_progress_handler(count, 1)
        self._connection.execute(statement.sql, parameters).fetchall()
        self._connection.set_progress_handler(None, 1)
        self._connection.execute("ROLLBACK")
        return steps

    def unindexed_references(self) -> list[str]:
        tables = [row[0] for row in self._connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        return [f"{table}.{column}" for table in tables for column in self._unindexed(table)]

    def _unindexed(self, table: str) -> set[str]:
        referring = {row[3] for row in self._connection.execute(f"PRAGMA foreign_key_list('{table}')")}
        indexes = [row[1] for row in self._connection.execute(f"PRAGMA index_list('{table}')")]
        return referring - {
            self._connection.execute(f"PRAGMA index_info('{index}')").fetchone()[2] for index in indexes
        }


class _Postgres:
    """Counts the rows and entries that were read and the pages they were on, as the statistics of PostgreSQL say.

    Plans are the generic ones, which every parameter gets, and read whole tables only where there is no other way.
    """

    def __init__(self, connection: "psycopg.Connection[Any]") -> None:
        self._connection = connection
        connection.prepare_threshold = 0
        for setting in ("plan_cache_mode = force_generic_plan", "enable_seqscan = off"):
            connection.execute(f"SET {setting}".encode())

    def plan_of(self, statement: Statement) -> list[str]:
        return [_described(node) for node in self._nodes(statement)]

    def scans(self, statement: Statement) -> bool:
        return any(map(self._reads_all, self._nodes(statement)))

    def _reads_all(self, node: Node) -> bool:
        if not node["Node Type"].startswith(("Index", "Bitmap Index")):
            return bool(node["Node Type"] == "Seq Scan")
        # A condition on other columns than the first ends no scan of an index.
        index = self._connection.execute("SELECT pg_get_indexdef($1::regclass, 1, true)", [node["Index Name"]])
        return _row(index)[0] not in node.get("Index Cond", "")

    def sorts(self, statement: Statement) -> bool:
        # Sorting a few rows is often cheapest, so this asks whether there is another way.
        return any(
            node["Node Type"].endswith("Sort") for node in self._nodes(statement, "enable_sort", "enable_bitmapscan")
        )

    def _nodes(self, statement: Statement, *avoided: str) -> list[Node]:
        execute = self._connection.execute
        for setting in avoided:
            execute(f"SET {setting} = off".encode())
        # Without types given, PostgreSQL must be able to tell them from where the parameters stand.
        execute(f"PREPARE planned AS {statement.positional}".encode())
        (count,) = _row(
            execute("SELECT cardinality(parameter_types) FROM pg_prepared_statements WHERE name = 'planned'")
        )
        arguments = f"({', '.join(['NULL'] * count)})" if count else ""
        (plan,) = _row(execute(f"EXPLAIN (FORMAT JSON) EXECUTE planned{arguments}".encode()))
        execute("DEALLOCATE planned")
        for setting in avoided:
            execute(f"RESET {setting}".encode())
        return list(_with_all_below(plan[0]["Plan"]))

    def learn(self) -> None:
        self._connection.execute("ANALYZE")

    def cost_of(self, statement: Statement, parameters: Mapping[str, Any]) -> int:
        with self._connection.transaction(force_rollback=True):
            before = self._read()
            self._connection.execute(statement.positional.encode(), statement.values_of(parameters))
            return self._read() - before

    def _read(self) -> int:
        (read,) = _row(self._connection.execute(_READ))
        return int(read)

    def unindexed_references(self) -> list[str]:
        return [f"{table}.{column}" for table, column in self._connection.execute(_UNINDEXED)]


_PARAMETERS = "SELECT cardinality(parameter_types) FROM pg_prepared_statements WHERE name = 'planned'"

_READ = """SELECT sum(pg_stat_get_xact_blocks_fetched(oid) + pg_stat_get_xact_tuples_returned(oid)
    + pg_stat_get_xact_tuples_fetched(oid)) FROM pg_class WHERE relnamespace = current_schema()::regnamespace"""

_UNINDEXED = """SELECT conrelid::regclass, attname FROM pg_constraint
    JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
    WHERE contype = 'f' AND NOT EXISTS (
        SELECT FROM pg_index WHERE indrelid = conrelid AND indkey[0] = conkey[1] AND indpred IS NULL)"""


def _row(cursor: "sqlite3.Cursor | psycopg.Cursor[Any]") -> Any:
    row = cursor.fetchone()
    assert row is not None
    return row


def _with_all_below(node: Node) -> Iterator[Node]:
    yield node
    for child in node.get("Plans", ()):
        yield from _with_all_below(child)


def _described(node: Node) -> str:
    shown = ("Node Type", "Relation Name", "Index Name", "Index Cond", "Filter", "Sort Key")
    return ", ".join(str(node[name]) for name in shown if name in node)
