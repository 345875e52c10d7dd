"""Password sign-in, sessions and their end."""

import pytest

from gatepost.server.domain.clock import DAY
from gatepost.server.domain.errors import Forbidden, Unauthenticated
from gatepost.server.domain.principal import SYSTEM
from gatepost.server.hashing import HashingOptions, HashPool
from gatepost.server.store import accounts
from tests.service.conftest import PASSWORD, MakeWorld, World, acting

pytestmark = pytest.mark.anyio


async def test_people_sign_in_by_email_or_username_whatever_the_case(world: World) -> None:
    account = await world.account(username="Countess")
    for name in ("ada@example.org", " ADA@EXAMPLE.ORG ", "countess"):
        assert (await world.parts.sign_in.by_password(name, PASSWORD, "test")).account.id == account.id


@pytest.mark.parametrize("name", ["ada@example.org", "nobody@example.org", "", "\ud800", "x" * 5_000, "a\x00b"])
@pytest.mark.parametrize("password", ["wrong", "", "\ud800", "x" * 5_000])
async def test_what_does_not_match_is_refused_alike(world: World, name: str, password: str) -> None:
    await world.account()
    with pytest.raises(Unauthenticated) as refusal:
        await world.parts.sign_in.by_password(name, password, "test")
    assert "wrong" in refusal.value.message


async def test_an_account_without_a_password_cannot_sign_in_by_an_empty_one(world: World) -> None:
    account = await world.account()
    await world.database.transaction(lambda tx: tx.run(accounts.set_password, id=account.id, password_hash=None, now=1))
    for password in ("", PASSWORD):
        with pytest.raises(Unauthenticated):
            await world.parts.sign_in.by_password("ada@example.org", password, "test")


async def test_a_session_resolves_to_its_account_until_it_is_ended(world: World) -> None:
    account = await world.account()
    session = await world.parts.sign_in.by_password("ada@example.org", PASSWORD, "test")
    assert (await world.parts.credentials.of_session(session.raw)).account_id == account.id
    await world.parts.sign_in.sign_out(session.raw)
    with pytest.raises(Unauthenticated):
        await world.parts.credentials.of_session(session.raw)


async def test_a_session_ends_when_unused_for_a_week_and_after_a_month_at_the_latest(world: World) -> None:
    await world.account()
    session = await world.parts.sign_in.by_password("ada@example.org", PASSWORD, "test")
    for _ in range(4):
        world.clock.forward(6 * DAY)
        await world.parts.credentials.of_session(session.raw)
        await world.parts.usage.flush()
    world.clock.forward(6 * DAY)
    with pytest.raises(Unauthenticated):
        await world.parts.credentials.of_session(session.raw)

    idle = await world.parts.sign_in.by_password("ada@example.org", PASSWORD, "test")
    world.clock.forward(7 * DAY)
    with pytest.raises(Unauthenticated):
        await world.parts.credentials.of_session(idle.raw)


@pytest.mark.parametrize("raw", [None, "", "gp_ses_x", "gp_pat_" + "a" * 36, "\ud800", "x" * 10_000])
async def test_garbage_is_no_session(world: World, raw: str | None) -> None:
    with pytest.raises(Unauthenticated):
        await world.parts.credentials.of_session(raw)


async def test_a_disabled_account_learns_why_only_with_its_password(world: World) -> None:
    account = await world.account()
    session = await world.parts.sign_in.by_password("ada@example.org", PASSWORD, "test")
    await world.parts.administration.disable(SYSTEM, account.id)
    with pytest.raises(Forbidden, match="disabled"):
        await world.parts.sign_in.by_password("ada@example.org", PASSWORD, "test")
    with pytest.raises(Unauthenticated):
        await world.parts.sign_in.by_password("ada@example.org", "wrong", "test")
    with pytest.raises(Unauthenticated):
        await world.parts.credentials.of_session(session.raw)
    await world.parts.administration.enable(SYSTEM, account.id)
    with pytest.raises(Unauthenticated):
        await world.parts.credentials.of_session(session.raw)


async def test_a_new_password_ends_every_session(world: World) -> None:
    account = await world.account()
    session = await world.parts.sign_in.by_password("ada@example.org", PASSWORD, "test")
    await world.parts.administration.set_password(SYSTEM, account.id, "another good one")
    with pytest.raises(Unauthenticated):
        await world.parts.credentials.of_session(session.raw)
    with pytest.raises(Unauthenticated):
        await world.parts.sign_in.by_password("ada@example.org", PASSWORD, "test")
    await world.parts.sign_in.by_password("ada@example.org", "another good one", "test")


async def test_a_new_password_ends_tokens_only_when_asked_to(world: World) -> None:
    account = await world.account()
    me, tokens = acting(account), world.parts.tokens
    default = (await tokens.list_own(me)).default
    await tokens.create(me, "ci")
    await world.parts.administration.set_password(SYSTEM, account.id, "another good one")
    assert [token.name for token in (await tokens.list_own(me)).tokens] == ["ci"]
    await world.parts.administration.set_password(SYSTEM, account.id, "yet another one", revoke_tokens=True)
    (event,) = await world.parts.audit.newest(SYSTEM, 1)
    assert event.detail == {"tokens": 2}
    left = await tokens.list_own(me)
    assert left.tokens == []
    assert left.default != default


async def test_a_hash_of_older_parameters_is_renewed_at_sign_in(world: World, make_world: MakeWorld) -> None:
    account = await world.account()
    stronger = HashPool(HashingOptions(time_cost=2, memory_kib=256, parallelism=1, threads=1, queue=4))
    old = await world.database.one(accounts.for_sign_in, name_key="ada@example.org")
    await type(world.parts.sign_in)(world.parts.runtime, stronger, 30).by_password("ada@example.org", PASSWORD, "t")
    new = await world.database.one(accounts.for_sign_in, name_key="ada@example.org")
    stronger.close()
    assert old
    assert new
    assert "m=128,t=1" in (old[1] or "")
    assert "m=256,t=2" in (new[1] or "")
    assert new[0].id == account.id


@pytest.mark.parametrize(
    "stored",
    [
        "$2b$04$6ALIsytKu5AwS0oF9p6AEuDlQfk.rUKNTm0xFiMCXo42Yyn.gtPPy",
        "pbkdf2_sha256$1000$salt$KCzqRVohbswWmF2e8J5YYxGmeW2/LOx7S9oArv4BGV0=",
    ],
    ids=["bcrypt", "django"],
)
async def test_imported_hashes_work_and_are_replaced(world: World, stored: str) -> None:
    account = await world.account()
    await world.database.transaction(
        lambda tx: tx.run(accounts.set_password, id=account.id, password_hash=stored, now=1)
    )
    with pytest.raises(Unauthenticated):
        await world.parts.sign_in.by_password("ada@example.org", "wrong", "test")
    await world.parts.sign_in.by_password("ada@example.org", "imported secret", "test")
    renewed = await world.database.one(accounts.for_sign_in, name_key="ada@example.org")
    assert renewed
    assert (renewed[1] or "").startswith("$argon2id$")


@pytest.mark.parametrize("stored", ["", "!", "$2b$04$short", "pbkdf2_sha256$x$y$z", "md5$1$2$3", "$argon2id$broken"])
async def test_an_unreadable_hash_refuses_instead_of_failing(world: World, stored: str) -> None:
    account = await world.account()
    await world.database.transaction(
        lambda tx: tx.run(accounts.set_password, id=account.id, password_hash=stored, now=1)
    )
    with pytest.raises(Unauthenticated):
        await world.parts.sign_in.by_password("ada@example.org", PASSWORD, "test")
