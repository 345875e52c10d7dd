"""OAuth2 clients: made, listed, revoked, and never mightier than whoever made them."""

from collections.abc import Awaitable, Callable

import pytest

from gatepost.server.domain.errors import Forbidden, Invalid, NotFound
from gatepost.server.domain.principal import SYSTEM, CredentialKind, Principal
from gatepost.server.domain.roles import ADMINISTRATOR, OWNER, ROLES, Permission
from gatepost.server.domain.tokens import Kind, well_formed
from gatepost.server.services import clients
from gatepost.server.services.clients import Clients
from gatepost.server.store.statement import Query
from tests.service.conftest import World

pytestmark = pytest.mark.anyio

_ROWS = Query("tests.clients", "SELECT * FROM clients", row=repr)

Act = Callable[[Clients, Principal], Awaitable[object]]

ACTS: dict[str, Act] = {
    "create": lambda clients, who: clients.create(who, "ci"),
    "page": lambda clients, who: clients.page(who),
    "revoke": lambda clients, who: clients.revoke(who, "nobody"),
}


def managing(*more: Permission) -> Principal:
    return Principal("a", CredentialKind.SESSION, permissions=frozenset({Permission.MANAGE_CLIENTS, *more}))


async def test_a_client_is_listed_with_its_roles_until_it_is_revoked(world: World) -> None:
    made = await world.parts.clients.create(SYSTEM, " ci ", [OWNER, ADMINISTRATOR, OWNER])
    assert (made.client.name, made.client.roles) == ("ci", (ADMINISTRATOR, OWNER))
    assert await world.parts.clients.page(SYSTEM) == [made.client]
    await world.parts.clients.revoke(SYSTEM, made.client.id)
    assert await world.parts.clients.page(SYSTEM) == []
    with pytest.raises(NotFound):
        await world.parts.clients.revoke(SYSTEM, made.client.id)


async def test_the_secret_is_stored_as_a_digest_and_shown_by_nothing_else(world: World) -> None:
    made = await world.parts.clients.create(SYSTEM, "ci")
    assert well_formed(made.secret.encode(), Kind.CLIENT_SECRET)
    told = [repr(made), *await world.database.all(_ROWS)]
    told += [repr(event) for event in await world.parts.audit.newest(SYSTEM, 10)]
    assert len(told) == 3
    assert not [text for text in told if made.secret in text]


async def test_every_change_is_in_the_trail(world: World) -> None:
    made = await world.parts.clients.create(SYSTEM, "ci", [OWNER])
    await world.parts.clients.revoke(SYSTEM, made.client.id)
    assert await world.events() == [("client.created", made.client.id), ("client.revoked", made.client.id)]


async def test_pages_follow_each_other(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clients, "PAGE", 2)
    made = [(await world.parts.clients.create(SYSTEM, f"c{number}")).client for number in range(3)]
    first = await world.parts.clients.page(SYSTEM)
    assert [first, await world.parts.clients.page(SYSTEM, first[-1].id)] == [made[:2], made[2:]]


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS.keys())
async def test_only_who_may_manage_clients_does(world: World, act: Act) -> None:
    with pytest.raises(Forbidden):
        await act(world.parts.clients, Principal("a", CredentialKind.SESSION, permissions=ROLES[ADMINISTRATOR]))
    assert await world.events() == []


@pytest.mark.parametrize(("name", "roles"), [(" ", ()), ("x" * 201, ()), ("a\nb", ()), ("ci", ("emperor",))])
async def test_an_impossible_client_is_refused(world: World, name: str, roles: tuple[str, ...]) -> None:
    with pytest.raises(Invalid):
        await world.parts.clients.create(SYSTEM, name, roles)


async def test_nobody_makes_a_client_that_may_do_more_than_they(world: World) -> None:
    with pytest.raises(Forbidden):
        await world.parts.clients.create(managing(), "ci", ["corpus_viewer"])
    with pytest.raises(Forbidden):
        await world.parts.clients.create(managing(Permission.GRANT_ROLES), "ci", ["corpus_viewer"])
    granting = managing(Permission.GRANT_ROLES, Permission.READ_CORPORA)
    assert (await world.parts.clients.create(granting, "ci", ["corpus_viewer"])).client.roles == ("corpus_viewer",)


async def test_nobody_revokes_a_client_that_may_do_more_than_they(world: World) -> None:
    made = await world.parts.clients.create(SYSTEM, "ci", [OWNER])
    with pytest.raises(Forbidden):
        await world.parts.clients.revoke(managing(), made.client.id)
