"""Accounts that come from an identity provider."""

import pytest

from gatepost.server.domain.accounts import State
from gatepost.server.domain.errors import Conflict, Forbidden, GatepostError, Unauthenticated
from gatepost.server.domain.identities import Claims
from gatepost.server.domain.principal import SYSTEM, CredentialKind
from gatepost.server.services.registration import SignUp
from tests.service.conftest import PASSWORD, MakeWorld, World, acting

pytestmark = pytest.mark.anyio


def claims(subject: str = "s1", email: str | None = "ada@example.org", *, verified: bool = True) -> Claims:
    return Claims("https://idp.example", subject, email, verified, None, "Ada", "Lovelace", None)


async def test_the_first_sight_of_an_identity_makes_an_account_and_the_second_finds_it(world: World) -> None:
    assert await world.parts.credentials.of_claims(claims()) is None
    made = await world.parts.provisioning.principal_for(claims())
    account = await world.parts.profiles.own(made)
    assert (account.email, account.first_name, account.state) == ("ada@example.org", "Ada", State.ACTIVE)
    assert account.email_verified
    assert await world.parts.provisioning.principal_for(claims()) == made
    assert await world.parts.credentials.of_claims(claims()) == made
    assert made.kind is CredentialKind.BEARER
    assert [event for event, _ in await world.events()] == ["account.provisioned"]


async def test_a_verified_address_links_to_its_confirmed_account(world: World) -> None:
    account = await world.account()
    assert (await world.parts.provisioning.principal_for(claims())).account_id == account.id
    await world.parts.sign_in.by_password("ada@example.org", PASSWORD, "test")


async def test_a_verified_address_may_be_written_in_other_letter_case(world: World) -> None:
    account = await world.account("Ada@example.org")
    assert (await world.parts.provisioning.principal_for(claims(email="aDA@Example.ORG"))).account_id == account.id


@pytest.mark.parametrize(
    ("held", "claimed"),
    [
        ("sam@example.org", "\u017fam@example.org"),
        ("\u017fam@example.org", "sam@example.org"),
        ("fiona@example.org", "\ufb01ona@example.org"),
        ("strasse@example.org", "stra\u00dfe@example.org"),
    ],
)
async def test_an_address_that_only_looks_the_same_opens_no_account(world: World, held: str, claimed: str) -> None:
    await world.account(held)
    with pytest.raises(Conflict):
        await world.parts.provisioning.principal_for(claims(email=claimed))
    assert await world.parts.credentials.of_claims(claims()) is None


async def test_an_unverified_address_links_to_nothing_and_makes_nothing(world: World) -> None:
    await world.account()
    for given in (claims(verified=False), claims(email=None), claims("s2", "new@example.org", verified=False)):
        with pytest.raises(Forbidden):
            await world.parts.provisioning.principal_for(given)
    assert len(await world.parts.administration.page(SYSTEM)) == 1


async def test_an_existing_link_is_never_overwritten(world: World) -> None:
    first = await world.parts.provisioning.principal_for(claims())
    other = await world.account("other@example.org")
    assert await world.parts.provisioning.principal_for(claims(email=other.email)) == first


async def test_who_registered_a_foreign_address_unconfirmed_loses_it_to_its_owner(make_world: MakeWorld) -> None:
    """Without verification an account is active before its address is confirmed; it must not trap the owner."""
    world = make_world(registration__verify_email=False)
    await world.parts.registration.sign_up(SignUp("ada@example.org", PASSWORD))
    session = await world.parts.sign_in.by_password("ada@example.org", PASSWORD, "test")
    token = await world.parts.tokens.create(acting(session.account), "n")
    await world.parts.credentials.resolve_token(token.raw.encode())

    principal = await world.parts.provisioning.principal_for(claims())

    assert principal.account_id == session.account.id
    assert (await world.parts.profiles.own(principal)).email_verified
    with pytest.raises(Unauthenticated):
        await world.parts.sign_in.by_password("ada@example.org", PASSWORD, "test")
    with pytest.raises(Unauthenticated):
        await world.parts.credentials.of_session(session.raw)
    with pytest.raises(Unauthenticated):
        await world.parts.credentials.resolve_token(token.raw.encode())


@pytest.mark.parametrize("state", [State.PENDING, State.REJECTED])
async def test_an_account_that_may_not_act_is_refused_by_this_door_too(world: World, state: State) -> None:
    await world.account(state=state)
    with pytest.raises(Forbidden):
        await world.parts.provisioning.principal_for(claims())
    with pytest.raises(Forbidden):
        await world.parts.credentials.of_claims(claims())


async def test_disabling_an_account_ends_the_power_of_its_identities_at_once(world: World) -> None:
    principal = await world.parts.provisioning.principal_for(claims())
    await world.parts.administration.disable(SYSTEM, principal.account_id)
    with pytest.raises(Forbidden):
        await world.parts.credentials.of_claims(claims())
    with pytest.raises(Forbidden):
        await world.parts.provisioning.principal_for(claims())


async def test_approval_is_asked_of_provisioned_accounts_too(make_world: MakeWorld) -> None:
    world = make_world(registration__mode="approval")
    with pytest.raises(Forbidden, match="awaits approval"):
        await world.parts.provisioning.principal_for(claims())
    (account,) = await world.parts.administration.page(SYSTEM, State.PENDING)
    await world.parts.administration.approve(SYSTEM, account.id)
    assert (await world.parts.provisioning.principal_for(claims())).account_id == account.id


@pytest.mark.parametrize(
    ("flags", "email", "error"),
    [
        ({"registration__mode": "closed"}, "ada@example.org", Forbidden),
        ({"registration__allowed_domains": ["example.com"]}, "ada@example.org", GatepostError),
        ({}, "taken@example.org", Conflict),
    ],
)
async def test_the_policy_and_taken_names_hold_for_identities_too(
    make_world: MakeWorld, flags: dict[str, object], email: str, error: type[GatepostError]
) -> None:
    world = make_world(**flags)
    await world.account("somebody@example.org", username="taken@example.org")
    with pytest.raises(error):
        await world.parts.provisioning.principal_for(claims(email=email))
    assert len(await world.parts.administration.page(SYSTEM)) == 1
