from collections.abc import Iterable
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gatepost.server.domain.accounts import Overview, Person, State
from gatepost.server.domain.text import fold
from gatepost.server.store import accounts, directory
from gatepost.server.store.database import Database, Duplicate, Transaction
from gatepost.server.store.statement import command

pytestmark = pytest.mark.anyio

LIMIT = 50


@dataclass(frozen=True)
class Someone:
    id: str
    first_name: str | None = None
    last_name: str | None = None
    username: str = ""
    email: str = "-"

    @property
    def fields(self) -> list[str]:
        return [fold(field or "") for field in (self.first_name, self.last_name, self.username, self.email)]


ANN = Someone("ann", "Ann", "Lee", "ann.lee", "ann@example.com")
ANNA = Someone("anna", "Anna", "Müller", "mueller", "a.mueller@example.org")
HANNES = Someone("hannes", "Hannes", "Groß", "hg_100%", "hg@example.net")
EVERYBODY = [HANNES, ANNA, ANN]

forget_everybody = command("test.forget_everybody", "DELETE FROM accounts", scans="empties the table")


async def store(tx: Transaction, people: Iterable[Someone]) -> None:
    for one in people:
        person = Person(one.email, one.id, one.username, one.id, one.first_name, one.last_name)
        await accounts.add(tx, person, id=one.id, now=0, state=State.ACTIVE, email_verified=True, password_hash=None)


async def list_all(database: Database, people: list[Someone]) -> None:
    async def body(tx: Transaction) -> None:
        await store(tx, people)
        await directory.add_many(tx, people)

    await database.transaction(body)


async def delist(database: Database, *people: Someone) -> None:
    async def body(tx: Transaction) -> None:
        for one in people:
            await directory.remove(tx, one.id)

    await database.transaction(body)


async def found(database: Database, text: str, limit: int = LIMIT) -> list[str]:
    return [row.id for row in await directory.search(database, text, limit)]


async def test_a_match_carries_the_name_as_it_was_given(database: Database) -> None:
    await list_all(database, [ANNA])
    assert await directory.search(database, "anna", LIMIT) == [Overview("anna", "Anna", "Müller")]


@pytest.mark.parametrize("text", ["ann", "LEE", "nn.l", "@EXAMPLE.com", "n@", "e", "n", "ann@example.com"])
async def test_any_part_of_any_field_finds_the_account(database: Database, text: str) -> None:
    await list_all(database, [ANN])
    assert await found(database, text) == ["ann"]


@pytest.mark.parametrize("text", ["annlee", "lee ann", "leeann", "lea", "anne", "z", "xx", "ann@example.com."])
async def test_text_that_no_single_field_contains_finds_nothing(database: Database, text: str) -> None:
    await list_all(database, [ANN])
    assert await found(database, text) == []


async def test_exact_matches_come_before_prefixes_and_these_before_the_rest(database: Database) -> None:
    await list_all(database, EVERYBODY)
    assert await found(database, "ann") == ["ann", "anna", "hannes"]
    assert await found(database, "ann", limit=2) == ["ann", "anna"]
    assert await found(database, "ann", limit=1) == ["ann"]


async def test_a_prefix_is_never_crowded_out_by_other_matches(database: Database) -> None:
    crowd = [Someone(f"c{n}", "Susann", email=f"x{n}@zann.example") for n in range(70)]
    await list_all(database, [*crowd, ANNA])
    matches = await found(database, "ann")
    assert matches[0] == "anna"
    assert len(set(matches)) == len(matches) == LIMIT


async def test_the_limit_counts_accounts_and_not_their_matching_fields(database: Database) -> None:
    same = [Someone(f"c{n:03}", "Ann", "Ann", "ann", f"ann{n}@example.com") for n in range(70)]
    await list_all(database, same)
    for text in ("a", "an", "ann", "nn"):
        matches = await found(database, text)
        assert len(set(matches)) == len(matches) == LIMIT


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("%", ["hannes"]),
        ("_", ["hannes"]),
        ("_1", ["hannes"]),
        ("g_100%", ["hannes"]),
        ("a%", []),
        ("a_n", []),
    ],
)
async def test_wildcards_stand_for_themselves(database: Database, text: str, expected: list[str]) -> None:
    await list_all(database, EVERYBODY)
    assert await found(database, text) == expected


