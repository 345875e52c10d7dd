"""Accounts as programs keep them: found by username, listed with their roles, invited, changed and removed."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from gatepost.server.domain.accounts import State
from gatepost.server.domain.clock import DAY
from gatepost.server.domain.errors import Conflict, Forbidden, Invalid, NotFound, TooManyRequests, Unauthenticated
from gatepost.server.domain.grants import Grant
from gatepost.server.domain.principal import SYSTEM, CredentialKind, Principal
from gatepost.server.domain.roles import ADMINISTRATOR, OWNER, ROLES, Permission, ResourceKind
from gatepost.server.services.administration import NewAccount
from gatepost.server.services.roster import Changes, Roster
from tests.service.conftest import PASSWORD, World, acting

pytestmark = pytest.mark.anyio

ADA, DOCS = "ada@example.org", "corpus:docs"
ADMINISTRATING = Principal("a program", CredentialKind.CLIENT, permissions=ROLES[ADMINISTRATOR])
ON_DOCS = {ResourceKind.CORPUS: frozenset({Grant("editor", DOCS)})}
EVERYWHERE = ResourceKind.EVERYWHERE

Act = Callable[[Roster, Principal, str], Awaitable[object]]
ACTS: dict[str, Act] = {
    "find": lambda roster, who, name: roster.find(who, name),
    "change": lambda roster, who, name: roster.change(who, name, Changes(enabled=False)),
    "remove": lambda roster, who, name: roster.remove(who, name),
    "send_reset": lambda roster, who, name: roster.send_reset(who, name),
}
CHANGES = {name: act for name, act in ACTS.items() if name != "find"}
every_act = pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
every_change = pytest.mark.parametrize("act", CHANGES.values(), ids=CHANGES)


async def usernames(world: World, limit: int = 100, resource: str | None = None) -> list[list[str]]:
    """Give the pages of a list, each as the usernames on it."""
    after, pages, complete = "", [], False
    while not complete:
        page = await world.parts.roster.page(SYSTEM, limit, after, resource)
        pages.append([entry.account.username for entry in page.entries])
        after, complete = page.entries[-1].account.id if page.entries else after, page.complete
    return pages


async def test_somebody_invited_chooses_a_password_by_the_mailed_link(world: World) -> None:
    new = NewAccount(
        ADA, "ada", description="made by hand", roles=("viewer",), on_resources=ON_DOCS[ResourceKind.CORPUS]
    )
    entry, sent = await world.parts.roster.invite(SYSTEM, new)
    assert (entry.account.username, entry.account.description) == ("ada", "made by hand")
    assert entry.grants == (Grant("editor", DOCS), Grant("viewer"))
    event = (await world.parts.audit.newest(SYSTEM, 1))[0]
    assert (event.action, event.detail) == ("account.created", {"roles": "editor on corpus:docs,viewer"})
    assert [(to, kind) for to, kind, text in await world.mails() if sent.address in text] == [(ADA, "invitation")]
    world.clock.forward(7 * DAY - 1)
    await world.parts.password_reset.complete(sent.code, PASSWORD)
    await world.parts.sign_in.by_password("ada", PASSWORD, "test")


async def test_an_invitation_ends_after_a_week(world: World) -> None:
    _, sent = await world.parts.roster.invite(SYSTEM, NewAccount(ADA))
    world.clock.forward(7 * DAY)
    with pytest.raises(NotFound):
        await world.parts.password_reset.complete(sent.code, PASSWORD)


@pytest.mark.parametrize(
    ("email", "username"), [("ADA@example.org", "x"), ("b@example.org", "ADA"), ("ada@e.org", ADA)]
)
async def test_who_is_there_already_is_not_invited_again(world: World, email: str, username: str) -> None:
    await world.parts.roster.invite(SYSTEM, NewAccount(ADA, "ada"))
    mails, events = await world.mails(), await world.events()
    for _ in range(2):
        with pytest.raises(Conflict):
            await world.parts.roster.invite(SYSTEM, NewAccount(email, username))
    assert (await world.mails(), await world.events(), len((await usernames(world))[0])) == (mails, events, 1)


async def test_of_several_invitations_at_once_one_is_made(world: World) -> None:
    asked = (world.parts.roster.invite(SYSTEM, NewAccount(ADA)) for _ in range(5))
    outcomes = await asyncio.gather(*asked, return_exceptions=True)
    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 4
    assert len(await world.mails()) == 1


async def test_nobody_is_invited_to_more_than_one_may_do_oneself(world: World) -> None:
    for new in (NewAccount(ADA, roles=(OWNER,)), NewAccount(ADA, roles=("billing_administrator",))):
        with pytest.raises(Forbidden):
            await world.parts.roster.invite(ADMINISTRATING, new)
    made, _ = await world.parts.roster.invite(ADMINISTRATING, NewAccount(ADA, roles=(ADMINISTRATOR,)))
    assert made.grants == (Grant(ADMINISTRATOR),)


@every_act
async def test_names_are_compared_folded(world: World, act: Act) -> None:
    await world.account("owner@example.org", roles=(OWNER,))
    await world.account(ADA, username="Ádá / 100 %")
    await act(world.parts.roster, SYSTEM, " áDÁ / 100 %")


@every_act
@pytest.mark.parametrize("name", ["nobody", "", "ada\x00", "x" * 256, "attempt@example.org"])
async def test_who_is_not_there_is_not_found(world: World, act: Act, name: str) -> None:
    await world.account("attempt@example.org", state=State.UNVERIFIED)
    with pytest.raises(NotFound):
        await act(world.parts.roster, SYSTEM, name)


@every_act
async def test_whoever_may_not_administer_learns_nothing(world: World, act: Act) -> None:
    account = await world.account()
    for name in (account.username, "nobody"):
        with pytest.raises(Forbidden):
            await act(world.parts.roster, acting(account), name)
    with pytest.raises(Forbidden):
        await world.parts.roster.page(acting(account), 10)
    with pytest.raises(Forbidden):
        await world.parts.roster.invite(acting(account), NewAccount("x@example.org"))


@every_change
async def test_nobody_overrules_who_may_do_more(world: World, act: Act) -> None:
    await world.account("other@example.org", roles=(OWNER,))
    owner = await world.account(roles=(OWNER,))
    before = await world.events()
    with pytest.raises(Forbidden, match="more than you"):
        await act(world.parts.roster, ADMINISTRATING, owner.username)
    assert await world.events() == before


async def test_all_changes_are_made_together_with_one_event(world: World) -> None:
    account = await world.account(roles=("viewer",))
    await world.account("owner@example.org", roles=(OWNER,))
    world.clock.forward(1_000)
    changes = Changes(False, {EVERYWHERE: frozenset({Grant("corpus_viewer")}), **ON_DOCS}, "left in May")
    entry = await world.parts.roster.change(SYSTEM, account.username, changes)
    assert (entry.account.disabled, entry.account.description) == (True, "left in May")
    assert entry.grants == (Grant("corpus_viewer"), Grant("editor", DOCS))
    assert entry.account.updated_at == account.updated_at + 1_000
    newest = (await world.parts.audit.newest(SYSTEM, 1))[0]
    assert newest.action == "account.disabled"
    assert newest.detail == {"fields": "enabled,description", "roles": "+corpus_viewer,-viewer,+editor on corpus:docs"}


@pytest.mark.parametrize(
    ("changes", "action", "detail"),
    [
        (
            Changes(roles=ON_DOCS, description="x"),
            "role.replaced",
            {"fields": "description", "roles": "+editor on corpus:docs"},
        ),
        (Changes(roles={EVERYWHERE: frozenset({Grant("viewer")})}), "role.replaced", {"roles": "+viewer"}),
        (Changes(description=""), "account.described", {"fields": "description"}),
    ],
)
async def test_an_event_is_named_for_the_gravest_change(
    world: World, changes: Changes, action: str, detail: dict[str, str]
) -> None:
    account = await world.account()
    await world.parts.roster.change(SYSTEM, account.username, changes)
    newest = (await world.parts.audit.newest(SYSTEM, 1))[0]
    assert (newest.action, newest.detail) == (action, detail)


async def test_what_is_so_already_is_no_change(world: World) -> None:
    account = await world.account(description="x", on_resources=ON_DOCS[ResourceKind.CORPUS])
    before = await world.events()
    world.clock.forward(1_000)
    for changes in (Changes(), Changes(True, {EVERYWHERE: frozenset(), **ON_DOCS}, "x")):
        assert (await world.parts.roster.change(SYSTEM, account.username, changes)).account == account
    assert await world.events() == before


async def test_a_change_that_is_refused_in_part_changes_nothing(world: World) -> None:
    owner = await world.account(roles=(OWNER,))
    before = await world.parts.roster.find(SYSTEM, owner.username), await world.events()
    for changes in (
        Changes(False, ON_DOCS, "x"),
        Changes(None, {**ON_DOCS, EVERYWHERE: frozenset()}, "x"),
        Changes(False, {EVERYWHERE: frozenset({Grant("emperor")})}),
        Changes(False, ON_DOCS, "x" * 2_001),
    ):
        with pytest.raises((Conflict, Invalid)):
            await world.parts.roster.change(SYSTEM, owner.username, changes)
    assert (await world.parts.roster.find(SYSTEM, owner.username), await world.events()) == before


async def test_a_disabled_account_is_signed_out_and_off_the_directory(world: World) -> None:
    account = await world.account()
    session = (await world.parts.sign_in.by_password(ADA, PASSWORD, "test")).raw
    await world.parts.roster.change(SYSTEM, ADA, Changes(enabled=False))
    with pytest.raises(Unauthenticated):
        await world.parts.credentials.of_session(session)
    assert await world.parts.people.search("ada") == []
    await world.parts.roster.change(SYSTEM, ADA, Changes(enabled=True))
    assert [found.id for found in await world.parts.people.search("ada")] == [account.id]


async def test_nobody_removes_an_owner_or_themselves(world: World) -> None:
    me = await world.account(roles=(ADMINISTRATOR,))
    owners = [await world.account(f"{number}@example.org", roles=(OWNER,)) for number in range(2)]
    empowered = await world.parts.grants.empowered(acting(me))
    with pytest.raises(Forbidden, match="own account"):
        await world.parts.roster.remove(empowered, me.username)
    with pytest.raises(Forbidden, match="is an owner"):
        await world.parts.roster.remove(SYSTEM, owners[0].username)
    await world.parts.roster.change(SYSTEM, owners[0].username, Changes(roles={EVERYWHERE: frozenset()}))
    await world.parts.roster.remove(empowered, owners[0].username)
    assert await usernames(world) == [[me.username, owners[1].username]]


async def test_a_new_password_is_chosen_by_the_mailed_link(world: World) -> None:
    await world.account()
    account, sent = await world.parts.roster.send_reset(ADMINISTRATING, ADA)
    assert [(to, kind) for to, kind, text in await world.mails() if sent.address in text] == [(ADA, "reset-password")]
    await world.parts.password_reset.complete(sent.code, "another good one")
    await world.parts.sign_in.by_password(account.username, "another good one", "test")


async def test_no_link_is_mailed_that_would_not_work_or_reach_a_stranger(world: World) -> None:
    await world.account("pending@example.org", state=State.PENDING)
    await world.account("disabled@example.org")
    await world.parts.roster.change(SYSTEM, "disabled@example.org", Changes(enabled=False))
    moved = await world.account("moved@example.org", roles=("viewer",))
    await world.parts.own_account.rename(acting(moved), "Moved", "elsewhere@example.org")
    for name in ("pending@example.org", "disabled@example.org", "elsewhere@example.org"):
        with pytest.raises(Forbidden):
            await world.parts.roster.send_reset(SYSTEM, name)
    assert await world.mails() == []


async def test_an_address_gets_so_many_links_and_no_more(world: World) -> None:
    await world.account()
    for _ in range(5):
        await world.parts.roster.send_reset(SYSTEM, ADA)
    with pytest.raises(TooManyRequests):
        await world.parts.roster.send_reset(SYSTEM, ADA)
    assert len(await world.mails()) == 5


async def test_a_list_has_everybody_but_attempts_in_pages(world: World) -> None:
    made = [(await world.account(f"{state}@example.org", state=state)).username for state in State]
    made.remove("unverified@example.org")
    assert await usernames(world, 3) == [made]
    assert await usernames(world, 2) == [made[:2], made[2:]]
    assert await usernames(world, 1) == [[name] for name in made]


async def test_a_list_has_all_the_roles_of_each(world: World) -> None:
    await world.account("a@example.org", roles=("viewer", OWNER))
    await world.account(
        "b@example.org", on_resources=frozenset({Grant("agent_user", "agent:x"), Grant("editor", DOCS)})
    )
    page = await world.parts.roster.page(SYSTEM, 10)
    assert [entry.grants for entry in page.entries] == [
        (Grant(OWNER), Grant("viewer")),
        (Grant("agent_user", "agent:x"), Grant("editor", DOCS)),
    ]
    assert page.entries == [await world.parts.roster.find(SYSTEM, e.account.username) for e in page.entries]


READING = sorted(role for role, held in ROLES.items() if Permission.READ_CORPORA in held)


async def test_a_corpus_is_open_to_its_roles_and_to_those_that_read_everywhere(world: World) -> None:
    reading = [(await world.account(f"{role}@example.org", roles=(role,))).username for role in READING]
    for role in sorted(ROLES.keys() - set(READING)):
        await world.account(f"{role}@example.org", roles=(role,))
    for role in ("owner", "administrator", "editor", "viewer"):
        on_docs = frozenset({Grant(role, DOCS)})
        reading.append((await world.account(f"docs-{role}@example.org", on_resources=on_docs)).username)
    await world.account("other@example.org", on_resources=frozenset({Grant("owner", "corpus:other")}))
    attempt = NewAccount("attempt@example.org", state=State.UNVERIFIED, on_resources=frozenset({Grant("viewer", DOCS)}))
    await world.parts.administration.create(SYSTEM, attempt)
    assert await usernames(world, 100, DOCS) == [reading]


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 6, 7])
async def test_who_has_access_by_several_roles_is_listed_once(world: World, limit: int) -> None:
    several = frozenset(Grant(role, DOCS) for role in ("owner", "administrator", "editor", "viewer"))
    names = []
    for number in range(6):
        account = await world.account(
            f"{number}@example.org",
            roles=tuple(READING[: number + 1]),
            on_resources=several if number % 2 else frozenset(),
        )
        names.append(account.username)
    pages = await usernames(world, limit, DOCS)
    assert [name for page in pages for name in page] == names
    assert all(len(page) == limit for page in pages[:-1])
    assert pages[-1]


async def test_a_corpus_that_nobody_has_a_role_on_is_not_found(world: World) -> None:
    await world.account(roles=(OWNER,))
    with pytest.raises(NotFound, match="no such corpus"):
        await world.parts.roster.page(SYSTEM, 10, resource=DOCS)
