"""Two processes that act on one database at the same time: what may happen once, or must not happen, holds for both."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable

import pytest

from gatepost.server.domain.accounts import Account
from gatepost.server.domain.errors import Conflict, Forbidden, GatepostError
from gatepost.server.domain.groups import MemberRole
from gatepost.server.domain.identities import Claims
from gatepost.server.domain.principal import SYSTEM, Principal
from gatepost.server.domain.roles import OWNER
from gatepost.server.services.registration import SignUp
from gatepost.server.store import accounts
from tests.service.conftest import PASSWORD, MakeWorld, World, acting

pytestmark = pytest.mark.anyio

ROUNDS = 10
"""So often the two meet; a promise that is not kept is mostly broken in the first few."""


@pytest.fixture
async def other(world: World) -> AsyncIterator[World]:
    async with world.elsewhere() as opened:
        yield opened


async def at_once(*asked: Awaitable[object]) -> list[type[object]]:
    """Give what kind of answer each of several requests got that were made at the same time."""
    outcomes = await asyncio.gather(*asked, return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException) and not isinstance(outcome, GatepostError):
            raise outcome
    return [type(outcome) for outcome in outcomes]


async def owner_of(world: World, email: str) -> tuple[Account, Principal]:
    account = await world.account(email, roles=(OWNER,))
    return account, await world.parts.grants.empowered(acting(account))


async def test_owners_who_end_each_other_leave_one(world: World, other: World) -> None:
    for number in range(ROUNDS):
        (ann, by_ann), (bob, by_bob) = [await owner_of(world, f"{name}{number}@example.org") for name in ("ann", "bob")]
        for id, _ in await world.database.all(accounts.usable_holders, role=OWNER):
            if id not in {ann.id, bob.id}:
                await world.parts.administration.delete(SYSTEM, id)
        answers = await at_once(
            world.parts.administration.disable(by_ann, bob.id), other.parts.grants.revoke(by_bob, ann.id, OWNER)
        )
        assert len(await world.database.all(accounts.usable_holders, role=OWNER)) == 1
        assert len(set(answers) & {Conflict, Forbidden}) == 1


async def test_owners_of_a_group_who_step_down_leave_one(world: World, other: World) -> None:
    for number in range(ROUNDS):
        ann, bob = [await world.account(f"{name}{number}@example.org") for name in ("ann", "bob")]
        group_id = (await world.parts.groups.enter(acting(ann))).group_id
        invitation = await world.parts.invitations.create(acting(ann), group_id, 1)
        await world.parts.invitations.accept(acting(bob), invitation.raw)
        await world.parts.groups.change_role(acting(ann), group_id, bob.id, MemberRole.OWNER)
        await at_once(
            world.parts.groups.remove_member(acting(ann), group_id, ann.id),
            other.parts.groups.change_role(acting(bob), group_id, bob.id, MemberRole.MEMBER),
        )
        left = [one for one in (ann, bob) if group_id in await groups_of(world, one)]
        (first, *_) = left
        roles = {member.account_id: member.role for member in await world.parts.groups.members(acting(first), group_id)}
        assert MemberRole.OWNER in roles.values()


async def groups_of(world: World, account: Account) -> set[str]:
    return {membership.group_id for membership in await world.parts.groups.memberships(acting(account))}


async def test_an_invitation_is_spent_as_often_as_it_says(world: World, other: World) -> None:
    ann = await world.account("ann@example.org")
    group_id = (await world.parts.groups.enter(acting(ann))).group_id
    new = await world.parts.invitations.create(acting(ann), group_id, 3)
    guests = [acting(await world.account(f"{number}@example.org")) for number in range(8)]
    answers = await at_once(
        *(
            where.parts.invitations.accept(guest, new.raw)
            for guest, where in zip(guests, [world, other] * 4, strict=True)
        )
    )
    assert len(await world.parts.groups.members(acting(ann), group_id)) == 4
    assert sum(issubclass(answer, GatepostError) for answer in answers) == 5


async def test_a_link_counts_once(world: World, other: World) -> None:
    for number in range(ROUNDS):
        link = await world.sign_up(f"ann{number}@example.org")
        answers = await at_once(*(where.parts.registration.confirm(link) for where in (world, other, world, other)))
        assert answers.count(Account) == 1


async def test_an_address_and_an_identity_make_one_account(world: World, other: World) -> None:
    for number in range(ROUNDS):
        claims = Claims("https://idp.example", f"s{number}", f"ann{number}@example.org", True)
        await asyncio.gather(*(where.parts.provisioning.principal_for(claims) for where in (world, other) * 3))
    made = Counter(account.email for account in await world.parts.administration.page(SYSTEM))
    assert made == Counter(f"ann{number}@example.org" for number in range(ROUNDS))


async def test_without_verification_one_address_makes_one_account(make_world: MakeWorld) -> None:
    world = make_world(registration__verify_email=False)
    async with world.elsewhere() as other:
        for number in range(ROUNDS):
            new = SignUp(f"ann{number}@example.org", PASSWORD)
            await asyncio.gather(*(where.parts.registration.sign_up(new) for where in (world, other) * 2))
    assert len(await world.parts.administration.page(SYSTEM)) == ROUNDS


async def test_an_account_has_so_many_tokens_and_no_more(make_world: MakeWorld) -> None:
    world = make_world(tokens__max_per_account=5)
    ann = acting(await world.account())
    async with world.elsewhere() as other:
        answers = await at_once(*(where.parts.tokens.create(ann, "n") for where in (world, other) * 6))
    assert answers.count(Forbidden) == 7
    assert len((await world.parts.tokens.list_own(ann)).tokens) == 5


async def test_processes_that_need_a_signing_key_at_once_make_one(world: World, other: World) -> None:
    made = await world.parts.clients.create(SYSTEM, "ci")
    granting = [where.parts.access_tokens.grant(made.client.id, made.secret) for where in (world, other) * 3]
    tokens = [grant.token for grant in await asyncio.gather(*granting)]
    assert len(await world.parts.signing_keys.published()) == 1
    for token in tokens:
        assert (await other.parts.access_tokens.principal_of(token)).account_id == made.client.id
