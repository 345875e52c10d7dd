"""What SQLite's trigram index holds, as far as a search cannot show it."""

import pytest

from gatepost.server.store import directory
from gatepost.server.store.database import Database, Transaction
from gatepost.server.store.statement import query, scalar
from tests.contract.test_directory import ANN, ANNA, EVERYBODY, Someone, delist, list_all
from tests.kit.engines import on_sqlite

pytestmark = [pytest.mark.anyio, on_sqlite]

indexed = query("test.indexed", "SELECT term FROM directory_vocabulary", scalar, scans="reads the index")
known = query("test.known", "SELECT gram FROM directory_grams", scalar, scans="reads the table")
estimate = query("test.estimate", "SELECT seen FROM directory_grams WHERE gram = :gram", scalar)


async def test_removed_accounts_leave_nothing_in_the_index(database: Database) -> None:
    await list_all(database, EVERYBODY)
    await delist(database, *EVERYBODY)
    assert await database.all(indexed) == []


async def test_every_indexed_trigram_is_known_before_and_after_a_rebuild(database: Database) -> None:
    await list_all(database, [*EVERYBODY, Someone("snake", 'a"🐍', "王", "\uffffx", "\x00@x")])
    before = set(await database.all(known))
    assert before == set(await database.all(indexed))
    await database.transaction(directory.rebuild)
    assert set(await database.all(known)) == before


async def test_a_rebuild_forgets_trigrams_that_nobody_has_any_more(database: Database) -> None:
    await list_all(database, [ANN, ANNA])
    await delist(database, ANNA)
    await database.transaction(directory.rebuild)
    assert set(await database.all(known)) == set(await database.all(indexed))
    assert await database.one(estimate, gram="ann") == 1


async def test_the_sample_tells_about_how_many_accounts_have_a_trigram(database: Database) -> None:
    people = [Someone(f"id-{n}", email=f"{n % 10}@example.com") for n in range(4_000)]
    await list_all(database, people)
    assert 3_000 < (await database.one(estimate, gram="exa") or 0) < 5_000
    assert 100 < (await database.one(estimate, gram="3@e") or 0) < 1_000


async def test_an_account_can_be_relisted_any_number_of_times(database: Database) -> None:
    async def body(tx: Transaction) -> None:
        for _ in range(100):
            await directory.remove(tx, ANN.id)
            await directory.add(tx, ANN)

    await list_all(database, EVERYBODY)
    await database.transaction(body)
    await database.transaction(directory.rebuild)
    assert await database.one(estimate, gram="ann") == 3
