"""Invitations: counted, expiring, and spent once however many ask."""

import asyncio

import pytest

from gatepost.server.domain.accounts import Account
from gatepost.server.domain.clock import DAY
from gatepost.server.domain.errors import Conflict, Forbidden, Invalid, NotFound
from gatepost.server.domain.spellings import Spelling
from gatepost.server.services import invitations
from gatepost.server.services.housekeeping import Housekeeping
from tests.service.conftest import World, acting

pytestmark = pytest.mark.anyio


async def group_of(world: World, owner: Account) -> str:
    return (await world.parts.groups.enter(acting(owner))).group_id


async def uses_left(world: World, owner: Account) -> list[int]:
    listed = await world.parts.invitations.list_of(acting(owner), await group_of(world, owner))
    return [invitation.uses for invitation in listed]


async def test_an_invitation_holds_for_a_day_unless_it_says_otherwise(world: World) -> None:
    ann, bob = await world.account("ann@example.org"), await world.account("bob@example.org")
    group_id = await group_of(world, ann)
    new = await world.parts.invitations.create(acting(ann), group_id, 3)
    longer = await world.parts.invitations.create(acting(ann), group_id, 3, world.clock.now + 2 * DAY)
    assert (new.invitation.uses, new.invitation.expires_at) == (3, world.clock.now + DAY)
    world.clock.forward(DAY)
    with pytest.raises(Conflict, match="expired"):
        await world.parts.invitations.accept(acting(bob), new.raw)
    assert (await world.parts.invitations.accept(acting(bob), longer.raw)).id == group_id


@pytest.mark.parametrize("spelling", Spelling)
async def test_an_invitation_works_in_the_spelling_it_was_made_in(world: World, spelling: Spelling) -> None:
    ann, bob = await world.account("ann@example.org"), await world.account("bob@example.org")
    new = await world.parts.invitations.create(acting(ann), await group_of(world, ann), 1, spelling=spelling)
    assert new.raw not in repr(new)
    await world.parts.invitations.accept(acting(bob), new.raw)


async def test_joining_leaves_the_default_as_it_is(world: World) -> None:
    ann, bob = await world.account("ann@example.org"), await world.account("bob@example.org")
    own = await group_of(world, bob)
    new = await world.parts.invitations.create(acting(ann), await group_of(world, ann), 1)
    joined = await world.parts.invitations.accept(acting(bob), new.raw)
    assert await group_of(world, bob) == own
    found = await world.parts.groups.memberships(acting(bob))
    assert {membership.group_id: membership.is_default for membership in found} == {own: True, joined.id: False}


async def test_an_invitation_is_accepted_as_often_as_it_has_uses(world: World) -> None:
    ann = await world.account("ann@example.org")
    new = await world.parts.invitations.create(acting(ann), await group_of(world, ann), 2)
    guests = [await world.account(f"{number}@example.org") for number in range(5)]
    outcomes = await asyncio.gather(
        *(world.parts.invitations.accept(acting(guest), new.raw) for guest in guests), return_exceptions=True
    )
    assert [type(outcome) for outcome in outcomes].count(Conflict) == 3
    assert await uses_left(world, ann) == [0]
    assert len(await world.parts.groups.members(acting(ann), await group_of(world, ann))) == 3


async def test_who_is_in_the_group_spends_nothing(world: World) -> None:
    ann, bob = await world.account("ann@example.org"), await world.account("bob@example.org")
    new = await world.parts.invitations.create(acting(ann), await group_of(world, ann), 3)
    outcomes = await asyncio.gather(
        *(world.parts.invitations.accept(acting(bob), new.raw) for _ in range(3)), return_exceptions=True
    )
    assert [type(outcome) for outcome in outcomes].count(Conflict) == 2
    with pytest.raises(Conflict, match="already"):
        await world.parts.invitations.accept(acting(ann), new.raw)
    assert await uses_left(world, ann) == [2]


@pytest.mark.parametrize("raw", ["", "x", "\ud800", "A" * 26, "gp_inv_" + "0" * 36, "x" * 100_000])
async def test_what_is_no_invitation_is_not_found(world: World, raw: str) -> None:
    with pytest.raises(NotFound):
        await world.parts.invitations.accept(acting(await world.account()), raw)


async def test_an_invitation_is_no_session_and_a_session_no_invitation(world: World) -> None:
    ann = await world.account("ann@example.org")
    new = await world.parts.invitations.create(acting(ann), await group_of(world, ann), 1, spelling=Spelling.HOMEBOX)
    with pytest.raises(Exception, match="credential"):
        await world.parts.credentials.resolve(new.raw)


async def test_a_withdrawn_invitation_is_gone(world: World) -> None:
    ann, bob = await world.account("ann@example.org"), await world.account("bob@example.org")
    group_id, other = await group_of(world, ann), await group_of(world, bob)
    new = await world.parts.invitations.create(acting(ann), group_id, 1)
    with pytest.raises(NotFound):
        await world.parts.invitations.withdraw(acting(bob), other, new.invitation.id)
    await world.parts.invitations.withdraw(acting(ann), group_id, new.invitation.id)
    with pytest.raises(NotFound):
        await world.parts.invitations.withdraw(acting(ann), group_id, new.invitation.id)
    with pytest.raises(NotFound):
        await world.parts.invitations.accept(acting(bob), new.raw)


@pytest.mark.parametrize("uses", [0, -1, 101])
async def test_another_number_of_uses_is_refused(world: World, uses: int) -> None:
    ann = await world.account()
    with pytest.raises(Invalid):
        await world.parts.invitations.create(acting(ann), await group_of(world, ann), uses)
    assert await uses_left(world, ann) == []


async def test_a_group_has_so_many_invitations_and_no_more(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(invitations, "MOST_INVITATIONS", 2)
    ann = await world.account()
    group_id = await group_of(world, ann)
    made = [await world.parts.invitations.create(acting(ann), group_id, 1) for _ in range(2)]
    with pytest.raises(Forbidden, match="2 invitations"):
        await world.parts.invitations.create(acting(ann), group_id, 1)
    await world.parts.invitations.withdraw(acting(ann), group_id, made[0].invitation.id)
    await world.parts.invitations.create(acting(ann), group_id, 1)


async def test_expired_invitations_are_listed_for_a_day_and_then_cleared_away(world: World) -> None:
    ann = await world.account()
    await world.parts.invitations.create(acting(ann), await group_of(world, ann), 1, world.clock.now - 1)
    tidying = Housekeeping(world.parts.runtime, confirm_hours=1, keep_mail_days=1)
    await tidying.tidy()
    assert await uses_left(world, ann) == [1]
    world.clock.forward(DAY)
    await tidying.tidy()
    assert await uses_left(world, ann) == []
