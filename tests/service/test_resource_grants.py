"""Roles on single resources: who gives them, to whom, and what they amount to."""

import pytest

from gatepost.server.domain.errors import Conflict, Forbidden, Invalid, NotFound
from gatepost.server.domain.grants import Grant
from gatepost.server.domain.principal import SYSTEM, CredentialKind, Principal
from gatepost.server.domain.roles import ADMINISTRATOR, OWNER, ROLES, Permission, ResourceKind
from tests.service.conftest import World, acting

pytestmark = pytest.mark.anyio

DOCS, AGENT = "corpus:docs", "agent:support"


async def owner_of_docs(world: World) -> Principal:
    account = await world.account("docs@example.org")
    await world.parts.grants.grant(SYSTEM, account.id, "owner", DOCS)
    return await world.parts.grants.empowered(acting(account))


async def test_roles_are_given_and_taken_on_each_resource_alone(world: World) -> None:
    grants, id = world.parts.grants, (await world.account()).id
    assert await grants.grant(SYSTEM, id, "viewer", DOCS) == ["viewer"]
    assert await grants.grant(SYSTEM, id, "editor", DOCS) == ["editor", "viewer"]
    assert await grants.grant(SYSTEM, id, "agent_user", AGENT) == ["agent_user"]
    assert await grants.roles_of(SYSTEM, id) == []
    assert await grants.revoke(SYSTEM, id, "viewer", DOCS) == ["editor"]
    assert await grants.held_by(SYSTEM, id) == [Grant("agent_user", AGENT), Grant("editor", DOCS)]


async def test_the_trail_names_the_resource(world: World) -> None:
    id = (await world.account()).id
    await world.parts.grants.grant(SYSTEM, id, "viewer", DOCS)
    await world.parts.grants.grant(SYSTEM, id, "viewer")
    newest = await world.parts.audit.newest(SYSTEM, 2)
    assert [event.detail for event in newest] == [{"role": "viewer"}, {"role": "viewer", "resource": DOCS}]


async def test_who_owns_a_resource_hands_out_its_roles_and_no_others(world: World) -> None:
    me, id, grants = await owner_of_docs(world), (await world.account()).id, world.parts.grants
    assert await grants.grant(me, id, "editor", DOCS) == ["editor"]
    assert await grants.revoke(me, id, "editor", DOCS) == []
    for role, resource in [("editor", "corpus:other"), ("agent_user", AGENT), ("corpus_viewer", "")]:
        with pytest.raises(Forbidden):
            await grants.grant(me, id, role, resource)


async def test_nobody_hands_out_more_than_they_may_do(world: World) -> None:
    id = (await world.account()).id
    granting = Principal("a", CredentialKind.SESSION, permissions=frozenset({Permission.GRANT_ON_CORPORA}))
    with pytest.raises(Forbidden, match="more than you may do"):
        await world.parts.grants.grant(granting, id, "viewer", DOCS)


async def test_nobody_overrules_who_may_do_more_on_the_resource(world: World) -> None:
    owner = await owner_of_docs(world)
    lesser = Principal(
        "a", CredentialKind.SESSION, permissions=frozenset({Permission.GRANT_ON_CORPORA, Permission.READ_CORPORA})
    )
    with pytest.raises(Forbidden, match="may do more than you"):
        await world.parts.grants.grant(lesser, owner.account_id, "viewer", DOCS)


async def test_power_over_a_resource_counts_when_its_holder_is_to_be_disabled(world: World) -> None:
    owner = await owner_of_docs(world)
    lesser = Principal("a", CredentialKind.SESSION, permissions=frozenset({Permission.WRITE_ACCOUNTS}))
    with pytest.raises(Forbidden):
        await world.parts.administration.disable(lesser, owner.account_id)
    administrator = Principal("a", CredentialKind.SESSION, permissions=ROLES[ADMINISTRATOR])
    assert (await world.parts.administration.disable(administrator, owner.account_id)).disabled


async def test_a_credential_acts_with_the_roles_its_account_has_now(world: World) -> None:
    account = await world.account()
    grants, me = world.parts.grants, acting(account)
    await grants.grant(SYSTEM, account.id, "corpus_viewer")
    await grants.grant(SYSTEM, account.id, "editor", DOCS)
    mighty = await grants.empowered(me)
    assert mighty.permissions == ROLES["corpus_viewer"]
    assert Permission.WRITE_CORPORA in mighty.permissions_on(DOCS)
    await grants.revoke(SYSTEM, account.id, "editor", DOCS)
    assert Permission.WRITE_CORPORA not in (await grants.empowered(me)).permissions_on(DOCS)


async def test_an_attachment_token_acts_with_no_roles(world: World) -> None:
    account = await world.account(roles=(OWNER,))
    attachment = Principal(account.id, CredentialKind.ATTACHMENT)
    assert await world.parts.grants.empowered(attachment) == attachment


async def test_the_roles_of_a_kind_are_replaced_together(world: World) -> None:
    grants, id = world.parts.grants, (await world.account(roles=("viewer",))).id
    await grants.grant(SYSTEM, id, "viewer", DOCS)
    before = len(await world.events())
    wanted = [Grant("editor", DOCS), Grant("owner", "corpus:other")]
    held = await grants.replace(SYSTEM, id, ResourceKind.CORPUS, wanted)
    assert held == [*wanted, Grant("viewer")]
    assert await grants.replace(SYSTEM, id, ResourceKind.CORPUS, wanted) == held
    assert [action for action, _ in (await world.events())[before:]] == ["role.replaced"]


async def test_a_replacement_that_is_refused_in_part_changes_nothing(world: World) -> None:
    grants, id = world.parts.grants, (await world.account(roles=(OWNER,))).id
    with pytest.raises(Conflict, match="last owner"):
        await grants.replace(SYSTEM, id, ResourceKind.EVERYWHERE, [Grant(ADMINISTRATOR)])
    with pytest.raises(Invalid):
        await grants.replace(SYSTEM, id, ResourceKind.CORPUS, [Grant("editor", DOCS), Grant("editor", AGENT)])
    with pytest.raises(NotFound):
        await grants.replace(SYSTEM, "nobody", ResourceKind.CORPUS, [])
    assert await grants.held_by(SYSTEM, id) == [Grant(OWNER)]


async def test_who_grants_on_a_resource_learns_nothing_of_other_roles(world: World) -> None:
    me, id = await owner_of_docs(world), (await world.account(roles=(OWNER,))).id
    with pytest.raises(Forbidden):
        await world.parts.grants.replace(me, id, ResourceKind.CORPUS, [])
    with pytest.raises(Forbidden):
        await world.parts.grants.held_by(me, id)


async def test_nobody_makes_a_token_for_who_may_do_more(world: World) -> None:
    owner = await world.account(roles=(OWNER,))
    minting = Principal("a", CredentialKind.SESSION, permissions=frozenset({Permission.MINT_TOKENS}))
    with pytest.raises(Forbidden):
        await world.parts.tokens.create_for(minting, owner.id, "mine", None)
