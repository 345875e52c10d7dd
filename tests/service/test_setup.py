"""The one-time link that makes the first owner."""

import pytest

from gatepost.server.domain.clock import DAY
from gatepost.server.domain.errors import Conflict, Invalid, NotFound
from gatepost.server.domain.principal import SYSTEM
from gatepost.server.services.registration import SignUp
from tests.service.conftest import PASSWORD, World

pytestmark = pytest.mark.anyio

OWNER = SignUp("owner@example.org", PASSWORD, "Olga")


async def opened(world: World) -> str:
    link = await world.parts.setup.open()
    assert link is not None
    return link.rpartition("/")[2]


async def test_the_link_makes_the_first_owner_once(world: World) -> None:
    raw, second = await opened(world), await opened(world)
    id = await world.parts.setup.complete(raw, OWNER)
    assert await world.parts.grants.roles_of(SYSTEM, id) == ["owner"]
    await world.parts.sign_in.by_password("owner@example.org", PASSWORD, "test")
    for used in (raw, second):
        with pytest.raises(NotFound):
            await world.parts.setup.complete(used, SignUp("eve@example.org", PASSWORD))
    assert await world.parts.setup.open() is None


async def test_the_link_expires_after_a_day(world: World) -> None:
    raw = await opened(world)
    world.clock.forward(DAY)
    with pytest.raises(NotFound):
        await world.parts.setup.check(raw)


@pytest.mark.parametrize("raw", ["", "gp_adm_" + "0" * 36, "\ud800", "gp_cnf_" + "a" * 36])
async def test_garbage_opens_nothing(world: World, raw: str) -> None:
    await opened(world)
    with pytest.raises(NotFound):
        await world.parts.setup.complete(raw, OWNER)


async def test_a_confirmation_link_is_no_setup_link(world: World) -> None:
    with pytest.raises(NotFound):
        await world.parts.setup.complete(await world.sign_up(), OWNER)
    with pytest.raises(NotFound):
        await world.parts.registration.confirm(await opened(world))


async def test_a_bad_form_leaves_the_link_usable(world: World) -> None:
    raw = await opened(world)
    await world.account("taken@example.org")
    with pytest.raises(Invalid):
        await world.parts.setup.complete(raw, SignUp("owner@example.org", "short"))
    with pytest.raises(Conflict):
        await world.parts.setup.complete(raw, SignUp("taken@example.org", PASSWORD))
    await world.parts.setup.complete(raw, OWNER)
