"""A forgotten password: the link works once, and asking for one tells nothing."""

import asyncio
import re
from typing import Any

import pytest

from gatepost.server.domain.clock import HOUR
from gatepost.server.domain.errors import Forbidden, Invalid, NotFound, Unauthenticated
from gatepost.server.domain.identities import Claims
from gatepost.server.domain.principal import SYSTEM
from gatepost.server.services.housekeeping import Housekeeping
from gatepost.server.store import accounts
from gatepost.server.store.database import Transaction
from gatepost.server.store.statement import Query, Statement
from tests.service.conftest import PASSWORD, MakeWorld, World, acting

pytestmark = pytest.mark.anyio

NEW_PASSWORD = "another good one"
ISSUER = "https://idp.example.org"
_LINKS = Query("tests.links", "SELECT count(*) FROM links", row=lambda row: row[0])


async def links(world: World, to: str = "ada@example.org") -> list[str]:
    texts = [text for recipient, kind, text in await world.mails() if (recipient, kind) == (to, "reset-password")]
    return [re.findall(r"^http://127.0.0.1:8080/reset-password\?token=(\S+)$", text, re.MULTILINE)[0] for text in texts]


async def asked(world: World, email: str = "ada@example.org") -> str:
    await world.parts.password_reset.ask(email)
    return (await links(world))[-1]


async def test_a_link_sets_a_new_password_once(world: World) -> None:
    account = await world.account()
    raw = await asked(world, " ADA@example.org ")
    assert (await world.parts.password_reset.account_of(raw)).id == account.id
    assert (await world.parts.password_reset.complete(raw, NEW_PASSWORD)).id == account.id
    await world.parts.sign_in.by_password("ada@example.org", NEW_PASSWORD, "test")
    with pytest.raises(Unauthenticated):
        await world.parts.sign_in.by_password("ada@example.org", PASSWORD, "test")
    with pytest.raises(NotFound):
        await world.parts.password_reset.complete(raw, PASSWORD)


async def test_of_several_clicks_one_counts_and_ends_the_other_links(world: World) -> None:
    await world.account()
    raws = [await asked(world) for _ in range(3)]
    assert len(set(raws)) == 3
    outcomes = await asyncio.gather(
        *(world.parts.password_reset.complete(raw, f"{NEW_PASSWORD} {n}") for n, raw in enumerate(raws * 2)),
        return_exceptions=True,
    )
    assert [type(outcome) for outcome in outcomes].count(NotFound) == 5


async def prepared_by_a_stranger(make_world: MakeWorld) -> tuple[World, str, str]:
    """Let a stranger take the address of somebody else, with a key and an identity; give the key and the id."""
    world = make_world(**{"registration.verify_email": False})
    stranger = await world.account("mallory@example.org", username="mallory")
    await world.parts.provisioning.principal_for(Claims(ISSUER, "m", "mallory@example.org", email_verified=True))
    key = (await world.parts.tokens.create_key(acting(stranger), "ci")).raw
    await world.parts.own_account.rename(acting(stranger), "Ada", "ada@example.org")
    return world, key, stranger.id


async def test_who_reads_the_mail_of_an_unconfirmed_account_can_have_it_alone(make_world: MakeWorld) -> None:
    world, key, id = await prepared_by_a_stranger(make_world)
    await world.parts.password_reset.complete(await asked(world), NEW_PASSWORD, claiming=True)
    with pytest.raises(Unauthenticated):
        await world.parts.credentials.resolve(key)
    with pytest.raises(Forbidden):
        await world.parts.provisioning.principal_for(Claims(ISSUER, "m"))
    again = await world.parts.provisioning.principal_for(Claims(ISSUER, "a", "ada@example.org", email_verified=True))
    assert again.account_id == id
    await world.parts.sign_in.by_password("ada@example.org", NEW_PASSWORD, "test")


@pytest.mark.parametrize("claiming", [False, True])
async def test_of_a_confirmed_account_tokens_and_identities_stay(world: World, claiming: bool) -> None:
    account = await world.account()
    claims = Claims(ISSUER, "a", "ada@example.org", email_verified=True)
    await world.parts.provisioning.principal_for(claims)
    key = (await world.parts.tokens.create_key(acting(account), "ci")).raw
    await world.parts.password_reset.complete(await asked(world), NEW_PASSWORD, claiming=claiming)
    assert (await world.parts.credentials.resolve(key)).account_id == account.id
    assert (await world.parts.provisioning.principal_for(claims)).account_id == account.id


