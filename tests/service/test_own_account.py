"""What people change about their own account: what they are called, and their password."""

import asyncio

import pytest

from gatepost.server.domain import names
from gatepost.server.domain.accounts import State
from gatepost.server.domain.errors import Conflict, Invalid, NotFound, Unauthenticated
from gatepost.server.domain.identities import Claims
from gatepost.server.domain.principal import SYSTEM
from gatepost.server.store import accounts
from tests.service.conftest import PASSWORD, MakeWorld, World, acting

pytestmark = pytest.mark.anyio

NEW_PASSWORD = "another good one"


async def test_name_and_address_are_replaced_and_normalised(world: World) -> None:
    ann = await world.account("ann@example.org", first_name="Ann")
    changed = await world.parts.own_account.rename(acting(ann), "Ann  B ", " New@Example.org ")
    assert (changed.email, changed.username, changed.email_verified) == ("new@example.org", "new@example.org", False)
    assert names.display_name(changed) == "Ann  B "
    assert [found.id for found in await world.parts.people.search("new@")] == [ann.id]
    await world.parts.sign_in.by_password("NEW@example.org", PASSWORD, "test")
    with pytest.raises(Unauthenticated):
        await world.parts.sign_in.by_password("ann@example.org", PASSWORD, "test")
    assert (await world.account("ann@example.org")).id != ann.id


async def test_what_stays_the_same_stays_confirmed(world: World) -> None:
    ann = await world.account("ann@example.org", username="countess")
    changed = await world.parts.own_account.rename(acting(ann), "Ann", "ANN@example.org")
    assert (changed.first_name, changed.email_verified, changed.username) == ("Ann", True, "countess")


BAD = {
    "blank name": (" ", "ann@example.org", Invalid),
    "long name": ("x" * 256, "ann@example.org", Invalid),
    "no address": ("Ann", "", Invalid),
    "bad address": ("Ann", "foo", Invalid),
    "taken address": ("Ann", "BOB@example.org", Conflict),
    "somebody's username": ("Ann", "bobby@example.org", Conflict),
}


@pytest.mark.parametrize(("name", "email", "refusal"), BAD.values(), ids=BAD)
async def test_what_is_refused_changes_nothing(world: World, name: str, email: str, refusal: type[Exception]) -> None:
    ann = await world.account("ann@example.org")
    await world.account("bob@example.org", username="bobby@example.org")
    before = await world.events()
    with pytest.raises(refusal):
        await world.parts.own_account.rename(acting(ann), name, email)
    assert await world.parts.profiles.own(acting(ann)) == ann
    assert await world.events() == before


async def test_two_who_race_for_an_address_are_one_who_gets_it(world: World) -> None:
    people = [await world.account(f"{name}@example.org") for name in ("ann", "bob")]
    outcomes = await asyncio.gather(
        *(world.parts.own_account.rename(acting(who), "N", "new@example.org") for who in people),
        return_exceptions=True,
    )
    assert [isinstance(outcome, Conflict) for outcome in outcomes].count(True) == 1


async def test_a_new_address_keeps_to_the_domains_that_are_allowed(make_world: MakeWorld) -> None:
    world = make_world(registration__allowed_domains=["example.org"])
    ann = await world.account("ann@example.org")
    with pytest.raises(Invalid, match="domains"):
        await world.parts.own_account.rename(acting(ann), "Ann", "ann@example.com")


async def test_an_address_that_nobody_confirmed_is_lost_to_who_can(world: World) -> None:
    """Whoever moves to the address of another keeps nothing there: not a token, and not a common group."""
    eve, friend = await world.account("eve@example.org"), await world.account("friend@example.org")
    shared = (await world.parts.groups.enter(acting(friend))).group_id
    invitation = await world.parts.invitations.create(acting(friend), shared, 1)
    await world.parts.invitations.accept(acting(eve), invitation.raw)
    await world.parts.own_account.rename(acting(eve), "Eve", "ann@example.org")
    token = await world.parts.tokens.create(acting(eve), "n")
    claims = Claims("https://idp.example", "s1", "ann@example.org", True)
    principal = await world.parts.provisioning.principal_for(claims)
    with pytest.raises(Unauthenticated):
        await world.parts.credentials.resolve(token.raw)
    assert await world.parts.groups.memberships(principal) == []


async def test_a_new_address_ends_the_links_mailed_to_the_old_one(world: World) -> None:
    ann = await world.account("ann@example.org")
    await world.parts.password_reset.ask("ann@example.org")
    link = (await world.mails())[-1][2].partition("?token=")[2].split()[0]
    await world.parts.own_account.rename(acting(ann), "Ann", "new@example.org")
    with pytest.raises(NotFound):
        await world.parts.password_reset.complete(link, NEW_PASSWORD)


async def test_the_current_password_is_asked_for_a_new_one(world: World) -> None:
    ann = await world.account("ann@example.org")
    for current in ("wrong", "", "\ud800", "x" * 5_000):
        with pytest.raises(Invalid) as refusal:
            await world.parts.own_account.change_password(acting(ann), current, NEW_PASSWORD)
        assert refusal.value.field == "current"
    await world.parts.own_account.change_password(acting(ann), PASSWORD, NEW_PASSWORD)
    with pytest.raises(Unauthenticated):
        await world.parts.sign_in.by_password("ann@example.org", PASSWORD, "test")
    await world.parts.sign_in.by_password("ann@example.org", NEW_PASSWORD, "test")


@pytest.mark.parametrize("new", ["", "short", "password1", "ann@example.org", "\ud800", "x" * 1_025])
async def test_a_new_password_keeps_the_rules(world: World, new: str) -> None:
    ann = await world.account("ann@example.org")
    with pytest.raises(Invalid) as refusal:
        await world.parts.own_account.change_password(acting(ann), PASSWORD, new)
    assert refusal.value.field == "password"
    await world.parts.sign_in.by_password("ann@example.org", PASSWORD, "test")


async def test_an_account_without_a_password_gets_none_this_way(world: World) -> None:
    ann = await world.account("ann@example.org")
    await world.database.transaction(lambda tx: tx.run(accounts.set_password, id=ann.id, password_hash=None, now=1))
    for current in ("", PASSWORD):
        with pytest.raises(Invalid):
            await world.parts.own_account.change_password(acting(ann), current, NEW_PASSWORD)


async def test_of_several_changes_at_once_one_counts(world: World) -> None:
    ann = await world.account("ann@example.org")
    chosen = [f"another good one {number}" for number in range(3)]
    outcomes = await asyncio.gather(
        *(world.parts.own_account.change_password(acting(ann), PASSWORD, new) for new in chosen),
        return_exceptions=True,
    )
    assert [type(outcome) for outcome in outcomes].count(Conflict) == 2
    await world.parts.sign_in.by_password("ann@example.org", chosen[outcomes.index(None)], "test")


async def test_whoever_is_gone_changes_nothing(world: World) -> None:
    ann = await world.account("ann@example.org", state=State.ACTIVE)
    await world.parts.administration.delete(SYSTEM, ann.id)
    with pytest.raises(Unauthenticated):
        await world.parts.own_account.rename(acting(ann), "Ann", "ann@example.org")
    with pytest.raises(Unauthenticated):
        await world.parts.own_account.change_password(acting(ann), PASSWORD, NEW_PASSWORD)
    with pytest.raises(Unauthenticated):
        await world.parts.preferences.replace(acting(ann), b"{}")