@pytest.mark.parametrize("text", ['"', '""', '"ann" OR "', "ann*", "NEAR(ann)", "haystack:ann", "(", "'", "^ann", "-"])
async def test_operators_of_query_languages_mean_nothing(database: Database, text: str) -> None:
    await list_all(database, [ANN])
    assert await found(database, text) == []


@pytest.mark.parametrize(
    "text", ["'", "\\", "'b", "b\\r", "o'b\\", "\\rien'", "o'b\\rien's", "y a", "ry  ", "\u3000mary"]
)
async def test_quotes_backslashes_and_blanks_stand_for_themselves(database: Database, text: str) -> None:
    await list_all(database, [Someone("mary", "Mary Ann", "O'B\\rien's"), HANNES])
    assert await found(database, text) == ["mary"]


@pytest.mark.parametrize("text", ["gross", "GROSS", "groß", "ros"])  # codespell:ignore
async def test_case_is_folded_as_unicode_says(database: Database, text: str) -> None:
    await list_all(database, [HANNES])
    assert await found(database, text) == ["hannes"]


@pytest.mark.parametrize("text", ["zoe\u0308", "ZO\u00cb", "o\u00eb", "\u00eb", "e\u0308"])
async def test_composed_and_decomposed_letters_are_the_same(database: Database, text: str) -> None:
    await list_all(database, [Someone("zoe", "Zoe\u0308")])
    assert await found(database, text) == ["zoe"]


@pytest.mark.parametrize("text", ["王", "王伟", "\U0001d54f", "🐍", "a🐍", "🐍b", "a🐍b", "x\U0002070e"])
async def test_letters_outside_latin_and_the_basic_plane_are_single_letters(database: Database, text: str) -> None:
    await list_all(database, [Someone("one", "王伟", "A🐍B", "x\U0002070e", "\U0001d54f")])
    assert await found(database, text) == ["one"]


@pytest.mark.parametrize("text", ["", " ", "\t\n", "\u3000"])
async def test_blank_text_finds_nothing(database: Database, text: str) -> None:
    await list_all(database, EVERYBODY)
    assert await found(database, text) == []


@pytest.mark.parametrize("text", ["\x00", "ann\x00", "\x1f", "ann\x1flee", "\ud800", "ann\udfff", "\uffff"])
async def test_characters_no_name_can_hold_find_nothing(database: Database, text: str) -> None:
    await list_all(database, [ANN])
    assert await found(database, text) == []


async def test_unusual_characters_in_a_field_hide_neither_it_nor_the_next(database: Database) -> None:
    strange = Someone("ann", "a\x01b\x1fcd", "\uffffle\U0010ffffe", "x\x01", "mail@example.com")

    async def body(tx: Transaction) -> None:
        await store(tx, [ANN])
        await directory.add(tx, strange)

    await database.transaction(body)
    for text in ("a", "b", "cd", "le", "e", "x", "mail", "le.com", "a\x00b", "\uffffl"):
        assert await found(database, text) == ["ann"]
    await delist(database, strange)
    assert await found(database, "le") == []


@pytest.mark.parametrize("text", ["ann" * 5_000, "ann@example.com" + "x" * 10_000, "é" * 10_000])
async def test_text_longer_than_any_field_finds_nothing(database: Database, text: str) -> None:
    await list_all(database, [ANN])
    assert await found(database, text) == []


async def test_long_text_is_compared_to_its_end(database: Database) -> None:
    long = "abcdefghij" * 19
    await list_all(database, [Someone("one", long + "x"), Someone("two", long + "y")])
    assert await found(database, long[1:] + "y") == ["two"]


