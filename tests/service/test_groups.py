"""Groups: which one is acted in, who is in it, and what only owners may do."""

import asyncio

import pytest

from gatepost.server.domain.accounts import Account
from gatepost.server.domain.errors import Conflict, Forbidden, GatepostError, Invalid, NotFound
from gatepost.server.domain.groups import MemberRole
from gatepost.server.domain.principal import SYSTEM, CredentialKind, Principal
from gatepost.server.services import membership
from tests.service.conftest import World, acting

pytestmark = pytest.mark.anyio


async def home(world: World, account: Account) -> str:
    """Give the default group of an account, which is made when there is none."""
    return (await world.parts.groups.enter(acting(account))).group_id


async def joined(world: World, group_id: str, owner: Account, email: str) -> Account:
    """Make an account that has a home and is in the owner's group as well."""
    member = await world.account(email, first_name=email[0].upper())
    await home(world, member)
    invitation = await world.parts.invitations.create(acting(owner), group_id, 1)
    await world.parts.invitations.accept(acting(member), invitation.raw)
    return member


async def roles(world: World, group_id: str, asked_by: Account) -> dict[str, MemberRole]:
    return {member.account_id: member.role for member in await world.parts.groups.members(acting(asked_by), group_id)}


async def test_an_account_without_a_group_gets_one_of_its_own_when_it_first_acts(world: World) -> None:
    account = await world.account(first_name="Ann", last_name="Lee")
    entered = await asyncio.gather(*(world.parts.groups.enter(acting(account)) for _ in range(5)))
    (group,) = await world.parts.groups.list_own(acting(account))
    assert {membership.group_id for membership in entered} == {group.id}
    assert all(membership.is_default and membership.role is MemberRole.OWNER for membership in entered)
    assert (group.name, group.currency) == ("Ann Lee's Home", "USD")


async def test_who_names_a_group_acts_in_it_if_they_are_in_it(world: World) -> None:
    ann, bob = await world.account("ann@example.org"), await world.account("bob@example.org")
    second = await world.parts.groups.create(acting(ann), "Second", "eur")
    assert (await world.parts.groups.enter(acting(ann), second.id)).group_id == second.id
    for group_id in (second.id, "", "no-such-group"):
        with pytest.raises(Forbidden):
            await world.parts.groups.enter(acting(bob), group_id)


async def test_an_attachment_token_enters_no_group(world: World) -> None:
    ann = await world.account()
    group_id = await home(world, ann)
    companion = Principal(ann.id, CredentialKind.ATTACHMENT)
    for named in (None, group_id):
        with pytest.raises(Forbidden, match="attachments"):
            await world.parts.groups.enter(companion, named)


async def test_a_group_is_shown_to_its_members_and_to_nobody_else(world: World) -> None:
    ann, eve = await world.account("ann@example.org"), await world.account("eve@example.org")
    group = await world.parts.groups.create(acting(ann), " Workshop ")
    assert await world.parts.groups.show(acting(ann), group.id) == group
    assert group.name == "Workshop"
    for asked in (
        world.parts.groups.show(acting(eve), group.id),
        world.parts.groups.members(acting(eve), group.id),
        world.parts.invitations.list_of(acting(eve), group.id),
    ):
        with pytest.raises(Forbidden):
            await asked


async def test_the_members_are_listed_in_the_order_they_came(world: World) -> None:
    ann = await world.account("ann@example.org", first_name="Ann")
    group_id = await home(world, ann)
    for email in ("zoe@example.org", "bob@example.org"):
        world.clock.forward(1)
        await joined(world, group_id, ann, email)
    members = await world.parts.groups.members(acting(ann), group_id)
    assert [(member.email, member.first_name, member.role) for member in members] == [
        ("ann@example.org", "Ann", MemberRole.OWNER),
        ("zoe@example.org", "Z", MemberRole.MEMBER),
        ("bob@example.org", "B", MemberRole.MEMBER),
    ]


async def test_an_owner_changes_name_and_currency(world: World) -> None:
    ann = await world.account()
    group_id = await home(world, ann)
    world.clock.forward(5)
    changed = await world.parts.groups.change(acting(ann), group_id, "Cellar", "chf")
    assert (changed.name, changed.currency, changed.updated_at) == ("Cellar", "CHF", world.clock.now)
    for name, currency, field in (("", "EUR", "name"), ("x", "", "currency"), ("x", "BTC", "currency")):
        with pytest.raises(Invalid) as refusal:
            await world.parts.groups.change(acting(ann), group_id, name, currency)
        assert refusal.value.field == field
    assert await world.parts.groups.show(acting(ann), group_id) == changed


