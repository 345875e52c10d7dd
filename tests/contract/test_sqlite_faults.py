"""SQLite in trouble: locked by another process, on a full disk, unwritable, or damaged."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, nullcontext, suppress
from pathlib import Path
from shutil import copyfile

import pytest

from gatepost.server.domain.errors import StorageFull, Unavailable
from gatepost.server.store.database import SchemaMismatch, Transaction
from gatepost.server.store.migrate import upgrade
from gatepost.server.store.sqlite import SqliteDatabase
from gatepost.server.store.statement import Statement
from tests.contract.neighbour import Neighbour, insert
from tests.contract.test_database import Body, adding, names
from tests.kit.disks import can_mount, fill, small_disk, unprivileged

pytestmark = pytest.mark.anyio


@pytest.fixture
def place(file: Path) -> Path:
    return file


MIB = 1024 * 1024

put_blob = Statement(
    "test.put_blob",
    "INSERT INTO links (digest, purpose, created_at, expires_at) VALUES (zeroblob(:size), 'test', 0, 0)",
)


def storing(size: int) -> Body:
    async def body(tx: Transaction) -> None:
        await tx.run(insert, name="half", value=1)
        await tx.run(put_blob, size=size)

    return body


@asynccontextmanager
async def opened(place: Path, busy_seconds: float = 5.0) -> AsyncIterator[SqliteDatabase]:
    database = SqliteDatabase(place, busy_seconds=busy_seconds)
    try:
        yield database
    finally:
        await database.close()


async def test_a_lock_held_for_too_long_makes_it_unavailable_to_all_who_wait(place: Path, neighbour: Neighbour) -> None:
    async with opened(place, busy_seconds=0.1) as database:
        await database.transaction(adding("n"))
        assert neighbour.ask("hold n") == "holding"
        writes = [database.transaction(adding(f"{number:03}")) for number in range(200)]
        outcomes = await asyncio.gather(*writes, return_exceptions=True)
        assert {type(outcome) for outcome in outcomes} == {Unavailable}
        assert await database.all(names) == ["n"]
        assert neighbour.ask("release") == "released"
        assert await database.transaction(adding("after")) == "after"
        assert await database.all(names) == ["after", "n"]


class Pages:
    """Room bounded by SQLite itself, which works wherever tests run."""

    async def exhaust(self, database: SqliteDatabase) -> None:
        await self._bound(database, 1)  # as many as there are, at the least

    async def relieve(self, database: SqliteDatabase) -> None:
        await self._bound(database, 1_000_000)

    async def _bound(self, database: SqliteDatabase, pages: int) -> None:
        pragma = Statement("test.bound", f"PRAGMA max_page_count = {pages}")
        await database.transaction(lambda tx: tx.run(pragma))


class Disk:
    """A real disk with nothing left on it."""

    async def exhaust(self, database: SqliteDatabase) -> None:
        self._ballast = fill(database.path.parent)

    async def relieve(self, database: SqliteDatabase) -> None:
        self._ballast.unlink()


@pytest.fixture(params=[Pages, Disk] if can_mount() else [Pages])
async def full(place: Path, request: pytest.FixtureRequest) -> AsyncIterator[tuple[SqliteDatabase, Pages | Disk]]:
    """Open a database on a full disk."""
    room: Pages | Disk = request.param()
    with small_disk(place.parent / "disk", kib=4_096) if request.param is Disk else nullcontext(place.parent) as folder:
        async with opened(copyfile(place, folder / "full.db")) as database:
            await database.transaction(adding("before"))
            await room.exhaust(database)
            yield database, room


async def test_a_full_disk_refuses_writes_until_there_is_room_again(full: tuple[SqliteDatabase, Pages | Disk]) -> None:
    database, room = full
    for _ in range(3):
        await room.exhaust(database)
        with pytest.raises(StorageFull):
            await database.transaction(storing(MIB))
        assert await database.one(names) == "before"
        assert await database.all(names) == ["before"]
    await room.relieve(database)
    await database.transaction(storing(MIB))
    assert await database.all(names) == ["before", "half"]


async def test_on_a_full_disk_neighbours_in_a_commit_are_stored_or_told(
    full: tuple[SqliteDatabase, Pages | Disk],
) -> None:
    database, _ = full
    bodies = [adding("a"), storing(4 * MIB), adding("b")]
    first, too_large, last = await asyncio.gather(*map(database.transaction, bodies), return_exceptions=True)
    assert isinstance(too_large, StorageFull)
    assert ["a"] * (first == "a") + ["b"] * (last == "b") + ["before"] == await database.all(names)


async def test_a_body_that_ignores_the_full_disk_is_stored_whole_or_not_at_all(
    full: tuple[SqliteDatabase, Pages | Disk],
) -> None:
    async def stubborn(tx: Transaction) -> None:
        await tx.run(insert, name="half", value=1)
        with suppress(StorageFull):
            await tx.run(put_blob, size=16 * MIB)
        await tx.run(insert, name="rest", value=1)

    database, room = full
    (outcome,) = await asyncio.gather(database.transaction(stubborn), return_exceptions=True)
    stored = ["before", "half", "rest"] if outcome is None else ["before"]
    assert await database.all(names) == stored
    await room.relieve(database)
    assert await database.transaction(adding("after")) == "after"


async def test_a_file_that_may_only_be_read_is_read_and_not_written(place: Path) -> None:
    with unprivileged(place) as copy:
        copy.chmod(0o444)
        async with opened(copy) as database:
            with pytest.raises(Unavailable):
                await database.transaction(adding("a"))
            assert await database.all(names) == []
            for file in copy.parent.iterdir():
                file.chmod(0o644)
            assert await database.transaction(adding("a")) == "a"


async def test_a_folder_without_permissions_is_unavailable(place: Path) -> None:
    with unprivileged(place) as copy:
        copy.parent.chmod(0o000)
        try:
            with pytest.raises(Unavailable):
                SqliteDatabase(copy)
        finally:
            copy.parent.chmod(0o700)


@pytest.mark.parametrize("content", [b"not a database\n" * 500, b"SQLite format 3\0" + bytes(range(256)) * 40])
def test_a_file_that_is_no_database_is_refused_by_name_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "letter.txt"
    path.write_bytes(content)
    with pytest.raises(SchemaMismatch, match=r"letter\.txt is damaged, or not a database"):
        upgrade(path)
    assert path.read_bytes() == content


def test_another_programs_database_is_refused_by_name_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "photos.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE photos (id)")
    before = path.read_bytes()
    with pytest.raises(SchemaMismatch, match=r"photos\.db is the database of another program"):
        upgrade(path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_in_place_of_the_file_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        upgrade(tmp_path)
    with pytest.raises(Unavailable):
        SqliteDatabase(tmp_path)


async def test_damage_found_later_is_unavailable(place: Path) -> None:
    damage(place, "revisions")
    async with opened(place) as database:
        for use in (database.one(names), database.all(names), database.transaction(adding("a"))):
            with pytest.raises(Unavailable, match="damaged"):
                await use
        assert database.credential_revision() is None


def damage(place: Path, table: str) -> None:
    """Overwrite the pages that a small table and its index begin with."""
    with closing(sqlite3.connect(place)) as connection:
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        pages = connection.execute("SELECT rootpage FROM sqlite_schema WHERE tbl_name = ?", [table]).fetchall()
    with place.open("r+b") as file:
        for (page,) in pages:
            file.seek((page - 1) * size)
            file.write(b"\xff" * size)
