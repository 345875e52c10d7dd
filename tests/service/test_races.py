"""Requests that meet: whatever can be had once is had once, however many ask for it at the same time."""

import asyncio
from collections.abc import Awaitable

import pytest

from gatepost.server.domain.accounts import Account
from gatepost.server.domain.errors import NotFound
from gatepost.server.domain.identities import Claims
from gatepost.server.domain.principal import SYSTEM, Principal
from gatepost.server.domain.roles import OWNER
from gatepost.server.services.registration import SignUp
from gatepost.server.store import accounts
from tests.service.conftest import PASSWORD, MakeWorld, World

pytestmark = pytest.mark.anyio

CLAIMS = Claims("https://idp.example", "s1", "ada@example.org", True)


async def together(*asked: Awaitable[object]) -> tuple[list[object], int]:
    """Give what came of requests made at the same time, and how many of them found that they were late."""
    outcomes = await asyncio.gather(*asked, return_exceptions=True)
    late = [outcome for outcome in outcomes if isinstance(outcome, NotFound)]
    return [outcome for outcome in outcomes if outcome not in late], len(late)


async def test_of_several_clicks_on_a_link_one_counts(world: World) -> None:
    link = await world.sign_up()
    confirmed, late = await together(*(world.parts.registration.confirm(link) for _ in range(5)))
    assert (len(confirmed), late) == (1, 4)
    assert [event for event, _ in await world.events()].count("account.confirmed") == 1


async def test_of_the_links_of_several_attempts_one_counts(world: World) -> None:
    links = [await world.sign_up(first_name=name) for name in ("Ada", "Eve", "Mallory")]
    confirmed, late = await together(*map(world.parts.registration.confirm, links))
    assert (len(confirmed), late) == (1, 2)
    assert await world.parts.administration.page(SYSTEM) == confirmed


async def test_a_used_link_works_in_no_other_spelling(world: World) -> None:
    link = await world.sign_up()
    await world.parts.registration.confirm(link)
    for spelling in (
        link.upper(),
        link.lower(),
        f"{link} ",
        f"\u200b{link}",
        link.replace("_", "\uff3f"),
        f"{link}\x00",
    ):
        with pytest.raises(NotFound):
            await world.parts.registration.confirm(spelling)


async def test_several_people_with_the_setup_link_make_one_owner(world: World) -> None:
    links = [await world.parts.setup.open() or "" for _ in range(2)]
    asked = [(link.rpartition("/")[2], f"owner{number}@example.org") for number in range(3) for link in links]
    made, late = await together(
        *(world.parts.setup.complete(raw, SignUp(f"{raw[-6:]}{email}", PASSWORD)) for raw, email in asked)
    )
    assert (len(made), late) == (1, 5)
    assert [row[0] for row in await world.database.all(accounts.usable_holders, role=OWNER)] == made


async def test_a_click_and_an_identity_that_meet_make_one_account(world: World) -> None:
    link = await world.sign_up()
    came, _ = await together(
        world.parts.registration.confirm(link), *(world.parts.provisioning.principal_for(CLAIMS) for _ in range(3))
    )
    ids = {
        one.account_id if isinstance(one, Principal) else one.id for one in came if isinstance(one, Principal | Account)
    }
    assert ids == {account.id for account in await world.parts.administration.page(SYSTEM)}
    assert len(ids) == 1


async def test_an_identity_ends_the_attempts_of_others_even_those_made_meanwhile(world: World) -> None:
    link = await world.sign_up()
    principal, *_ = await asyncio.gather(
        world.parts.provisioning.principal_for(CLAIMS),
        world.parts.registration.sign_up(SignUp("ada@example.org", PASSWORD)),
    )
    for raw in {link, *await world.links("ada@example.org")}:
        with pytest.raises(NotFound):
            await world.parts.registration.confirm(raw)
    assert [account.id for account in await world.parts.administration.page(SYSTEM)] == [principal.account_id]


async def test_without_verification_one_address_makes_one_account(make_world: MakeWorld) -> None:
    world = make_world(registration__verify_email=False)
    await asyncio.gather(*(world.parts.registration.sign_up(SignUp("ada@example.org", PASSWORD)) for _ in range(4)))
    assert len(await world.parts.administration.page(SYSTEM)) == 1
