from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bench.seeding import CORPUS, PASSWORD, Seeded, seed
from gatepost.server.config import Settings
from gatepost.server.domain.principal import SYSTEM
from gatepost.server.parts import Parts, open_parts
from gatepost.server.store.sqlite import connect

pytestmark = pytest.mark.anyio

_INDEXES = "SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger') ORDER BY name"


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Seeded:
    """Build one small database."""
    return seed(tmp_path_factory.mktemp("bench") / "data", accounts=300, tokens=450)


@pytest.fixture
async def parts(seeded: Seeded) -> AsyncIterator[Parts]:
    """Open the services on it."""
    async with open_parts(Settings(data=seeded.data)) as opened:
        yield opened


async def test_every_token_belongs_to_the_person_it_was_dealt_to(seeded: Seeded, parts: Parts) -> None:
    resolved = [await parts.credentials.resolve_token(raw.encode()) for raw in seeded.raw_tokens]
    owners = [seeded.people[number % 300].id for number in range(450)]
    assert [each.principal.account_id for each in resolved] == owners


async def test_people_can_sign_in_with_the_shared_password(seeded: Seeded, parts: Parts) -> None:
    person = seeded.people[123]
    assert (await parts.sign_in.by_password(person.username, PASSWORD, "bench")).account.id == person.id


async def test_people_are_found_by_parts_of_their_names(seeded: Seeded, parts: Parts) -> None:
    person = seeded.people[7]
    found = await parts.people.search(person.email[1:-1])
    assert [row.id for row in found] == [person.id]


async def test_a_seeded_database_has_every_index_and_is_sound(seeded: Seeded, tmp_path: Path) -> None:
    async with open_parts(Settings(data=tmp_path)) as empty:
        fresh, built = connect(empty.settings.database_path), connect(seeded.database)
    assert built.execute(_INDEXES).fetchall() == fresh.execute(_INDEXES).fetchall()
    assert built.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert built.execute("PRAGMA foreign_key_check").fetchall() == []
    fresh.close()
    built.close()


async def test_every_tenth_person_has_access_to_the_corpus(seeded: Seeded, parts: Parts) -> None:
    page = await parts.roster.page(SYSTEM, 100, resource=CORPUS)
    assert [entry.account.id for entry in page.entries] == [person.id for person in seeded.readers]
    assert len(page.entries) == 30
