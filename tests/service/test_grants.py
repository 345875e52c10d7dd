"""Giving and taking roles, and who always keeps one."""

from collections.abc import Awaitable, Callable

import pytest

from gatepost.server.domain.accounts import State
from gatepost.server.domain.errors import Conflict, Forbidden, Invalid, NotFound
from gatepost.server.domain.principal import SYSTEM, CredentialKind, Principal
from gatepost.server.domain.roles import ADMINISTRATOR, OWNER, ROLES, Permission
from gatepost.server.services.grants import Grants
from tests.service.conftest import World, acting

pytestmark = pytest.mark.anyio

Act = Callable[[Grants, Principal, str, str], Awaitable[list[str]]]

ACTS: dict[str, Act] = {
    "grant": lambda grants, who, id, role: grants.grant(who, id, role),
    "revoke": lambda grants, who, id, role: grants.revoke(who, id, role),
}
both = pytest.mark.parametrize("act", ACTS.values(), ids=ACTS.keys())


async def test_roles_are_given_and_taken_one_by_one(world: World) -> None:
    grants, id = world.parts.grants, (await world.account()).id
    await world.account("owner@example.org", roles=(OWNER,))
    assert await grants.grant(SYSTEM, id, ADMINISTRATOR) == [ADMINISTRATOR]
    assert await grants.grant(SYSTEM, id, OWNER) == [ADMINISTRATOR, OWNER]
    assert await grants.revoke(SYSTEM, id, ADMINISTRATOR) == [OWNER]
    assert await grants.revoke(SYSTEM, id, OWNER) == []
    assert await grants.roles_of(SYSTEM, id) == []


async def test_what_is_so_already_is_no_change(world: World) -> None:
    grants, id = world.parts.grants, (await world.account(roles=(ADMINISTRATOR,))).id
    await world.account("owner@example.org", roles=(OWNER,))
    before = await world.events()
    assert await grants.grant(SYSTEM, id, ADMINISTRATOR) == [ADMINISTRATOR]
    assert await grants.revoke(SYSTEM, id, OWNER) == [ADMINISTRATOR]
    assert await world.events() == before


@both
async def test_only_who_may_grant_roles_does(world: World, act: Act) -> None:
    account = await world.account()
    administrator = Principal("a", CredentialKind.SESSION, permissions=ROLES[ADMINISTRATOR])
    for principal in (acting(account), administrator):
        with pytest.raises(Forbidden):
            await act(world.parts.grants, principal, account.id, OWNER)


@both
async def test_nobody_changes_the_roles_of_who_may_do_more(world: World, act: Act) -> None:
    owner = await world.account(roles=(OWNER,))
    await world.account("other@example.org", roles=(OWNER,))
    granting = Principal("a", CredentialKind.SESSION, permissions=frozenset({Permission.GRANT_ROLES}))
    with pytest.raises(Forbidden):
        await act(world.parts.grants, granting, owner.id, OWNER)


@both
async def test_what_is_not_there_is_refused(world: World, act: Act) -> None:
    account = await world.account()
    with pytest.raises(Invalid):
        await act(world.parts.grants, SYSTEM, account.id, "emperor")
    with pytest.raises(NotFound):
        await act(world.parts.grants, SYSTEM, "nobody", OWNER)


async def test_an_attempt_for_an_unconfirmed_address_is_given_no_role(world: World) -> None:
    attempt = await world.account(state=State.UNVERIFIED)
    with pytest.raises(Conflict):
        await world.parts.grants.grant(SYSTEM, attempt.id, OWNER)
    assert await world.parts.grants.roles_of(SYSTEM, attempt.id) == []


async def test_an_unconfirmed_address_gets_roles_from_the_operator_alone(world: World) -> None:
    account, grants = await world.account(), world.parts.grants
    await world.parts.own_account.rename(acting(account), "Ada", "elsewhere@example.org")
    owner = Principal("a", CredentialKind.CLIENT, permissions=ROLES[OWNER])
    for role, resource in (("viewer", ""), ("editor", "corpus:docs")):
        with pytest.raises(Conflict, match="not confirmed"):
            await grants.grant(owner, account.id, role, resource)
        assert await grants.grant(SYSTEM, account.id, role, resource) == [role]
        assert await grants.revoke(owner, account.id, role, resource) == []


async def test_the_last_owner_keeps_the_role(world: World) -> None:
    first = await world.account("first@example.org", roles=(OWNER,))
    second = await world.account("second@example.org", roles=(OWNER,))
    grants = world.parts.grants
    await world.parts.administration.disable(SYSTEM, second.id)
    with pytest.raises(Conflict, match="last owner"):
        await grants.revoke(SYSTEM, first.id, OWNER)
    assert await grants.revoke(SYSTEM, second.id, OWNER) == []
    assert await grants.roles_of(SYSTEM, first.id) == [OWNER]


async def test_where_nobody_is_an_owner_the_last_administrator_keeps_the_role(world: World) -> None:
    first = await world.account("first@example.org", roles=(ADMINISTRATOR,))
    second = await world.account("second@example.org", roles=(ADMINISTRATOR,))
    grants = world.parts.grants
    assert await grants.revoke(SYSTEM, first.id, ADMINISTRATOR) == []
    with pytest.raises(Conflict, match="last administrator"):
        await grants.revoke(SYSTEM, second.id, ADMINISTRATOR)
    await grants.grant(SYSTEM, first.id, OWNER)
    assert await grants.revoke(SYSTEM, second.id, ADMINISTRATOR) == []
