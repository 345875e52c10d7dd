"""Our client and the official one, pasted samples and every operation, blocking and awaiting, against a running server.

Of a sample only import, address and credentials change.
"""

from collections.abc import AsyncIterator, Callable
from itertools import count
from typing import Any

import pytest

from gatepost.vectara import (
    AgentRole,
    AsyncVectara,
    BadRequestError,
    ConflictError,
    CorpusRole,
    ForbiddenError,
    NotFoundError,
    UnauthorizedError,
    Vectara,
    VectaraEnvironment,
)
from tests.docs.pages import DOCS, Page
from tests.e2e.client.notebook import Notebook
from tests.kit.backstage import Backstage
from tests.kit.mailbox import kinds
from tests.kit.server import Server
from tests.kit.twins import everything, finished, open_client
from tests.kit.vectara import PREFIX, OAuthClient, oauth_client, populate

pytestmark = pytest.mark.anyio

SAMPLES = [block.text for block in Page(DOCS / "reference" / "client-vectara.md").blocks if block.language == "python"]
AWAITING = SAMPLES[1]
ROLES: dict[str, Any] = {
    "api_roles": ["corpus_viewer"],
    "corpus_roles": [CorpusRole(corpus_key="k", role="editor")],
    "agent_roles": [AgentRole(agent_key="a", role="agent_user")],
}

Connect = Callable[..., Any]

_numbers = count(1)


@pytest.fixture(scope="session")
def program(stage: Backstage) -> OAuthClient:
    return oauth_client(stage, "owner")


@pytest.fixture(params=[Vectara, AsyncVectara], ids=["sync", "async"])
def connect(request: pytest.FixtureRequest, server: Server) -> Connect:
    """Give the constructor of either kind of client, for this server."""

    def make(**settings: Any) -> Any:
        return request.param(environment=VectaraEnvironment.at(server.url + PREFIX), **settings)

    return make


@pytest.fixture
async def users(connect: Connect, program: OAuthClient) -> AsyncIterator[Any]:
    async with open_client(connect(**program._asdict())) as client:
        yield client.users


@pytest.fixture
def name() -> str:
    return f"vectara{next(_numbers)}@example.org"


def test_the_samples_of_our_page(server: Server, stage: Backstage, program: OAuthClient) -> None:
    populate(stage, 3, "my-docs")
    credentials = {"YOUR_CLIENT_ID": program.client_id, "YOUR_CLIENT_SECRET": program.client_secret}
    pasted = Notebook({"https://accounts.example.org/vectara": server.url + PREFIX, **credentials})
    first, *others = [sample for sample in SAMPLES if sample != AWAITING]
    readers = [f"my-docs{number}@example.org" for number in (0, 2)]
    assert pasted.run(first) == "".join(f"{name} {name} None [] True\n" for name in readers)
    created, got, reset, updated, deleted, pages = map(pasted.run, others)
    assert created == "ann ann@example.org ['corpus_administrator'] True\n"
    assert got == "ann ann@example.org ['corpus_administrator'] True Curator\n"
    assert updated == "ann ['viewer'] False Left in May\n"
    assert reset == "ann ann@example.org\n"
    assert deleted.startswith("404 ['")
    assert pages.endswith("1 False\n")
    assert set(pages.splitlines()[:-1]) == {"1 True"}
    pasted.names["client"].close()


def test_the_sample_of_the_awaiting_client(server: Server, stage: Backstage, program: OAuthClient) -> None:
    stage.account("awaited@example.org", username="awaited")
    credentials = {"YOUR_CLIENT_ID": program.client_id, "YOUR_CLIENT_SECRET": program.client_secret}
    replaced = {"https://accounts.example.org/vectara": server.url + PREFIX, '"ann"': '"awaited"', **credentials}
    assert "awaited False" in Notebook(replaced).run(AWAITING).splitlines()


async def test_a_user_from_beginning_to_end(users: Any, stage: Backstage, name: str) -> None:
    created = await finished(users.create(email=name, username=f"a/b {name}", description="Curator", **ROLES))
    assert kinds(stage, name) == ["invitation"]
    found = await finished(users.get(f"a/b {name}"))
    assert (found.id, found.email, found.enabled, found.description) == (created.id, name, True, "Curator")
    assert {field: getattr(found, field) for field in ROLES} == ROLES
    assert (await finished(users.reset_password(f"a/b {name}"))).email == name
    changed = await finished(users.update(f"a/b {name}", enabled=False, description=None, agent_roles=[]))
    assert (changed.enabled, changed.description, changed.agent_roles) == (False, None, [])
    assert changed.corpus_roles == ROLES["corpus_roles"]
    assert await finished(users.delete(f"a/b {name}")) is None
    with pytest.raises(NotFoundError) as refused:
        await finished(users.get(f"a/b {name}"))
    assert refused.value.body["id"] == f"a/b {name}"


async def test_refusals_have_their_classes(users: Any, connect: Connect, stage: Backstage, name: str) -> None:
    await finished(users.create(email=name))
    with pytest.raises(ConflictError):
        await finished(users.create(email=name))
    with pytest.raises(BadRequestError) as refused:
        await finished(users.update(name, api_roles=["king"]))
    assert list(refused.value.body["field_errors"]) == ["api_roles"]
    with pytest.raises(NotFoundError):
        await finished(users.list(corpus_key="nowhere"))
    async with open_client(connect(api_key=stage.member().token)) as client:
        with pytest.raises(ForbiddenError) as forbidden:
            await finished(client.users.list())
    assert forbidden.value.body.messages
    async with open_client(connect(client_id="none", client_secret="none")) as client:
        with pytest.raises(UnauthorizedError):
            await finished(client.users.list())


async def test_a_list_of_many_pages(users: Any, stage: Backstage) -> None:
    names = populate(stage, 25, corpus := f"many{next(_numbers)}")
    pager = await finished(users.list(limit=4, corpus_key=corpus))
    found = [user.username for user in await everything(pager)]
    assert [name for name in found if name.startswith(corpus)] == names[::2]
    assert {user.username for user in await everything(users.list(limit=100))} >= set(names)


async def test_an_administrators_key(connect: Connect, stage: Backstage) -> None:
    administrator = stage.member(roles=("administrator",))
    async with open_client(connect(api_key=administrator.token)) as client:
        assert (await finished(client.users.get(administrator.username))).api_roles == ["administrator"]
