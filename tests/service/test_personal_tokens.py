"""Personal access tokens and the default token."""

import re

import pytest

from gatepost.server.domain.clock import DAY
from gatepost.server.domain.errors import Forbidden, Invalid, NotFound, Unauthenticated
from gatepost.server.domain.principal import SYSTEM
from gatepost.server.sealing import Sealer
from gatepost.server.store.statement import Query
from tests.service.conftest import MakeWorld, World, acting

pytestmark = pytest.mark.anyio

_STORED = Query("tests.stored", "SELECT digest, sealed, is_default FROM tokens", row=tuple)


async def test_a_raw_token_is_shown_once_and_stored_only_as_a_digest(world: World) -> None:
    account = await world.account()
    new = await world.parts.tokens.create(acting(account), " ci ", "2027-12-31")
    assert (new.token.name, str(new.token.expires_on)) == ("ci", "2027-12-31")
    assert new.raw not in repr(new)
    stored = await world.database.all(_STORED)
    assert [(len(digest), sealed, bool(default)) for digest, sealed, default in stored] == [(32, None, False)]


async def test_the_default_token_is_made_on_first_sight_and_readable_again(world: World) -> None:
    account = await world.account()
    first = await world.parts.tokens.list_own(acting(account))
    again = await world.parts.tokens.list_own(acting(account))
    assert first.default == again.default
    assert first.tokens == []
    assert (first.default or "") not in repr(first)
    ((_, sealed, default),) = await world.database.all(_STORED)
    assert default
    assert (first.default or "").encode() not in sealed


async def test_the_default_token_is_unreadable_without_the_key_and_can_be_rotated(world: World) -> None:
    account = await world.account()
    await world.parts.tokens.list_own(acting(account))
    runtime = world.parts.runtime
    other_key = type(runtime)(runtime.database, runtime.clock, runtime.ids, runtime.random_below, Sealer(b"k" * 32))
    tokens = type(world.parts.tokens)(other_key, world.parts.usage, 10)
    assert (await tokens.list_own(acting(account))).default is None
    rotated = await tokens.rotate_default(acting(account))
    assert (await tokens.list_own(acting(account))).default == rotated


async def test_nobody_revokes_the_token_of_another(world: World) -> None:
    ada, eve = await world.account(), await world.account("eve@example.org")
    token = await world.parts.tokens.create(acting(ada), "n")
    with pytest.raises(NotFound):
        await world.parts.tokens.revoke(acting(eve), token.token.id)
    await world.parts.credentials.resolve_token(token.raw.encode())


async def test_the_default_token_cannot_be_revoked_by_its_id(world: World) -> None:
    account = await world.account()
    default = (await world.parts.tokens.list_own(acting(account))).default or ""
    id = (await world.parts.credentials.resolve_token(default.encode())).holder.token.id
    with pytest.raises(NotFound):
        await world.parts.tokens.revoke(acting(account), id)


async def test_nobody_mints_a_token_for_another_without_the_permission(world: World) -> None:
    ada, eve = await world.account(), await world.account("eve@example.org")
    with pytest.raises(Forbidden):
        await world.parts.tokens.create_for(acting(eve), ada.id, "n", None)
    with pytest.raises(NotFound):
        await world.parts.tokens.create_for(SYSTEM, "nobody", "n", None)


async def test_an_account_has_only_so_many_tokens(make_world: MakeWorld) -> None:
    world = make_world(tokens__max_per_account=2)
    account = await world.account()
    for name in ("a", "b"):
        await world.parts.tokens.create(acting(account), name)
    with pytest.raises(Forbidden, match="2 tokens"):
        await world.parts.tokens.create(acting(account), "c")


@pytest.mark.parametrize(
    ("name", "expires_on"),
    [
        ("", None),
        ("   ", None),
        ("x" * 201, None),
        ("a\x00b", None),
        ("a\nb", None),
        ("\ud800", None),
        ("n", ""),
        ("n", "2027-02-30"),
        ("n", "2027-1-1"),
        ("n", "20270101"),
        ("n", "2027-W01-1"),
        ("n", "2027-01-01T00:00:00"),
        ("n", "9999-12-31"),
        ("n", "2026-12-31"),
        ("n", "0000-01-01"),
        ("n", "x" * 10_000),
        ("n", "\uff12\uff10\uff12\uff18-01-01"),
    ],
)
async def test_bad_names_and_dates_are_refused_and_make_nothing(
    world: World, name: str, expires_on: str | None
) -> None:
    account = await world.account()
    before = await world.events()
    with pytest.raises(Invalid):
        await world.parts.tokens.create(acting(account), name, expires_on)
    assert await world.events() == before


async def test_a_token_may_expire_today(world: World) -> None:
    account = await world.account()
    new = await world.parts.tokens.create(acting(account), "n", "2027-01-15")
    await world.parts.credentials.resolve_token(new.raw.encode())


async def test_a_key_is_a_token_in_the_spelling_of_homebox_for_thirty_days(world: World) -> None:
    me = acting(await world.account())
    key = await world.parts.tokens.create_key(me, f" {'é' * 255} ")
    assert re.fullmatch(r"hb_[A-Za-z0-9_-]{43}", key.raw)
    assert (key.token.name, key.token.expires_at) == ("é" * 255, world.clock.now + 30 * DAY)
    await world.parts.credentials.resolve_token(key.raw.encode())
    world.clock.forward(30 * DAY)
    with pytest.raises(Unauthenticated):
        await world.parts.credentials.resolve_token(key.raw.encode())


async def test_keys_are_listed_with_the_other_tokens_the_newest_first_even_when_expired(world: World) -> None:
    me = acting(await world.account())
    await world.parts.tokens.create(me, "token")
    past = await world.parts.tokens.create_key(me, "past", world.clock.now - 1)
    used = await world.parts.tokens.create_key(me, "used")
    await world.parts.credentials.resolve_token(used.raw.encode())
    with pytest.raises(Unauthenticated):
        await world.parts.credentials.resolve_token(past.raw.encode())
    keys = await world.parts.tokens.list_keys(me)
    assert [(key.name, key.used_at is not None) for key in keys] == [("used", True), ("past", False), ("token", False)]
    assert {row[2] for row in await world.database.all(_STORED)} == {False}
    await world.parts.tokens.revoke(me, used.token.id)
    with pytest.raises(Unauthenticated):
        await world.parts.credentials.resolve_token(used.raw.encode())


@pytest.mark.parametrize("name", ["", " ", "x" * 256, "a\nb", "\ud800"])
async def test_a_key_needs_a_name(world: World, name: str) -> None:
    with pytest.raises(Invalid) as refusal:
        await world.parts.tokens.create_key(acting(await world.account()), name)
    assert refusal.value.field == "name"


async def test_keys_count_among_the_tokens_an_account_may_have(make_world: MakeWorld) -> None:
    world = make_world(tokens__max_per_account=1)
    me = acting(await world.account())
    await world.parts.tokens.create_key(me, "ci")
    with pytest.raises(Forbidden):
        await world.parts.tokens.create_key(me, "ci")