async def test_what_is_removed_is_not_found(database: Database) -> None:
    await list_all(database, EVERYBODY)
    await delist(database, ANN, ANNA)
    for text in ("n", "nn", "ann", "ex"):
        assert await found(database, text) == ["hannes"]


async def test_removing_what_is_not_listed_changes_nothing(database: Database) -> None:
    await list_all(database, [ANN])
    await delist(database, ANNA)
    assert await found(database, "nn") == ["ann"]


async def test_a_deleted_account_leaves_the_directory(database: Database) -> None:
    await list_all(database, [ANN, HANNES])
    await database.transaction(lambda tx: tx.run(accounts.delete, id="ann"))
    assert await found(database, "nn") == ["hannes"]


async def test_a_changed_name_is_found_by_the_new_one_only(database: Database) -> None:
    await list_all(database, EVERYBODY)
    renamed = Someone("ann", "Nina", "Lee", "nina.lee", "nina@example.com")

    async def body(tx: Transaction) -> None:
        await directory.remove(tx, "ann")
        await directory.add(tx, renamed)

    await database.transaction(body)
    assert await found(database, "nina") == ["ann"]
    assert await found(database, "ann") == ["anna", "hannes"]


async def test_listing_an_account_twice_is_refused_and_changes_nothing(database: Database) -> None:
    await list_all(database, [ANN])
    with pytest.raises(Duplicate):
        await database.transaction(lambda tx: directory.add(tx, Someone("ann", "Other")))
    assert await found(database, "other") == []
    assert await found(database, "nn") == ["ann"]


async def test_a_transaction_that_fails_lists_nobody(database: Database) -> None:
    async def body(tx: Transaction) -> None:
        await store(tx, [ANN])
        await directory.add(tx, ANN)
        raise LookupError

    with pytest.raises(LookupError):
        await database.transaction(body)
    for text in ("a", "nn", "nn.l"):
        assert await found(database, text) == []


async def test_a_rebuilt_directory_finds_the_same(database: Database) -> None:
    await list_all(database, EVERYBODY)
    await delist(database, ANNA)
    await database.transaction(directory.rebuild)
    for text in ("n", "nn", "ann", "ex"):
        assert sorted(await found(database, text)) == ["ann", "hannes"]
    await delist(database, ANN)
    assert await found(database, "n") == ["hannes"]


# Few letters make many matches; the others fold, compose, need two code units, or mean something to SQL.
words = st.text(alphabet='abAB.@ ß\u00c4\u0308İ\u03a3\U0001d54f🐍%_"\x01', max_size=6)
people = st.lists(
    st.builds(
        Someone,
        id=st.uuids(version=4).map(str),
        first_name=st.none() | words,
        last_name=st.none() | words,
        username=words,
        email=words.map("{}@b".format),
    ),
    max_size=8,
    unique_by=lambda one: one.id,
)


def rank(one: Someone, text: str) -> list[int]:
    """Tell how each matching field matches: 0 exactly, 1 from its beginning on, 2 somewhere."""
    return [0 if field == text else 1 if field.startswith(text) else 2 for field in one.fields if text in field]


def look_at_all(listed: list[Someone], text: str) -> dict[str, int]:
    """Give the rank of every match, by looking at each account."""
    return {one.id: min(rank(one, text)) for one in listed if text and rank(one, text)}


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(listed=people, later=people, texts=st.lists(words, min_size=1, max_size=6), limit=st.integers(1, 9))
async def test_search_agrees_with_looking_at_every_account(
    database: Database, listed: list[Someone], later: list[Someone], texts: list[str], limit: int
) -> None:
    await database.transaction(lambda tx: tx.run(forget_everybody))
    await list_all(database, listed)
    gone, present = listed[::3], [*later, *(one for n, one in enumerate(listed) if n % 3)]
    await delist(database, *gone)
    await list_all(database, later)
    for text in texts:
        expected = look_at_all(present, fold(text))
        matches = await found(database, text, limit)
        assert len(set(matches)) == len(matches)
        assert [expected.get(id) for id in matches] == sorted(expected.values())[:limit]