async def test_an_account_is_in_so_many_groups_and_no_more(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(membership, "MOST_GROUPS", 3)
    ann, bob = await world.account("ann@example.org"), await world.account("bob@example.org")
    invitation = await world.parts.invitations.create(acting(bob), await home(world, bob), 1)
    await home(world, ann)
    made = [await world.parts.groups.create(acting(ann), f"{n}") for n in range(2)]
    with pytest.raises(Forbidden, match="3 groups"):
        await world.parts.groups.create(acting(ann), "another")
    with pytest.raises(Forbidden, match="3 groups"):
        await world.parts.invitations.accept(acting(ann), invitation.raw)
    await world.parts.groups.delete(acting(ann), made[0].id)
    await world.parts.invitations.accept(acting(ann), invitation.raw)


async def test_what_owners_do_is_refused_to_members(world: World) -> None:
    ann = await world.account("ann@example.org")
    group_id = await home(world, ann)
    bob = acting(await joined(world, group_id, ann, "bob@example.org"))
    groups, invitations = world.parts.groups, world.parts.invitations
    invitation = await invitations.create(acting(ann), group_id, 1)
    before = await world.events()
    for asked in (
        groups.change(bob, group_id, "Mine", "EUR"),
        groups.delete(bob, group_id),
        groups.remove_member(bob, group_id, ann.id),
        groups.change_role(bob, group_id, bob.account_id, MemberRole.OWNER),
        invitations.create(bob, group_id, 1),
        invitations.withdraw(bob, group_id, invitation.invitation.id),
    ):
        with pytest.raises(Forbidden, match="owner"):
            await asked
    assert await world.events() == before


async def test_an_owner_makes_others_owners_and_the_last_one_stays_one(world: World) -> None:
    ann = await world.account("ann@example.org")
    group_id = await home(world, ann)
    bob = await joined(world, group_id, ann, "bob@example.org")
    with pytest.raises(Conflict):
        await world.parts.groups.change_role(acting(ann), group_id, ann.id, MemberRole.MEMBER)
    await world.parts.groups.change_role(acting(ann), group_id, bob.id, MemberRole.OWNER)
    await world.parts.groups.change_role(acting(bob), group_id, ann.id, MemberRole.MEMBER)
    assert await roles(world, group_id, ann) == {ann.id: MemberRole.MEMBER, bob.id: MemberRole.OWNER}
    with pytest.raises(NotFound):
        await world.parts.groups.change_role(acting(bob), group_id, "nobody", MemberRole.OWNER)


async def test_two_owners_who_step_down_together_leave_one(world: World) -> None:
    ann = await world.account("ann@example.org")
    group_id = await home(world, ann)
    bob = await joined(world, group_id, ann, "bob@example.org")
    await world.parts.groups.change_role(acting(ann), group_id, bob.id, MemberRole.OWNER)
    outcomes = await asyncio.gather(
        *(world.parts.groups.change_role(acting(who), group_id, who.id, MemberRole.MEMBER) for who in (ann, bob)),
        return_exceptions=True,
    )
    assert [type(outcome) for outcome in outcomes] == [type(None), Conflict]
    assert sorted((await roles(world, group_id, ann)).values()) == [MemberRole.MEMBER, MemberRole.OWNER]


async def test_a_removed_member_acts_in_another_of_their_groups(world: World) -> None:
    ann, bob = await world.account("ann@example.org"), await world.account("bob@example.org")
    group_id = await home(world, ann)
    invitation = await world.parts.invitations.create(acting(ann), group_id, 1)
    await world.parts.invitations.accept(acting(bob), invitation.raw)
    other = await world.parts.groups.create(acting(bob), "Other")
    assert await home(world, bob) == group_id
    await world.parts.groups.remove_member(acting(ann), group_id, bob.id)
    assert await home(world, bob) == other.id
    with pytest.raises(Forbidden):
        await world.parts.groups.enter(acting(bob), group_id)


async def test_who_is_removed_from_their_only_group_begins_anew(world: World) -> None:
    ann = await world.account("ann@example.org")
    group_id = await home(world, ann)
    bob = await world.account("bob@example.org")
    await world.parts.invitations.accept(
        acting(bob), (await world.parts.invitations.create(acting(ann), group_id, 1)).raw
    )
    assert await home(world, bob) == group_id
    await world.parts.groups.remove_member(acting(ann), group_id, bob.id)
    assert await world.parts.groups.memberships(acting(bob)) == []
    assert await home(world, bob) != group_id


async def test_some_cannot_be_removed(world: World) -> None:
    ann = await world.account("ann@example.org")
    group_id = await home(world, ann)
    remove = world.parts.groups.remove_member
    with pytest.raises(Invalid, match="yourself"):
        await remove(acting(ann), group_id, ann.id)
    with pytest.raises(Invalid, match="last member"):
        await remove(acting(ann), group_id, "nobody")
    await joined(world, group_id, ann, "bob@example.org")
    with pytest.raises(NotFound):
        await remove(acting(ann), group_id, "nobody")
    stranger = await world.account("eve@example.org")
    before = await world.events()
    await remove(acting(ann), group_id, stranger.id)
    assert await world.events() == before


async def test_deleting_a_group_ends_its_invitations_and_moves_its_members(world: World) -> None:
    ann = await world.account("ann@example.org")
    first = await home(world, ann)
    bob = await world.account("bob@example.org")
    invitation = await world.parts.invitations.create(acting(ann), first, 2)
    await world.parts.invitations.accept(acting(bob), invitation.raw)
    other = await world.parts.groups.create(acting(bob), "Other")
    with pytest.raises(Invalid, match="only group"):
        await world.parts.groups.delete(acting(ann), first)
    second = await world.parts.groups.create(acting(ann), "Second")
    await world.parts.groups.delete(acting(ann), first)
    assert await home(world, ann) == second.id
    assert await home(world, bob) == other.id
    with pytest.raises(NotFound):
        await world.parts.invitations.accept(acting(await world.account("eve@example.org")), invitation.raw)


@pytest.mark.parametrize("by", ["itself", "an administrator"])
async def test_when_the_last_owner_is_gone_the_longest_standing_member_is_one(world: World, by: str) -> None:
    ann = await world.account("ann@example.org")
    group_id = await home(world, ann)
    bob = await joined(world, group_id, ann, "bob@example.org")
    world.clock.forward(1)
    eve = await joined(world, group_id, ann, "eve@example.org")
    if by == "itself":
        await world.parts.profiles.delete_own(acting(ann))
    else:
        await world.parts.administration.delete(SYSTEM, ann.id)
    assert await roles(world, group_id, eve) == {bob.id: MemberRole.OWNER, eve.id: MemberRole.MEMBER}


async def test_a_group_goes_to_somebody_who_may_act(world: World) -> None:
    ann = await world.account("ann@example.org")
    group_id = await home(world, ann)
    gone, second = [await joined(world, group_id, ann, email) for email in ("gone@example.org", "old@example.org")]
    world.clock.forward(1)
    bob = await joined(world, group_id, ann, "bob@example.org")
    await world.parts.groups.change_role(acting(ann), group_id, second.id, MemberRole.OWNER)
    for barred in (gone, second):
        await world.parts.administration.disable(SYSTEM, barred.id)
    await world.parts.profiles.delete_own(acting(ann))
    assert (await roles(world, group_id, bob))[bob.id] is MemberRole.OWNER
    assert (await roles(world, group_id, bob))[gone.id] is MemberRole.MEMBER


async def test_a_group_stays_when_its_last_member_is_gone_and_is_owned_by_who_comes_next(world: World) -> None:
    ann = await world.account("ann@example.org")
    group_id = await home(world, ann)
    invitation = await world.parts.invitations.create(acting(ann), group_id, 1)
    await world.parts.profiles.delete_own(acting(ann))
    bob = await world.account("bob@example.org")
    assert (await world.parts.invitations.accept(acting(bob), invitation.raw)).id == group_id
    assert await roles(world, group_id, bob) == {bob.id: MemberRole.OWNER}


async def test_whoever_is_gone_meanwhile_makes_no_group(world: World) -> None:
    ann = await world.account()
    await world.parts.administration.delete(SYSTEM, ann.id)
    for asked in (world.parts.groups.enter(acting(ann)), world.parts.groups.create(acting(ann), "Ghost")):
        with pytest.raises(GatepostError):
            await asked
