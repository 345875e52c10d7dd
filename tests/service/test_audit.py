"""Every change writes exactly one event in the same transaction, and no event holds personal data."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, cast

import pytest

from gatepost.server.domain.accounts import Account, State
from gatepost.server.domain.clock import DAY
from gatepost.server.domain.errors import Forbidden
from gatepost.server.domain.grants import Grant
from gatepost.server.domain.groups import MemberRole
from gatepost.server.domain.identities import Claims
from gatepost.server.domain.principal import SYSTEM, Principal
from gatepost.server.domain.roles import ResourceKind
from gatepost.server.domain.sessions import HOMEBOX
from gatepost.server.services.administration import NewAccount
from gatepost.server.services.audit import Action
from gatepost.server.services.clients import NewClient
from gatepost.server.services.invitations import NewInvitation
from gatepost.server.services.registration import SignUp
from gatepost.server.services.roster import Changes
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


async def _session(world: World, account: Account) -> Principal:
    return await world.parts.credentials.of_session(await _signed_in(world, account))


async def _reset_link(world: World, account: Account) -> str:
    await world.parts.password_reset.ask(account.email)
    return (await world.mails())[-1][2].partition("?token=")[2].split()[0]


async def _group(world: World, account: Account) -> str:
    """Make a second group, of which the account is the owner."""
    await world.parts.groups.enter(acting(account))
    return (await world.parts.groups.create(acting(account), "private name")).id


async def _invitation(world: World, account: Account) -> tuple[str, NewInvitation]:
    group_id = await _group(world, account)
    return group_id, await world.parts.invitations.create(acting(account), group_id, 2)


async def _member(world: World, account: Account) -> tuple[str, Account]:
    group_id, invitation = await _invitation(world, account)
    member = await world.account("member@example.org")
    await world.parts.invitations.accept(acting(member), invitation.raw)
    return group_id, member


async def _guest(world: World, account: Account) -> tuple[Account, str]:
    _, invitation = await _invitation(world, account)
    return await world.account("guest@example.org"), invitation.raw


async def _mapped(world: World, account: Account) -> Claims:
    """Let an identity be known before the group is there that the provider's group leads to."""
    known = replace(CLAIMS, groups=("engineering",))
    await world.parts.provisioning.principal_for(known)
    cast("dict[str, str]", world.parts.provisioning.groups)["engineering"] = await _group(world, account)
    return known


async def _client(world: World, account: Account) -> NewClient:
    return await world.parts.clients.create(SYSTEM, "private name")


async def _two_owners(world: World, account: Account) -> None:
    await world.account("other@example.org", roles=("owner",))
    await world.parts.grants.grant(SYSTEM, account.id, "owner")


NEW = SignUp("new@example.org", PASSWORD, "Nova")
CLAIMS = Claims("https://idp.example", "s1", "new@example.org", True, None, "Nova", None, None)

# What is prepared before, and the change itself.
CHANGES: dict[Action, tuple[Change, Callable[[World, Account, Any], Awaitable[object]]]] = {
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
    Action.GROUPS_JOINED: (
        _mapped,
        lambda w, a, claims: w.parts.provisioning.principal_for(claims),
    ),
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
    Action.ROLES_REPLACED: (
        _nothing,
        lambda w, a, _: w.parts.grants.replace(SYSTEM, a.id, ResourceKind.CORPUS, [Grant("viewer", "corpus:docs")]),
    ),
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
    Action.OWN_PASSWORD_CHANGED: (
        _nothing,
        lambda w, a, _: w.parts.own_account.change_password(acting(a), PASSWORD, "another good one"),
    ),
    Action.DESCRIBED: (
        _nothing,
        lambda w, a, _: w.parts.roster.change(SYSTEM, a.username, Changes(description="very personal")),
    ),
    Action.RESET_SENT: (_nothing, lambda w, a, _: w.parts.roster.send_reset(SYSTEM, a.username)),
    Action.RESET_REQUESTED: (_nothing, lambda w, a, _: w.parts.password_reset.ask(a.email)),
    Action.PASSWORD_RESET: (_reset_link, lambda w, a, raw: w.parts.password_reset.complete(raw, "another good one")),
    Action.RENAMED: (_nothing, lambda w, a, _: w.parts.own_account.rename(acting(a), "Nova", "new@example.org")),
    Action.PREFERENCES_CHANGED: (
        _nothing,
        lambda w, a, _: w.parts.preferences.replace(acting(a), b'{"a":"very personal"}'),
    ),
    Action.SESSION_REFRESHED: (_session, lambda w, a, me: w.parts.sessions.refresh(me, HOMEBOX)),
    Action.SIGNED_OUT_EVERYWHERE: (_session, lambda w, a, me: w.parts.sessions.end_all(me)),
    Action.GROUP_CREATED: (_nothing, lambda w, a, _: w.parts.groups.create(acting(a), "private name")),
    Action.GROUP_CHANGED: (_group, lambda w, a, id: w.parts.groups.change(acting(a), id, "private name", "EUR")),
    Action.GROUP_DELETED: (_group, lambda w, a, id: w.parts.groups.delete(acting(a), id)),
    Action.MEMBER_ROLE_CHANGED: (
        _member,
        lambda w, a, found: w.parts.groups.change_role(acting(a), found[0], found[1].id, MemberRole.OWNER),
    ),
    Action.MEMBER_REMOVED: (
        _member,
        lambda w, a, found: w.parts.groups.remove_member(acting(a), found[0], found[1].id),
    ),
    Action.INVITATION_CREATED: (_group, lambda w, a, id: w.parts.invitations.create(acting(a), id, 1)),
    Action.INVITATION_ACCEPTED: (_guest, lambda w, a, found: w.parts.invitations.accept(acting(found[0]), found[1])),
    Action.INVITATION_WITHDRAWN: (
        _invitation,
        lambda w, a, found: w.parts.invitations.withdraw(acting(a), found[0], found[1].invitation.id),
    ),
    Action.CLIENT_CREATED: (_nothing, lambda w, a, _: w.parts.clients.create(SYSTEM, "private name", ["viewer"])),
    Action.CLIENT_REVOKED: (_client, lambda w, a, new: w.parts.clients.revoke(SYSTEM, new.client.id)),
    Action.SIGNING_KEY_MADE: (
        _client,
        lambda w, a, new: w.parts.access_tokens.grant(new.client.id, new.secret),
    ),
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
    await world.parts.own_account.rename(acting(account), "ada@example.org", "ada@example.org")
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
