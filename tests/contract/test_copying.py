"""Copies from one engine to the other, and what must not be copied."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path

import psycopg
import pytest

from gatepost.server.domain.errors import Unavailable
from gatepost.server.store import directory
from gatepost.server.store.copying import Copied, CopyRefused, NotEmpty, copy_database
from gatepost.server.store.copying.checksum import Checksum
from gatepost.server.store.copying.tables import tables
from gatepost.server.store.opening import Place, open_database
from gatepost.server.store.postgres import bulk
from gatepost.server.store.postgres.options import PostgresOptions
from gatepost.server.store.sqlite import connect
from tests.contract.population import email_of, id_of, populate
from tests.kit.postgres import Cluster

pytestmark = pytest.mark.anyio

ACCOUNTS = 30
DERIVED = {"alembic_version": {"version_num"}, "directory": {"number", "shuffled"}, "directory_grams": {"gram", "seen"}}
"""What no copy takes over: the version, which must be equal, and what finds rows of the directory."""

_numbers = count()


@pytest.fixture
def server(cluster: Cluster) -> Iterator[PostgresOptions]:
    """Make an empty PostgreSQL database of the newest schema and say where it is."""
    name = f"copy{next(_numbers)}"
    yield PostgresOptions(cluster.create(name, "empty"))
    cluster.drop(name)


@pytest.fixture
def other(empty_file: Path, tmp_path: Path) -> Path:
    """Make another empty SQLite database."""
    path = tmp_path / "other.db"
    path.write_bytes(empty_file.read_bytes())
    return path


async def fill(place: Place) -> None:
    database = await open_database(place)
    await populate(database, ACCOUNTS)
    await database.close()


def ignore(step: str, done: int, total: int) -> None:
    assert done <= total, step


async def copy(source: Place, target: Place, *, alone: bool = True, replace: bool = False) -> list[Copied]:
    return await copy_database(source, target, ignore, alone=alone, replace=replace)


def name_of(server: PostgresOptions) -> str:
    return server.url.rpartition("/")[2]


def change(path: Path, sql: str, *values: object) -> None:
    with closing(connect(path)) as connection:
        connection.execute(sql, values)


async def test_a_database_comes_through_both_ways_unchanged(file: Path, server: PostgresOptions, other: Path) -> None:
    await fill(file)
    there = await copy(file, server)
    assert await copy(server, other) == there
    with closing(connect(file)) as before, closing(connect(other)) as after:
        for table in tables():
            query = f"SELECT {', '.join(table.columns)} FROM {table.name} ORDER BY {', '.join(table.key)}"  # noqa: S608  names of the schema
            rows = before.execute(query).fetchall()
            assert rows == after.execute(query).fetchall()
            assert rows, table.name
    assert {copied.table: copied.rows for copied in there}["accounts"] == ACCOUNTS


@pytest.mark.parametrize("back", [False, True], ids=["postgresql", "sqlite"])
async def test_the_copy_is_searched_and_written_like_any_other(
    file: Path, server: PostgresOptions, other: Path, back: bool
) -> None:
    await fill(file)
    await copy(file, server)
    if back:
        await copy(server, other)
    database = await open_database(other if back else server)
    assert [found.id for found in await directory.search(database, email_of(7), 5)] == [id_of(7)]
    await database.transaction(lambda tx: directory.remove(tx, id_of(7)))
    assert await directory.search(database, email_of(7), 5) == []
    await database.close()


SPECIAL = [
    "",
    " ",
    "\\N",
    "\\",
    "tab\tline\nend\r",
    "ÄÖ\u0301 \U0001d518 \u200f",
    "\x01\x1f\x7f\ufffe",
    "\"quoted\", 'text'",
    "NULL",
]


async def test_special_values_keep_their_meaning(file: Path, server: PostgresOptions, other: Path) -> None:
    await fill(file)
    for number, text in enumerate(SPECIAL):
        change(file, "UPDATE accounts SET about = ?, homepage = NULL WHERE id = ?", text, id_of(number))
    change(file, "UPDATE accounts SET disabled = TRUE, created_at = ?, version = ?", -(1 << 63), (1 << 63) - 1)
    change(file, "UPDATE tokens SET sealed = ? WHERE id = ?", bytes(range(256)), id_of(0))
    change(file, "UPDATE tokens SET sealed = NULL WHERE id = ?", id_of(1))
    assert await copy(file, server) == await copy(server, other)
    with closing(connect(other)) as copied:
        query = "SELECT about, homepage, disabled, created_at, version FROM accounts ORDER BY id LIMIT ?"
        expected = [(text, None, 1, -(1 << 63), (1 << 63) - 1) for text in SPECIAL]
        assert copied.execute(query, [len(SPECIAL)]).fetchall() == expected
        sealed = copied.execute("SELECT sealed FROM tokens ORDER BY id LIMIT 3").fetchall()
        assert sealed == [(bytes(range(256)),), (None,), (b"",)]


async def test_text_that_postgresql_cannot_hold_is_named_and_nothing_is_copied(
    file: Path, server: PostgresOptions, cluster: Cluster
) -> None:
    await fill(file)
    for number in range(3, 10):
        change(file, "UPDATE accounts SET about = 'a' || char(0) || 'b' WHERE id = ?", id_of(number))
    with pytest.raises(CopyRefused, match=rf"U\+0000.* in accounts {id_of(3)} \(about\).* and 2 more; change it"):
        await copy(file, server)
    assert cluster.execute("SELECT count(*) FROM accounts", name_of(server)) == [(0,)]


async def test_text_that_is_none_is_refused(file: Path, server: PostgresOptions) -> None:
    await fill(file)
    change(file, "UPDATE accounts SET about = CAST(x'ff' AS TEXT) WHERE id = ?", id_of(3))
    with pytest.raises(CopyRefused, match="a row of accounts holds text that is not UTF-8"):
        await copy(file, server)


async def test_a_target_with_data_is_left_alone_unless_it_is_to_be_replaced(
    file: Path, server: PostgresOptions, other: Path, cluster: Cluster
) -> None:
    await fill(file)
    await copy(file, server)
    with pytest.raises(NotEmpty, match="holds data already, in accounts for one"):
        await copy(other, server)
    assert cluster.execute("SELECT count(*) FROM accounts", name_of(server)) == [(ACCOUNTS,)]
    await copy(other, server, replace=True)
    assert cluster.execute("SELECT count(*) FROM accounts", name_of(server)) == [(0,)]


SCHEMA = """
    SELECT pg_get_indexdef(indexrelid) FROM pg_index JOIN pg_class ON pg_class.oid = indrelid
    WHERE relnamespace = 'public'::regnamespace
    UNION ALL
    SELECT concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid), convalidated) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace
    UNION ALL
    SELECT concat_ws(' ', attrelid::regclass, attname, atttypid, attnotnull, attidentity, attcollation)
    FROM pg_attribute
    JOIN pg_class ON pg_class.oid = attrelid WHERE relnamespace = 'public'::regnamespace AND attnum > 0
    ORDER BY 1
