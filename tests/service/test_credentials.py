"""Resolving tokens: the cache is fast, and never answers for what has ended."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from gatepost.server.domain.accounts import Account, State
from gatepost.server.domain.clock import DAY, MINUTE
from gatepost.server.domain.errors import Unauthenticated
from gatepost.server.domain.principal import SYSTEM, CredentialKind
from gatepost.server.services.personal_tokens import NewToken
from gatepost.server.store.statement import Query
from tests.service.conftest import World, acting

pytestmark = pytest.mark.anyio

_USED_AT = Query("tests.used_at", "SELECT used_at FROM tokens WHERE id = :id", row=lambda row: row[0])


async def issued(world: World) -> tuple[Account, NewToken]:
    account = await world.account()
    new = await world.parts.tokens.create(acting(account), "n")
    resolved = await world.parts.credentials.resolve_token(new.raw.encode())
    assert resolved.holder.token.id == new.token.id
    return account, new


async def test_a_token_resolves_to_its_account_and_kind(world: World) -> None:
    account, new = await issued(world)
    principal = (await world.parts.credentials.resolve_token(new.raw.encode())).principal
    assert (principal.account_id, principal.kind) == (account.id, CredentialKind.ACCESS_TOKEN)
    assert principal.permissions == frozenset()


async def test_a_warm_token_is_answered_without_reading_it_again(world: World, unread: Callable[[], None]) -> None:
    _, new = await issued(world)
    unread()
    await world.parts.credentials.resolve_token(new.raw.encode())


@pytest.mark.parametrize(
    "raw",
    [
        None,
        b"",
        b"gp_pat_",
        b"x" * 43,
        b"gp_pat_" + b"\xff" * 36,
        b"gp_ses_" + b"a" * 36,
        b"x" * 100_000,
        b"gp_pat_" + b"0" * 36,
    ],
)
async def test_what_is_no_token_is_refused_without_a_read(
    world: World, raw: bytes | None, unread: Callable[[], None]
) -> None:
    unread()
    with pytest.raises(Unauthenticated):
        await world.parts.credentials.resolve_token(raw)


End = Callable[[World, Account, NewToken], Awaitable[object]]

ENDS: dict[str, End] = {
    "revoked": lambda w, a, t: w.parts.tokens.revoke(acting(a), t.token.id),
    "account disabled": lambda w, a, t: w.parts.administration.disable(SYSTEM, a.id),
    "account deleted": lambda w, a, t: w.parts.administration.delete(SYSTEM, a.id),
    "new password": lambda w, a, t: w.parts.administration.set_password(
        SYSTEM, a.id, "another good one", revoke_tokens=True
    ),
    "account left": lambda w, a, t: w.parts.profiles.delete_own(acting(a)),
}


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS.keys())
async def test_a_cached_token_is_refused_as_soon_as_it_has_ended(world: World, end: End) -> None:
    account, new = await issued(world)
    await end(world, account, new)
    with pytest.raises(Unauthenticated):
        await world.parts.credentials.resolve_token(new.raw.encode())


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS.keys())
async def test_a_cached_token_is_refused_after_another_process_ended_it(world: World, end: End) -> None:
    account, new = await issued(world)
    async with world.elsewhere() as other:
        await end(other, account, new)
    with pytest.raises(Unauthenticated):
        await world.parts.credentials.resolve_token(new.raw.encode())


async def test_a_rotated_default_token_is_refused_at_once(world: World) -> None:
    account = await world.account()
    old = (await world.parts.tokens.list_own(acting(account))).default or ""
    await world.parts.credentials.resolve_token(old.encode())
    new = await world.parts.tokens.rotate_default(acting(account))
    with pytest.raises(Unauthenticated):
        await world.parts.credentials.resolve_token(old.encode())
    assert (await world.parts.credentials.resolve_token(new.encode())).holder.is_default


async def test_a_token_is_valid_through_its_last_day_and_no_longer_even_when_cached(world: World) -> None:
    account = await world.account()
    new = await world.parts.tokens.create(acting(account), "n", "2027-01-15")
    assert new.token.expires_at is not None
    world.clock.now = new.token.expires_at - 1
    await world.parts.credentials.resolve_token(new.raw.encode())
    world.clock.forward(1)
    with pytest.raises(Unauthenticated):
        await world.parts.credentials.resolve_token(new.raw.encode())


@pytest.mark.parametrize("state", [State.UNVERIFIED, State.PENDING, State.REJECTED])
async def test_an_account_that_is_not_active_is_refused_with_a_valid_token(world: World, state: State) -> None:
    account = await world.account(state=state)
    new = await world.parts.tokens.create_for(SYSTEM, account.id, "n", None)
    with pytest.raises(Unauthenticated):
        await world.parts.credentials.resolve_token(new.raw.encode())


async def test_nothing_is_answered_from_the_cache_while_the_revision_is_unknown(
    world: World, reads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, new = await issued(world)
    reads.clear()
    monkeypatch.setattr(type(world.database), "credential_revision", lambda self: None)
    await asyncio.sleep(0)  # the revision is asked for once a turn of the event loop
    await world.parts.credentials.resolve_token(new.raw.encode())
    await world.parts.credentials.resolve_token(new.raw.encode())
    assert reads == ["tokens.by_digest", "tokens.by_digest"]


async def test_uses_are_seen_at_once_and_written_later_to_the_minute(world: World) -> None:
    account, new = await issued(world)
    world.clock.forward(90_500)
    await world.parts.credentials.resolve_token(new.raw.encode())
    minute = world.clock.now - world.clock.now % MINUTE
    listed = await world.parts.tokens.list_own(acting(account))
    assert [token.used_at for token in listed.tokens] == [minute]
    assert await world.database.one(_USED_AT, id=new.token.id) is None
    await world.parts.usage.flush()
    assert await world.database.one(_USED_AT, id=new.token.id) == minute
    assert await world.parts.usage.flush() == 0


async def test_a_use_is_never_written_back_in_time(world: World) -> None:
    _, new = await issued(world)
    await world.parts.usage.flush()
    later = await world.database.one(_USED_AT, id=new.token.id)
    world.clock.forward(-DAY)
    await world.parts.credentials.resolve_token(new.raw.encode())
    await world.parts.usage.flush()
    assert await world.database.one(_USED_AT, id=new.token.id) == later
