"""Every change writes exactly one event in the same transaction, and no event holds personal data."""

from collections.abc import Awaitable, Callable

import pytest

from gatepost.server.domain.accounts import Account, State
from gatepost.server.domain.clock import DAY
from gatepost.server.domain.errors import Forbidden
from gatepost.server.domain.identities import Claims
from gatepost.server.domain.principal import SYSTEM
from gatepost.server.services.administration import NewAccount
from gatepost.server.services.audit import Action
from gatepost.server.services.registration import SignUp
from gatepost.server.store.statement import Query
from tests.service.conftest import PASSWORD, World, acting
from tests.service.test_profiles import png

pytestmark = pytest.mark.anyio

Change = Callable[[World, Account], Awaitable[object]]


async def _nothing(world: World, account: Account) -> None:
    """Prepare nothing."""


async def _pending(world: World, account: Account) -> str:
    return (await world.account("pending@example.org", state=State.PENDING)).id


async def _token(world: World, account: Account) -> str:
    return (await world.parts.tokens.create(acting(account), "first")).token.id


async def _signed_in(world: World, account: Account) -> str:
    return (await world.parts.sign_in.by_password("ada@example.org", PASSWORD, "test")).raw


async def _setup_link(world: World, account: Account) -> str:
    return (await world.parts.setup.open() or "").rpartition("/")[2]


async def _two_owners(world: World, account: Account) -> None:
    await world.account("other@example.org", roles=("owner",))
    await world.parts.grants.grant(SYSTEM, account.id, "owner")


NEW = SignUp("new@example.org", PASSWORD, "Nova")
CLAIMS = Claims("https://idp.example", "s1", "new@example.org", True, None, "Nova", None, None)

# What is prepared before, and the change itself.
CHANGES: dict[Action, tuple[Change, Callable[[World, Account, object], Awaitable[object]]]] = {
    Action.SIGNED_UP: (_nothing, lambda w, a, _: w.parts.registration.sign_up(NEW)),
    Action.SIGN_UP_REPEATED: (
        _nothing,
        lambda w, a, _: w.parts.registration.sign_up(SignUp(a.email, PASSWORD)),
    ),
    Action.CONFIRMED: (
        lambda w, a: w.sign_up("new@example.org"),
        lambda w, a, link: w.parts.registration.confirm(str(link)),
    ),
    Action.PROVISIONED: (_nothing, lambda w, a, _: w.parts.provisioning.principal_for(CLAIMS)),
    Action.CREATED: (
        _nothing,
        lambda w, a, _: w.parts.administration.create(SYSTEM, NewAccount("new@example.org")),
    ),
    Action.APPROVED: (_pending, lambda w, a, id: w.parts.administration.approve(SYSTEM, str(id))),
    Action.REJECTED: (_pending, lambda w, a, id: w.parts.administration.reject(SYSTEM, str(id))),
    Action.DISABLED: (_nothing, lambda w, a, _: w.parts.administration.disable(SYSTEM, a.id)),
    Action.ENABLED: (
        lambda w, a: w.parts.administration.disable(SYSTEM, a.id),
        lambda w, a, _: w.parts.administration.enable(SYSTEM, a.id),
    ),
    Action.DELETED: (_nothing, lambda w, a, _: w.parts.administration.delete(SYSTEM, a.id)),
    Action.ROLE_GRANTED: (_nothing, lambda w, a, _: w.parts.grants.grant(SYSTEM, a.id, "administrator")),
    Action.ROLE_REVOKED: (_two_owners, lambda w, a, _: w.parts.grants.revoke(SYSTEM, a.id, "owner")),
    Action.PROFILE_CHANGED: (
        _nothing,
        lambda w, a, _: w.parts.profiles.change(acting(a), {"about": "very personal"}),
    ),
    Action.IMAGE_CHANGED: (_nothing, lambda w, a, _: w.parts.profiles.put_image(acting(a), png())),
    Action.IMAGE_DELETED: (
        lambda w, a: w.parts.profiles.put_image(acting(a), png()),
        lambda w, a, _: w.parts.profiles.delete_image(acting(a)),
    ),
    Action.PASSWORD_CHANGED: (
        _nothing,
        lambda w, a, _: w.parts.administration.set_password(SYSTEM, a.id, "another good one"),
    ),
    Action.TOKEN_CREATED: (_nothing, lambda w, a, _: w.parts.tokens.create(acting(a), "private name")),
    Action.TOKEN_REVOKED: (_token, lambda w, a, id: w.parts.tokens.revoke(acting(a), str(id))),
    Action.DEFAULT_TOKEN_ROTATED: (_nothing, lambda w, a, _: w.parts.tokens.rotate_default(acting(a))),
    Action.SIGNED_IN: (_nothing, lambda w, a, _: w.parts.sign_in.by_password(a.email, PASSWORD, "test")),
    Action.SIGNED_OUT: (_signed_in, lambda w, a, raw: w.parts.sign_in.sign_out(str(raw))),
    Action.SETUP_OPENED: (_nothing, lambda w, a, _: w.parts.setup.open()),
    Action.SETUP_DONE: (_setup_link, lambda w, a, raw: w.parts.setup.complete(str(raw), NEW)),
}

TESTED_ELSEWHERE = {Action.IMPORTED}


@pytest.mark.parametrize("action", CHANGES)
async def test_a_change_writes_exactly_one_event(world: World, action: Action) -> None:
    account = await world.account()
    prepare, change = CHANGES[action]
    prepared = await prepare(world, account)
    before = len(await world.events())

    await change(world, account, prepared)

    assert [event for event, _ in (await world.events())[before:]] == [action.value]
    rows = Query("tests.audit", "SELECT * FROM audit", row=repr)
    for row in await world.database.all(rows):
        for personal in ("example.org", "Nova", "very personal", "private name", PASSWORD, "gp_"):
            assert personal not in row


def test_every_action_is_tested() -> None:
    assert set(CHANGES) | TESTED_ELSEWHERE == set(Action)


async def test_what_changes_nothing_writes_no_event(world: World) -> None:
    account = await world.account()
    before = await world.events()
    await world.parts.profiles.delete_image(acting(account))
    await world.parts.profiles.change(acting(account), {})
    await world.parts.administration.enable(SYSTEM, account.id)
    await world.parts.sign_in.sign_out("gp_ses_unknown")
    await world.parts.people.search("ada")
    assert await world.events() == before


async def test_the_trail_is_read_through_every_page(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gatepost.server.services.audit.PAGE", 2)
    for number in range(5):
        await world.account(f"{number}@example.org")
    found = await world.parts.audit.newest(SYSTEM, 10)
    assert [(event.action, event.subject) for event in reversed(found)] == await world.events()
    assert await world.parts.audit.newest(SYSTEM, 3) == found[:3]
    assert await world.parts.audit.newest(SYSTEM, 10, subject=found[4].subject) == [found[4]]


async def test_events_of_a_clock_that_was_set_back_are_found(world: World) -> None:
    start = world.clock.now
    await world.account("first@example.org")
    world.clock.forward(-DAY)
    await world.account("second@example.org")
    world.clock.forward(DAY)
    await world.account("third@example.org")
    third, _, first = await world.parts.audit.newest(SYSTEM, 10)
    assert await world.parts.audit.newest(SYSTEM, 10, since=start) == [third, first]


async def test_only_who_may_reads_the_trail(world: World) -> None:
    account = await world.account()
    with pytest.raises(Forbidden):
        await world.parts.audit.newest(acting(account), 10)