"""


async def test_indexes_and_constraints_are_as_before(file: Path, server: PostgresOptions, cluster: Cluster) -> None:
    await fill(file)
    before = cluster.execute(SCHEMA, name_of(server))
    await copy(file, server)
    assert cluster.execute(SCHEMA, name_of(server)) == before
    assert len(before) > 100


async def test_the_file_that_is_made_has_every_index_and_trigger(
    file: Path, server: PostgresOptions, other: Path
) -> None:
    query = "SELECT type, name, sql FROM sqlite_schema ORDER BY type, name"
    await copy(server, other)
    with closing(connect(file)) as expected, closing(connect(other)) as made:
        assert made.execute(query).fetchall() == expected.execute(query).fetchall()
        assert made.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


async def test_every_column_is_copied_or_derived_on_each_engine(
    file: Path, server: PostgresOptions, cluster: Cluster
) -> None:
    copied = {table.name: set(table.columns) for table in tables()}
    with closing(connect(file)) as connection:
        found = connection.execute(
            "SELECT t.name, c.name FROM pragma_table_list t JOIN pragma_table_info(t.name) c "
            "WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%'"
        ).fetchall()
    stored = cluster.execute(
        "SELECT table_name::text, column_name::text FROM information_schema.columns WHERE table_schema = 'public'",
        name_of(server),
    )
    for table, column in {*found, *stored}:
        assert column in copied.get(str(table), set()) | DERIVED.get(str(table), set()), (table, column)


async def test_a_file_that_somebody_has_open_is_not_copied(file: Path, server: PostgresOptions) -> None:
    with closing(connect(file)) as somebody:
        somebody.execute("SELECT count(*) FROM accounts").fetchone()
        with pytest.raises(CopyRefused, match="is in use: stop 'gatepost serve'"):
            await copy(file, server)
    assert await copy(file, server)


async def test_nobody_opens_a_file_while_it_is_copied(file: Path, server: PostgresOptions) -> None:
    refused = []

    def tell(step: str, done: int, total: int) -> None:
        with closing(sqlite3.connect(file, timeout=0)) as somebody, pytest.raises(sqlite3.OperationalError) as error:
            somebody.execute("SELECT count(*) FROM accounts")
        refused.append(error.value)

    await copy_database(file, server, tell)
    assert refused


async def test_a_server_that_is_in_use_is_copied_only_as_a_backup(server: PostgresOptions, other: Path) -> None:
    database = await open_database(server)
    with pytest.raises(CopyRefused, match="is in use: stop 'gatepost serve', on every host"):
        await copy(server, other)
    assert await copy(server, other, alone=False)
    await database.close()


async def test_a_server_in_the_middle_of_something_is_not_replaced(
    file: Path, server: PostgresOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "_PATIENT", ("SET LOCAL lock_timeout = '50ms'",))
    with closing(psycopg.connect(server.url)) as somebody:
        somebody.execute("SELECT count(*) FROM accounts")
        with pytest.raises(CopyRefused, match="is in use"):
            await copy(file, server)


async def test_rows_that_belong_to_nobody_are_refused(
    file: Path, server: PostgresOptions, other: Path, cluster: Cluster
) -> None:
    await fill(file)
    with closing(sqlite3.connect(file)) as careless, careless:
        careless.execute("DELETE FROM groups")
    with pytest.raises(CopyRefused, match=r"breaks the rule fk_.*_group_id_groups of"):
        await copy(file, server)
    with pytest.raises(CopyRefused, match="belongs to one of groups that is not there"):
        await copy(file, other)
    assert cluster.execute("SELECT count(*) FROM accounts", name_of(server)) == [(0,)]


async def test_a_copy_that_differs_is_not_kept(
    file: Path, server: PostgresOptions, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill(file)
    cluster.execute(
        "CREATE FUNCTION forge() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.about = 'forged'; RETURN NEW; END $$",
        name_of(server),
    )
    cluster.execute(
        "CREATE TRIGGER forged BEFORE INSERT ON accounts FOR EACH ROW EXECUTE FUNCTION forge()", name_of(server)
    )
    with pytest.raises(CopyRefused, match="the copy of accounts differs from the source"):
        await copy(file, server)
    assert cluster.execute("SELECT count(*) FROM accounts", name_of(server)) == [(0,)]


async def test_a_lost_server_is_told(file: Path) -> None:
    with pytest.raises(Unavailable):
        await copy(file, PostgresOptions("postgresql://postgres@127.0.0.1:1/nowhere"))


def test_a_checksum_sees_every_change_and_no_order() -> None:
    rows = [("a", 1, b"x"), ("b", None, b""), ("", 0, None)]
    sums = set()
    for changed in (
        rows,
        rows[::-1],
        rows[:2],
        [*rows[:2], ("", 0, b"")],
        [*rows, rows[0]],
        [("a1", 1, b"x"), *rows[1:]],
    ):
        checksum = Checksum()
        checksum.add(changed)
        sums.add((checksum.rows, checksum.text))
    assert len(sums) == 5
