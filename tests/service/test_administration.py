"""What administrators may do, and what not even they may."""

from collections.abc import Awaitable, Callable

import pytest

from gatepost.server.domain.accounts import State
from gatepost.server.domain.errors import Conflict, Forbidden, GatepostError, Invalid, NotFound
from gatepost.server.domain.principal import SYSTEM, CredentialKind, Principal
from gatepost.server.domain.roles import ADMINISTRATOR, OWNER, ROLES
from gatepost.server.services.administration import Administration, NewAccount
from tests.service.conftest import PASSWORD, World, acting

pytestmark = pytest.mark.anyio

Act = Callable[[Administration, Principal, str], Awaitable[object]]

ACTS: dict[str, Act] = {
    "create": lambda a, who, id: a.create(who, NewAccount("new@example.org")),
    "find": lambda a, who, id: a.find(who, id),
    "page": lambda a, who, id: a.page(who),
    "approve": lambda a, who, id: a.approve(who, id),
    "reject": lambda a, who, id: a.reject(who, id),
    "enable": lambda a, who, id: a.enable(who, id),
    "disable": lambda a, who, id: a.disable(who, id),
    "delete": lambda a, who, id: a.delete(who, id),
    "set_password": lambda a, who, id: a.set_password(who, id, "another good one"),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS.keys())
async def test_without_a_permission_everything_is_refused_and_nothing_changes(world: World, act: Act) -> None:
    pending = await world.account(state=State.PENDING)
    before = await world.events()
    with pytest.raises(Forbidden):
        await act(world.parts.administration, acting(pending), pending.id)
    assert await world.events() == before


@pytest.mark.parametrize(
    "act", [ACTS[name] for name in ("approve", "reject", "enable", "disable", "delete", "set_password")]
)
async def test_an_account_that_is_not_there_is_not_found(world: World, act: Act) -> None:
    with pytest.raises(NotFound):
        await act(world.parts.administration, SYSTEM, "nobody")


@pytest.mark.parametrize("act", [ACTS[name] for name in ("disable", "delete", "set_password")])
async def test_an_administrator_gains_nothing_over_an_owner(world: World, act: Act) -> None:
    owner = await world.account("owner@example.org", roles=(OWNER,))
    await world.account("second@example.org", roles=(OWNER,))
    administrator = Principal("a", CredentialKind.SESSION, permissions=ROLES[ADMINISTRATOR])
    with pytest.raises(Forbidden):
        await act(world.parts.administration, administrator, owner.id)


async def test_an_administrator_ends_no_tokens_of_others(world: World) -> None:
    account = await world.account()
    administrator = Principal("a", CredentialKind.SESSION, permissions=ROLES[ADMINISTRATOR])
    with pytest.raises(Forbidden):
        await world.parts.administration.set_password(administrator, account.id, "another good one", revoke_tokens=True)
    await world.parts.administration.set_password(administrator, account.id, "another good one")


async def test_an_administrator_gives_no_roles_above_their_own(world: World) -> None:
    administrator = Principal("a", CredentialKind.SESSION, permissions=ROLES[ADMINISTRATOR])
    await world.parts.administration.create(administrator, NewAccount("x@example.org", roles=(ADMINISTRATOR,)))
    for role in (OWNER, "billing_administrator"):
        with pytest.raises(Forbidden):
            await world.parts.administration.create(administrator, NewAccount("y@example.org", roles=(role,)))


async def test_the_last_owner_stays(world: World) -> None:
    first = await world.account("first@example.org", roles=(OWNER,))
    administration = world.parts.administration
    with pytest.raises(Conflict):
        await administration.delete(SYSTEM, first.id)
    with pytest.raises(Conflict):
        await administration.disable(SYSTEM, first.id)
    with pytest.raises(Conflict):
        await world.parts.profiles.delete_own(acting(first))

    second = await world.account("second@example.org", roles=(OWNER,))
    await administration.disable(SYSTEM, first.id)
    with pytest.raises(Conflict):
        await administration.delete(SYSTEM, second.id)


async def test_accounts_are_found_by_id_email_or_username(world: World) -> None:
    account = await world.account(username="Countess")
    for key in (account.id, " ADA@example.org", "countess"):
        assert (await world.parts.administration.find(SYSTEM, key)).id == account.id
    with pytest.raises(NotFound):
        await world.parts.administration.find(SYSTEM, "nobody")


@pytest.mark.parametrize(
    ("new", "error"),
    [
        (NewAccount("ADA@example.org"), Conflict),
        (NewAccount("b@example.org", username="countess"), Conflict),
        (NewAccount("b@example.org", username="\uff23ountess"), Conflict),
        (NewAccount("b@example.org", username="ada@EXAMPLE.org"), Conflict),
        (NewAccount("b@example.org", username="\uff41da\uff20example.org"), Conflict),
        (NewAccount("old@example.org", username="b"), Conflict),
        (NewAccount("nonsense"), Invalid),
        (NewAccount("b@example.org", username="a\nb"), Invalid),
        (NewAccount("b@example.org", first_name="\x00"), Invalid),
        (NewAccount("b@example.org", first_name="x" * 257), Invalid),
        (NewAccount("b@example.org", roles=("emperor",)), Invalid),
        (NewAccount("b@example.org", password="short"), Invalid),
    ],
)
async def test_what_is_taken_or_wrong_is_refused(world: World, new: NewAccount, error: type[GatepostError]) -> None:
    await world.account(username="Countess")
    await world.account("new@example.org", username="old@example.org")
    before = await world.events()
    with pytest.raises(error):
        await world.parts.administration.create(SYSTEM, new)
    assert await world.events() == before


@pytest.mark.parametrize("state", [State.ACTIVE, State.REJECTED, State.UNVERIFIED])
async def test_only_a_pending_account_is_decided_on(world: World, state: State) -> None:
    account = await world.account(state=state)
    for decide in (world.parts.administration.approve, world.parts.administration.reject):
        with pytest.raises(Conflict, match=state.value):
            await decide(SYSTEM, account.id)


async def test_pages_follow_each_other_without_gap_or_overlap(world: World) -> None:
    for index in range(205):
        await world.parts.administration.create(SYSTEM, NewAccount(f"{index}@example.org"))
    seen: list[str] = []
    while page := await world.parts.administration.page(SYSTEM, after=seen[-1] if seen else ""):
        seen += [account.id for account in page]
    assert len(seen) == len(set(seen)) == 205
    assert seen == sorted(seen)


async def test_pages_can_be_limited_to_a_state(world: World) -> None:
    await world.account("active@example.org")
    pending = await world.account("pending@example.org", state=State.PENDING)
    page = await world.parts.administration.page(SYSTEM, State.PENDING)
    assert [account.id for account in page] == [pending.id]


async def test_an_unverified_account_made_by_an_administrator_claims_nothing(world: World) -> None:
    await world.account(state=State.UNVERIFIED)
    await world.account()
    session = await world.parts.sign_in.by_password("ada@example.org", PASSWORD, "test")
    assert session.account.state is State.ACTIVE
