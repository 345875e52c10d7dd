"""Signing up, confirming, and what anybody may learn of it."""

import pytest

from gatepost.server.domain.accounts import State
from gatepost.server.domain.clock import HOUR
from gatepost.server.domain.errors import Forbidden, Invalid, NotFound, Unauthenticated
from gatepost.server.domain.identities import Claims
from gatepost.server.domain.principal import SYSTEM
from gatepost.server.services.registration import SignUp, Status
from tests.service.conftest import PASSWORD, MakeWorld, World

pytestmark = pytest.mark.anyio


async def test_a_person_signs_up_confirms_by_mail_and_signs_in(world: World) -> None:
    link = await world.sign_up(first_name="Ada")
    assert await world.parts.registration.status_of("ada@example.org") is Status.UNVERIFIED

    account = await world.parts.registration.confirm(link)

    assert (account.state, account.email_verified, account.first_name) == (State.ACTIVE, True, "Ada")
    assert await world.parts.registration.status_of(" ADA@example.org ") is Status.ACTIVE
    session = await world.parts.sign_in.by_password("ada@example.org", PASSWORD, "test")
    assert session.account.id == account.id


async def test_an_attempt_keeps_what_was_filled_in_and_tells_it_checked(world: World) -> None:
    form = SignUp(" ADA@example.ORG ", PASSWORD, " Ada ", "", phone=" +31 20 ")
    who = await world.parts.registration.sign_up(form)
    assert (who.email, who.first_name, who.last_name, who.phone) == ("ADA@example.org", "Ada", None, "+31 20")
    account = await world.parts.registration.confirm((await world.links(who.email))[0])
    assert (account.email, account.first_name, account.last_name, account.phone) == (who.email, "Ada", None, "+31 20")


async def test_opening_a_link_changes_nothing(world: World) -> None:
    link = await world.sign_up()
    attempt = await world.parts.registration.attempt_of(link)
    assert attempt.email == "ada@example.org"
    assert await world.parts.registration.status_of("ada@example.org") is Status.UNVERIFIED


async def test_a_link_works_once(world: World) -> None:
    link = await world.sign_up()
    await world.parts.registration.confirm(link)
    with pytest.raises(NotFound):
        await world.parts.registration.confirm(link)


async def test_a_link_expires(world: World) -> None:
    link = await world.sign_up()
    world.clock.forward(48 * HOUR)
    with pytest.raises(NotFound):
        await world.parts.registration.confirm(link)


@pytest.mark.parametrize("raw", ["", "gp_cnf_", "gp_pat_" + "a" * 36, "\ud800", "gp_cnf_" + "0" * 36, "x" * 10_000])
async def test_what_was_never_mailed_is_no_link(world: World, raw: str) -> None:
    with pytest.raises(NotFound):
        await world.parts.registration.confirm(raw)


async def test_an_unconfirmed_account_is_refused_even_with_its_password(world: World) -> None:
    await world.sign_up()
    with pytest.raises(Unauthenticated):
        await world.parts.sign_in.by_password("ada@example.org", PASSWORD, "test")


async def test_who_signs_up_first_with_a_foreign_address_gains_nothing(world: World) -> None:
    """The attacker's attempt and the victim's stand alone; the victim's link activates the victim's password."""
    await world.sign_up(password="attacker knows this", first_name="Mallory")
    victims_link = await world.sign_up(password=PASSWORD, first_name="Ada")

    account = await world.parts.registration.confirm(victims_link)

    assert account.first_name == "Ada"
    with pytest.raises(Unauthenticated):
        await world.parts.sign_in.by_password("ada@example.org", "attacker knows this", "test")
    assert (await world.parts.sign_in.by_password("ada@example.org", PASSWORD, "test")).account.id == account.id


async def test_confirming_ends_the_other_attempts_and_their_links(world: World) -> None:
    first = await world.sign_up()
    second = await world.sign_up()
    await world.parts.registration.confirm(second)
    with pytest.raises(NotFound):
        await world.parts.registration.confirm(first)
    assert len(await world.parts.administration.page(SYSTEM)) == 1


async def test_an_unconfirmed_address_claims_nothing_from_a_verified_identity(world: World) -> None:
    link = await world.sign_up(password="attacker knows this")
    claims = Claims("https://idp.example", "s1", "ada@example.org", True, None, "Ada", "L", None)

    principal = await world.parts.provisioning.principal_for(claims)

    with pytest.raises(NotFound):
        await world.parts.registration.confirm(link)
    with pytest.raises(Unauthenticated):
        await world.parts.sign_in.by_password("ada@example.org", "attacker knows this", "test")
    assert (await world.parts.profiles.own(principal)).first_name == "Ada"


async def test_signing_up_with_a_known_address_answers_alike_and_tells_only_its_owner(world: World) -> None:
    await world.account()
    await world.parts.registration.sign_up(SignUp("ADA@example.org", "another password"))
    assert [(to, kind) for to, kind, _ in await world.mails()] == [("ada@example.org", "already-registered")]
    assert len(await world.parts.administration.page(SYSTEM)) == 1


