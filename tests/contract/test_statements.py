"""Every registered statement, on the engine: it reaches its rows by an index, and costs no more as accounts grow."""

import importlib
import pkgutil
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest

from gatepost.server import store
from gatepost.server.store.sqlite import SqliteDatabase, connect
from gatepost.server.store.statement import Statement, registry
from tests.contract.population import CORPUS, email_of, id_of, populate

pytestmark = pytest.mark.anyio

for module in pkgutil.iter_modules(store.__path__):
    importlib.import_module(f"{store.__name__}.{module.name}")

STATEMENTS = sorted(name for name in registry if not name.startswith("test.") and ".postgresql." not in name)
PORTABLE = [name for name in STATEMENTS if ".sqlite." not in name]

SORTED = {
    "directory.sqlite.beginning": "ranks the rows the four index ranges gave, at most four times the limit",
    "directory.sqlite.beginning_with": "orders the trigrams that begin with one or two letters by how common they are",
    "memberships.heir": "ranks the members of one group, when its last owner leaves",
}
"""Why statements may sort what no index has in order."""

ONLY_SQLITE = re.compile(
    r"[?]\d*|::|\b(?:rowid|glob|ifnull|instr|match|strftime|iif|zeroblob|printf|or\s+(?:ignore|replace)|replace\s+into)\b",
    re.IGNORECASE,
)
FEW, MANY = 60, 1_500


@pytest.fixture
def connection(file: Path) -> Iterator[sqlite3.Connection]:
    with closing(connect(file)) as opened:
        yield opened


def plan_of(connection: sqlite3.Connection, statement: Statement) -> list[str]:
    explain = f"EXPLAIN QUERY PLAN {statement.sql}"
    return [row[3] for row in connection.execute(explain, dict.fromkeys(statement.parameters))]


def scans(connection: sqlite3.Connection, statement: Statement) -> bool:
    """Tell whether a statement may read a whole table; for a rebuild or a deletion of all, no plan says so."""
    if re.fullmatch(r"DELETE FROM \w+|INSERT .* VALUES \('rebuild'\)", statement.sql):
        return True
    return any(re.match(r"SCAN (?!.*CONSTANT ROW)", step) for step in plan_of(connection, statement))


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_statement_scans_if_and_only_if_it_says_why(connection: sqlite3.Connection, name: str) -> None:
    statement = registry[name]
    assert scans(connection, statement) == (statement.scans is not None), plan_of(connection, statement)


def test_a_statement_sorts_only_for_a_reason(connection: sqlite3.Connection) -> None:
    plans = {name: plan_of(connection, registry[name]) for name in STATEMENTS}
    assert {name for name, plan in plans.items() if "USE TEMP B-TREE FOR ORDER BY" in plan} == SORTED.keys()


@pytest.mark.parametrize("name", PORTABLE)
def test_a_statement_is_portable_unless_its_name_says_otherwise(name: str) -> None:
    assert not ONLY_SQLITE.search(registry[name].sql)


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_statement_keeps_its_meaning_in_the_other_parameter_style(name: str) -> None:
    statement = registry[name]
    names = statement.values_of({parameter: parameter for parameter in statement.parameters})
    text = re.sub(r"\$(\d+)", lambda found: f":{names[int(found[1]) - 1]}", statement.positional)
    assert text == (statement.postgresql or statement.sql)
    assert "offset" not in statement.sql.lower()


def test_every_reference_to_a_table_is_indexed(connection: sqlite3.Connection) -> None:
    tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    for table in tables:
        referring = {row[3] for row in connection.execute(f"PRAGMA foreign_key_list('{table}')")}
        indexes = [row[1] for row in connection.execute(f"PRAGMA index_list('{table}')")]
        leading = {connection.execute(f"PRAGMA index_info('{index}')").fetchone()[2] for index in indexes}
        assert referring <= leading, table


def parameters_of(statement: Statement) -> dict[str, Any]:
    """Choose values that concern one account in the middle, or a page beginning there."""
    middle = FEW // 2
    new = "insert" in statement.name or statement.name == "identities.link"
    id = f"{id_of(middle)}{'-new' if new else ''}"
    chosen: dict[str, Any] = {
        "id": id,
        "digest": id.encode(),
        "subject": id,
        "email_key": f"new-{email_of(middle)}" if new else email_of(middle),
        "username_key": id,
        "name_key": email_of(middle),
        "account_id": "nobody" if statement.name == "directory.insert" else id_of(middle),
        "recipient_key": email_of(middle),
        "issuer": "https://issuer.example",
        "role": "owner",
        "group_id": "nowhere" if statement.name == "memberships.insert" else id_of(middle),
        "leaving": id_of(middle),
        "uses": 1,
        "state": "active",
        "resource": CORPUS,
        "after": id_of(middle),
        "keep": id_of(middle),
        "limit": 10,
        "before": "~" if ".page" in statement.name else 0,
        "now": 0,
        "is_default": False,
        "grams": '"a00"',
        "gram": "a00",
        "text": "first1",
        "end": "first2",
        "number": 1_000_000,
        **{f"id_{number}": id_of(number) for number in range(20)},
    }
    return {name: chosen.get(name, 1 if name.endswith("_at") else "value") for name in statement.parameters}


def steps_of(connection: sqlite3.Connection, statement: Statement) -> int:
    """Count the steps of SQLite's virtual machine that a statement takes."""
    taken = 0

    def count() -> None:
        nonlocal taken
        taken += 1

    connection.execute("BEGIN")
    connection.execute("PRAGMA defer_foreign_keys = ON")
    connection.set_progress_handler(count, 1)
    connection.execute(statement.sql, parameters_of(statement)).fetchall()
    connection.set_progress_handler(None, 1)
    connection.execute("ROLLBACK")
    return taken


async def populated(path: Path, empty_file: Path, count: int) -> sqlite3.Connection:
    database = SqliteDatabase(copyfile(empty_file, path))
    await populate(database, count)
    await database.close()
    return connect(path)


async def test_no_statement_without_a_reason_takes_longer_the_more_accounts_there_are(
    tmp_path: Path, empty_file: Path
) -> None:
    few = await populated(tmp_path / "few.db", empty_file, FEW)
    many = await populated(tmp_path / "many.db", empty_file, MANY)
    with closing(few), closing(many):
        costs = {
            name: (steps_of(few, registry[name]), steps_of(many, registry[name]))
            for name in STATEMENTS
            if registry[name].scans is None
        }
    assert {name: cost for name, cost in costs.items() if cost[1] > 2 * cost[0] + 50} == {}
