"""Accounts that begin in a group: all of it or nothing, and by invitation where the policy says so."""

import asyncio
from dataclasses import replace

import pytest

from gatepost.server.domain import names
from gatepost.server.domain.accounts import Account, State
from gatepost.server.domain.clock import DAY
from gatepost.server.domain.errors import Conflict, Forbidden, GatepostError, Invalid, NotFound, Unauthenticated
from gatepost.server.domain.groups import MemberRole
from gatepost.server.domain.principal import SYSTEM
from gatepost.server.services.enrolment import Enrol, Enrolment
from gatepost.server.services.invitations import NewInvitation
from gatepost.server.services.registration import SignUp
from gatepost.server.store.statement import Query
from tests.service.conftest import PASSWORD, MakeWorld, World, acting

pytestmark = pytest.mark.anyio

_COUNTS = Query(
    "tests.counts",
    "SELECT (SELECT count(*) FROM accounts), (SELECT count(*) FROM groups), (SELECT count(*) FROM memberships), "
    "(SELECT sum(uses) FROM invitations)",
    row=tuple,
)


async def invitation_by(world: World, owner: Account, uses: int = 1) -> NewInvitation:
    entered = await world.parts.groups.enter(acting(owner))
    return await world.parts.invitations.create(acting(owner), entered.group_id, uses)


async def account_of(world: World, email: str) -> Account:
    return await world.parts.administration.find(SYSTEM, email)


async def test_an_account_begins_as_owner_of_a_group_of_its_own(world: World) -> None:
    await world.parts.enrolment.enrol(Enrol("Ann  Lee ", " Ann@Example.org ", PASSWORD))
    account = await account_of(world, "ann@example.org")
    assert (account.email, account.state, account.email_verified) == ("ann@example.org", State.ACTIVE, False)
    assert names.display_name(account) == "Ann  Lee "
    (group,) = await world.parts.groups.list_own(acting(account))
    entered = await world.parts.groups.enter(acting(account))
    assert (entered.group_id, entered.role, group.name) == (group.id, MemberRole.OWNER, "Ann  Lee's Home")
    assert (await world.parts.people.search("ann"))[0].id == account.id
    assert await world.mails() == []


async def test_who_is_invited_begins_as_member_of_that_group_alone(world: World) -> None:
    ann = await world.account("ann@example.org")
    new = await invitation_by(world, ann)
    await world.parts.enrolment.enrol(Enrol("Bob", "bob@example.org", PASSWORD, new.raw))
    bob = acting(await account_of(world, "bob@example.org"))
    (membership,) = await world.parts.groups.memberships(bob)
    assert (membership.group_id, membership.role, membership.is_default) == (
        new.invitation.group_id,
        MemberRole.MEMBER,
        True,
    )