async def test_known_and_unknown_addresses_cost_the_same_work(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await world.account("known@example.org")
    hashed = []
    hash_ = type(world.parts.hasher).hash

    async def counting(self: object, secret: bytes) -> str:
        hashed.append(secret)
        return await hash_(world.parts.hasher, secret)

    monkeypatch.setattr(type(world.parts.hasher), "hash", counting)
    for address in ("known@example.org", "unknown@example.org"):
        await world.parts.registration.sign_up(SignUp(address, PASSWORD))
    assert len(hashed) == 2
    assert len(await world.mails()) == 2


async def test_one_address_gets_only_so_many_mails_an_hour(world: World) -> None:
    for _ in range(8):
        await world.parts.registration.sign_up(SignUp("ada@example.org", PASSWORD))
    assert len(await world.mails()) == 5
    world.clock.forward(HOUR + 1)
    await world.parts.registration.sign_up(SignUp("ada@example.org", PASSWORD))
    assert len(await world.mails()) == 6


async def test_nor_does_one_who_is_called_by_another_address_get_more(world: World) -> None:
    await world.account("ada@example.org", username="old@example.org")
    for _ in range(8):
        await world.parts.registration.sign_up(SignUp("old@example.org", PASSWORD))
    assert [to for to, _, _ in await world.mails()] == ["ada@example.org"] * 5


@pytest.mark.parametrize("verify_email", [True, False])
async def test_owners_get_only_so_many_mails_an_hour_about_who_signs_up(
    make_world: MakeWorld, verify_email: bool
) -> None:
    world = make_world(registration__mode="approval", registration__verify_email=verify_email)
    await world.account("owner@example.org", roles=("owner",))
    for number in range(8):
        address = f"ada{number}@example.org"
        if verify_email:
            await world.parts.registration.confirm(await world.sign_up(address))
        else:
            await world.parts.registration.sign_up(SignUp(address, PASSWORD))
    assert [to for to, _, _ in await world.mails()].count("owner@example.org") == 5
    assert len(await world.parts.administration.page(SYSTEM, State.PENDING)) == 8


async def test_with_approval_an_account_waits_and_the_owners_are_told(make_world: MakeWorld) -> None:
    world = make_world(registration__mode="approval")
    await world.account("owner@example.org", roles=("owner",))
    account = await world.parts.registration.confirm(await world.sign_up())

    assert account.state is State.PENDING
    assert await world.parts.registration.status_of("ada@example.org") is Status.PENDING
    (text,) = [
        text for to, kind, text in await world.mails() if (to, kind) == ("owner@example.org", "awaiting-approval")
    ]
    assert f"gatepost users approve {account.id}" in text
    assert "ada@example.org" in text
    with pytest.raises(Forbidden, match="awaits approval"):
        await world.parts.sign_in.by_password("ada@example.org", PASSWORD, "test")


async def test_without_verification_an_account_is_active_at_once_but_not_verified(make_world: MakeWorld) -> None:
    world = make_world(registration__verify_email=False)
    await world.parts.registration.sign_up(SignUp("ada@example.org", PASSWORD))
    session = await world.parts.sign_in.by_password("ada@example.org", PASSWORD, "test")
    assert (session.account.state, session.account.email_verified) == (State.ACTIVE, False)


@pytest.mark.parametrize("mode", ["closed", "invitation"])
async def test_a_closed_service_lets_nobody_sign_up(make_world: MakeWorld, mode: str) -> None:
    world = make_world(registration__mode=mode)
    with pytest.raises(Forbidden):
        await world.parts.registration.sign_up(SignUp("ada@example.org", PASSWORD))
    assert await world.events() == []


async def test_only_allowed_domains_may_sign_up(make_world: MakeWorld) -> None:
    world = make_world(registration__allowed_domains=["Example.org"])
    await world.parts.registration.sign_up(SignUp("ada@EXAMPLE.org", PASSWORD))
    for foreign in ("ada@example.com", "ada@sub.example.org", "ada@notexample.org"):
        with pytest.raises(Invalid):
            await world.parts.registration.sign_up(SignUp(foreign, PASSWORD))


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("", PASSWORD),
        ("no-at-sign", PASSWORD),
        ("a@b@c.org", PASSWORD),
        ("ada@example.org\x00", PASSWORD),
        ("ada\ud800@example.org", PASSWORD),
        ("a" * 250 + "@example.org", PASSWORD),
        ("ada@example.org", "short"),
        ("ada@example.org", "password"),
        ("ada@example.org", "PassWord1"),
        ("ada@example.org", "ADA@example.org"),
        ("ada@example.org", "x" * 1_025),
        ("ada@example.org", "\ud800" * 10),
    ],
)
async def test_bad_fields_are_refused_and_leave_nothing(world: World, email: str, password: str) -> None:
    with pytest.raises(Invalid):
        await world.parts.registration.sign_up(SignUp(email, password))
    assert await world.events() == []
    assert await world.mails() == []


async def test_the_status_of_a_blank_address_is_refused(world: World) -> None:
    with pytest.raises(Invalid):
        await world.parts.registration.status_of("  ")


@pytest.mark.parametrize(("action", "status"), [("approve", Status.ACTIVE), ("reject", Status.REJECTED)])
async def test_a_decision_shows_in_the_status_and_is_mailed(world: World, action: str, status: Status) -> None:
    account = await world.account(state=State.PENDING)
    await getattr(world.parts.administration, action)(SYSTEM, account.id)
    assert await world.parts.registration.status_of("ada@example.org") is status
    assert [kind for _, kind, _ in await world.mails()] == ["approved" if action == "approve" else "rejected"]