@pytest.mark.parametrize(("roles", "mails"), [((), 1), (("owner",), 0), (("administrator",), 0)])
async def test_nobody_gets_the_password_of_a_role_by_moving_its_account_to_an_address_of_theirs(
    world: World, roles: tuple[str, ...], mails: int
) -> None:
    ann = await world.account("ann@example.org", roles=roles)
    await world.parts.own_account.rename(acting(ann), "Ann", "mallory@example.org")
    await world.parts.password_reset.ask("mallory@example.org")
    assert len(await links(world, "mallory@example.org")) == mails


async def test_a_link_holds_for_an_hour(world: World) -> None:
    await world.account()
    raw = await asked(world)
    world.clock.forward(HOUR)
    with pytest.raises(NotFound):
        await world.parts.password_reset.complete(raw, NEW_PASSWORD)
    world.clock.forward(1)
    await Housekeeping(world.parts.runtime, confirm_hours=1, keep_mail_days=1).tidy()
    assert await world.database.one(_LINKS) == 0


@pytest.mark.parametrize("raw", ["", "x", "gp_rst_" + "0" * 36, "\ud800", "x" * 100_000])
async def test_what_is_no_link_is_not_found(world: World, raw: str) -> None:
    with pytest.raises(NotFound):
        await world.parts.password_reset.complete(raw, NEW_PASSWORD)


async def test_a_link_for_another_purpose_resets_nothing(world: World) -> None:
    confirm = await world.sign_up()
    with pytest.raises(NotFound):
        await world.parts.password_reset.complete(confirm, NEW_PASSWORD)
    await world.account("eve@example.org")
    await world.parts.password_reset.ask("eve@example.org")
    (reset,) = await links(world, "eve@example.org")
    with pytest.raises(NotFound):
        await world.parts.registration.confirm(reset)


@pytest.mark.parametrize("password", ["", "short", "password1", "ada@example.org"])
async def test_a_password_that_is_refused_leaves_the_link_working(world: World, password: str) -> None:
    await world.account()
    raw = await asked(world)
    with pytest.raises(Invalid):
        await world.parts.password_reset.complete(raw, password)
    await world.parts.password_reset.complete(raw, NEW_PASSWORD)


@pytest.mark.parametrize("email", ["", "  ", "\t"])
async def test_no_address_is_asked_for_one(world: World, email: str) -> None:
    with pytest.raises(Invalid) as refusal:
        await world.parts.password_reset.ask(email)
    assert refusal.value.field == "email"


async def test_a_link_is_gone_with_the_right_to_act(world: World) -> None:
    account = await world.account()
    raw = await asked(world)
    await world.parts.administration.disable(SYSTEM, account.id)
    with pytest.raises(NotFound):
        await world.parts.password_reset.complete(raw, NEW_PASSWORD)


async def test_no_mail_goes_where_no_password_can_be_set(world: World) -> None:
    disabled = await world.account("disabled@example.org")
    await world.parts.administration.disable(SYSTEM, disabled.id)
    await world.account("other@example.org", username="called@example.org")
    vouched = await world.account("vouched@example.org")
    await world.database.transaction(lambda tx: tx.run(accounts.set_password, id=vouched.id, password_hash=None, now=1))
    await world.sign_up("attempt@example.org")
    before = len(await world.mails())
    for name in ("disabled", "called", "vouched", "attempt", "nobody"):
        await world.parts.password_reset.ask(f"{name}@example.org")
    for name in ("\ud800", "a\x00b", "x" * 5_000):
        await world.parts.password_reset.ask(name)
    assert len(await world.mails()) == before


async def test_the_same_work_is_done_for_known_and_unknown_addresses(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.account()
    done: list[str] = []

    async def kind_of(tx: Transaction) -> type[Transaction]:
        return type(tx)

    async def run(self: Transaction, statement: Statement, **parameters: Any) -> int:
        done.append(statement.name)
        return await really(self, statement, **parameters)

    kind = await world.database.transaction(kind_of)
    really = kind.run
    monkeypatch.setattr(kind, "run", run)
    await world.parts.password_reset.ask("ada@example.org")
    known, done = done, []
    await world.parts.password_reset.ask("nobody@example.org")
    assert known == ["links.insert", "outbox.insert", "audit.insert"]
    assert done == ["links.insert", "audit.insert"]


async def test_an_address_gets_only_so_many_mails(make_world: MakeWorld) -> None:
    world = make_world(limits__mail_per_address="2/hour")
    await world.account()
    for _ in range(4):
        await world.parts.password_reset.ask("ada@example.org")
    assert len(await links(world)) == 2
    world.clock.forward(HOUR)
    await world.parts.password_reset.ask("ada@example.org")
    assert len(await links(world)) == 3