async def test_two_who_race_for_the_last_use_are_one_who_wins_and_one_who_leaves_nothing(world: World) -> None:
    ann = await world.account("ann@example.org")
    new = await invitation_by(world, ann)
    outcomes = await asyncio.gather(
        *(world.parts.enrolment.enrol(Enrol("N", f"{n}@example.org", PASSWORD, new.raw)) for n in range(4)),
        return_exceptions=True,
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Conflict", "Conflict", "Conflict", "NoneType"]
    assert await world.database.one(_COUNTS) == (2, 1, 2, 0)
    assert [event for event, _ in await world.events()].count("account.signed_up") == 1


async def test_two_who_race_for_an_address_are_one_account(world: World) -> None:
    outcomes = await asyncio.gather(
        *(world.parts.enrolment.enrol(Enrol("N", address, PASSWORD)) for address in ("a@example.org", "A@EXAMPLE.ORG")),
        return_exceptions=True,
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Conflict", "NoneType"]
    assert await world.database.one(_COUNTS) == (1, 1, 1, None)


BAD = {
    "name": (Enrol("", "b@example.org", PASSWORD), Invalid),
    "long name": (Enrol("x" * 256, "b@example.org", PASSWORD), Invalid),
    "address": (Enrol("Bob", "foo", PASSWORD), Invalid),
    "taken address": (Enrol("Bob", "ANN@example.org", PASSWORD), Conflict),
    "password": (Enrol("Bob", "b@example.org", "short"), Invalid),
    "unknown invitation": (Enrol("Bob", "b@example.org", PASSWORD, "nonsense"), NotFound),
}


@pytest.mark.parametrize(("form", "refusal"), BAD.values(), ids=BAD)
async def test_what_is_refused_leaves_nothing_behind(world: World, form: Enrol, refusal: type[GatepostError]) -> None:
    ann = await world.account("ann@example.org")
    new = await invitation_by(world, ann)
    before = await world.database.one(_COUNTS)
    for invitation in (form.invitation, new.raw if form.invitation is None else form.invitation):
        with pytest.raises(refusal):
            await world.parts.enrolment.enrol(replace(form, invitation=invitation))
    assert await world.database.one(_COUNTS) == before


async def test_expired_and_used_invitations_are_told_apart(world: World) -> None:
    ann = await world.account("ann@example.org")
    used, old = await invitation_by(world, ann), await invitation_by(world, ann)
    await world.parts.enrolment.enrol(Enrol("Bob", "bob@example.org", PASSWORD, used.raw))
    with pytest.raises(Conflict, match="used up"):
        await world.parts.enrolment.enrol(Enrol("Eve", "eve@example.org", PASSWORD, used.raw))
    world.clock.forward(DAY)
    with pytest.raises(Conflict, match="expired"):
        await world.parts.enrolment.enrol(Enrol("Eve", "eve@example.org", PASSWORD, old.raw))


async def test_by_invitation_only_means_that(make_world: MakeWorld) -> None:
    world = make_world(registration__mode="invitation")
    ann = await world.account("ann@example.org")
    new = await invitation_by(world, ann)
    with pytest.raises(Forbidden, match="invitation"):
        await world.parts.enrolment.enrol(Enrol("Bob", "bob@example.org", PASSWORD))
    with pytest.raises(Forbidden, match="invitation"):
        await world.parts.registration.sign_up(SignUp("bob@example.org", PASSWORD))
    await world.parts.enrolment.enrol(Enrol("Bob", "bob@example.org", PASSWORD, new.raw))
    await world.parts.sign_in.by_password("bob@example.org", PASSWORD, "test")


async def test_closed_is_closed_to_the_invited_too(make_world: MakeWorld) -> None:
    world = make_world(registration__mode="closed")
    new = await invitation_by(world, await world.account("ann@example.org"))
    with pytest.raises(Forbidden, match="closed"):
        await world.parts.enrolment.enrol(Enrol("Bob", "bob@example.org", PASSWORD, new.raw))


async def test_approval_comes_before_the_first_sign_in(make_world: MakeWorld) -> None:
    world = make_world(registration__mode="approval")
    await world.parts.enrolment.enrol(Enrol("Bob", "bob@example.org", PASSWORD))
    with pytest.raises(Forbidden, match="approval"):
        await world.parts.sign_in.by_password("bob@example.org", PASSWORD, "test")


@pytest.mark.parametrize("mode", ["open", "invitation"])
async def test_an_invitation_that_came_with_an_attempt_is_spent_by_its_confirmation(
    make_world: MakeWorld, mode: str
) -> None:
    world = make_world(registration__mode=mode)
    ann = await world.account("ann@example.org")
    new = await invitation_by(world, ann)
    first = await world.sign_up("bob@example.org", invitation=new.raw)
    second = await world.sign_up("eve@example.org", invitation=new.raw)
    bob = await world.parts.registration.confirm(first)
    with pytest.raises(Conflict, match="used up"):
        await world.parts.registration.confirm(second)
    assert (await account_of(world, "eve@example.org")).state is State.UNVERIFIED
    (membership,) = await world.parts.groups.memberships(acting(bob))
    assert membership.group_id == new.invitation.group_id


async def test_an_invitation_without_confirmation_is_spent_at_once(make_world: MakeWorld) -> None:
    world = make_world(registration__verify_email=False)
    ann = await world.account("ann@example.org")
    new = await invitation_by(world, ann)
    await world.parts.registration.sign_up(SignUp("bob@example.org", PASSWORD, invitation=new.raw))
    with pytest.raises(Conflict):
        await world.parts.registration.sign_up(SignUp("eve@example.org", PASSWORD, invitation=new.raw))
    assert len(await world.parts.groups.members(acting(ann), new.invitation.group_id)) == 2


async def test_where_addresses_are_confirmed_the_answer_tells_nothing(world: World) -> None:
    enrolment = Enrolment(world.parts.runtime, world.parts.registration)
    ann = await world.account("ann@example.org")
    for email in ("ann@example.org", "bob@example.org"):
        await enrolment.enrol(Enrol("Bob", email, PASSWORD))
    with pytest.raises(Unauthenticated):
        await world.parts.sign_in.by_password("bob@example.org", PASSWORD, "test")
    bob = await world.parts.registration.confirm((await world.links("bob@example.org"))[0])
    assert names.display_name(bob) == "Bob"
    assert (await world.parts.groups.enter(acting(bob))).account_id == bob.id != ann.id
