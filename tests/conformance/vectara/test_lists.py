"""Lists of users and their pages; section 3.7 of the contract, and the pagers of section 5.4."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from vectara.core.api_error import ApiError
from vectara.errors import ForbiddenError

from gatepost.server.domain.principal import SYSTEM
from tests.conformance.vectara.official import Official, opened, refused
from tests.kit.backstage import Backstage, backstage
from tests.kit.cases import rows
from tests.kit.engines import Install
from tests.kit.server import serving
from tests.kit.twins import everything, finished
from tests.kit.vectara import OAuthClient, oauth_client, populate

pytestmark = pytest.mark.anyio


@dataclass(frozen=True)
class Crowd:
    """An installation with nobody but these users, half of whom may read the corpus `c`."""

    url: str
    names: list[str]
    program: OAuthClient
    stage: Backstage

    @property
    def readers(self) -> list[str]:
        return self.names[::2]


@pytest.fixture(scope="module", params=[1, 10, 100, 2_500])
def crowd(request: pytest.FixtureRequest, install: Install) -> Iterator[Crowd]:
    with serving(install("crowd")) as server, backstage(server.data) as stage:
        yield Crowd(server.url, populate(stage, request.param, "c"), oauth_client(stage, "owner"), stage)


@pytest.fixture(params=["sync", "async"])
async def crowded(request: pytest.FixtureRequest, crowd: Crowd) -> Any:
    """Give the calls of a program that asks about the crowd."""
    async with opened(request.param, crowd.url) as official:
        yield official(**crowd.program._asdict()).users


def named(users: list[Any]) -> list[str]:
    return [user.username for user in users]


@rows(12, 13, 15, 16)
@pytest.mark.parametrize("limit", [None, 100])
async def test_everybody_is_listed_exactly_once(crowd: Crowd, crowded: Any, limit: int | None) -> None:
    asked = {} if limit is None else {"limit": limit}
    assert sorted(named(await everything(await finished(crowded.list(**asked))))) == sorted(crowd.names)


@rows(13, 15, 16)
@pytest.mark.parametrize("limit", [10, 7])
async def test_everybody_with_access_to_a_corpus_is_listed_exactly_once(crowd: Crowd, crowded: Any, limit: int) -> None:
    found = await everything(await finished(crowded.list(limit=limit, corpus_key="c")))
    assert sorted(named(found)) == sorted(crowd.readers)


@rows(15, 16)
@pytest.mark.parametrize("corpus", [{}, {"corpus_key": "c"}])
async def test_every_page_but_the_last_is_full_and_none_is_empty(
    crowd: Crowd, crowded: Any, corpus: dict[str, str]
) -> None:
    expected = len(crowd.readers if corpus else crowd.names)
    first = await finished(crowded.list(limit=10, **corpus))
    sizes = [len(page.items) for page in await everything(first.iter_pages())]
    assert sizes == [10] * (expected // 10) + [expected % 10] * bool(expected % 10)


@rows(12)
async def test_a_list_that_fits_has_no_next_page(users: Any, name: str, corpus: str) -> None:
    await finished(users.create(email=name, corpus_roles=[{"corpus_key": corpus, "role": "viewer"}]))
    pager = await finished(users.list(corpus_key=corpus, limit=100))
    assert (pager.has_next, name in named(pager.items)) == (False, True)
    assert pager.response.metadata is not None
    assert not pager.response.metadata.page_key


@rows(14)
@pytest.mark.parametrize(
    "wrong",
    [
        {"page_key": "eyJ+/="},
        {"page_key": "ü"},
        {"limit": 0},
        {"limit": 101},
        {"limit": "abc"},
        {"limit": -1},
        {"corpus_key": "my corpus/1"},
        {"corpus_key": "c" * 51},
    ],
)
async def test_a_list_that_cannot_be_is_refused(users: Any, wrong: dict[str, Any]) -> None:
    error = await refused(users.list, **wrong)
    assert (type(error), error.status_code) == (ApiError, 400)
    assert list(error.body["field_errors"]) == list(wrong)


async def test_a_page_belongs_to_its_list(users: Any, stage: Backstage, corpus: str) -> None:
    populate(stage, 4, corpus)
    populate(stage, 1, other := f"{corpus}-b")
    page_key = (await finished(users.list(limit=1, corpus_key=corpus))).response.metadata.page_key
    for elsewhere in ({}, {"corpus_key": other}):
        error = await refused(users.list, limit=1, page_key=page_key, **elsewhere)
        assert (error.status_code, list(error.body["field_errors"])) == (400, ["page_key"])


@rows(17)
async def test_a_refusal_comes_after_the_users_before_it(official: Official, stage: Backstage, corpus: str) -> None:
    populate(stage, 4, corpus)
    administrator = stage.member(roles=("administrator",))
    pager = await finished(official(api_key=administrator.token).users.list(limit=2))
    stage.call(stage.parts.grants.revoke, SYSTEM, administrator.id, "administrator")
    assert (len(pager.items), pager.has_next) == (2, True)
    with pytest.raises(ForbiddenError) as error:
        await finished(pager.next_page())
    assert error.value.body.messages


@rows(18)
async def test_a_corpus_that_nobody_knows(users: Any) -> None:
    error = await refused(users.list, corpus_key="nowhere")
    assert (type(error), error.status_code) == (ApiError, 404)
    assert error.body["id"] == "nowhere"


async def test_a_role_that_reaches_every_corpus_counts(users: Any, stage: Backstage, corpus: str) -> None:
    stage.account(reader := f"reader.{corpus}@example.org", roles=("corpus_viewer",))
    stage.account(billing := f"billing.{corpus}@example.org", roles=("billing_administrator",))
    populate(stage, 2, corpus)
    found = named(await everything(await finished(users.list(corpus_key=corpus, limit=100))))
    assert (reader in found, billing in found) == (True, False)
