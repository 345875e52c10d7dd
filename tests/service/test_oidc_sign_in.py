"""Sign-ins at a provider as surfaces use them, however the flow travels; the provider answers what a test says."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest

from gatepost.server.domain.clock import MINUTE
from gatepost.server.domain.errors import Forbidden, Invalid, NotFound
from gatepost.server.domain.flows import STRANGE, Flow, ProviderAnswer
from gatepost.server.domain.principal import SYSTEM
from gatepost.server.domain.sessions import HOMEBOX_STAYING
from gatepost.server.services.housekeeping import Housekeeping
from gatepost.server.store.statement import Query
from tests.kit.forged_oidc import CLIENT_ID, ForgedProvider, forging
from tests.service.conftest import MakeWorld, World, acting

pytestmark = pytest.mark.anyio

REDIRECT_URI = "http://127.0.0.1:8080/homebox/api/v1/users/login/oidc/callback"
LINKS = Query("tests.links", "SELECT purpose FROM links", row=lambda row: row[0])


@pytest.fixture
def forged() -> Iterator[ForgedProvider]:
    with forging() as provider:
        provider.id_token |= {"email": "ada@example.org", "email_verified": True, "groups": ["engineering"]}
        yield provider


@pytest.fixture
async def world(make_world: MakeWorld, forged: ForgedProvider) -> AsyncIterator[World]:
    provider = {"name": "company", "issuer": forged.issuer, "client_id": CLIENT_ID}
    made = make_world(oidc__providers=[provider])
    yield made
    await made.parts.oidc_sign_in.aclose()


async def begin(world: World, forged: ForgedProvider) -> Flow:
    begun = await world.parts.oidc_sign_in.begin("company", REDIRECT_URI)
    forged.nonce = begun.flow.nonce
    return begun.flow


async def test_a_flow_may_travel_in_parts_and_start_a_session_on_any_terms(
    world: World, forged: ForgedProvider
) -> None:
    flow = await begin(world, forged)
    travelled = Flow("company", REDIRECT_URI, state=flow.state, nonce=flow.nonce, verifier=flow.verifier)
    principal = await world.parts.oidc_sign_in.finish(travelled, ProviderAnswer(flow.state, "code"))
    session = await world.parts.sessions.begin(principal, HOMEBOX_STAYING, "test")
    assert session.attachment is not None
    assert (await world.parts.credentials.of_session(session.raw)).account_id == principal.account_id
    assert [event for event, _ in await world.events()] == ["account.provisioned", "session.started"]


async def test_nobody_finishes_for_an_account_that_may_not_act(world: World, forged: ForgedProvider) -> None:
    account = await world.account()
    await world.parts.administration.disable(SYSTEM, account.id)
    flow = await begin(world, forged)
    with pytest.raises(Forbidden, match="disabled"):
        await world.parts.oidc_sign_in.finish(flow, ProviderAnswer(flow.state, "code"))


async def test_of_two_who_finish_one_flow_at_once_one_is_refused(world: World, forged: ForgedProvider) -> None:
    flow, oidc = await begin(world, forged), world.parts.oidc_sign_in
    answers = [oidc.finish(flow, ProviderAnswer(flow.state, code)) for code in ("one", "two")]
    outcomes = await asyncio.gather(*answers, return_exceptions=True)
    refused = [outcome for outcome in outcomes if isinstance(outcome, Invalid)]
    assert [error.message for error in refused] == [STRANGE]
    assert len(await world.parts.administration.page(SYSTEM)) == 1


async def test_a_flow_that_led_nowhere_may_be_tried_again(world: World, forged: ForgedProvider) -> None:
    flow, oidc = await begin(world, forged), world.parts.oidc_sign_in
    forged.id_token["email_verified"] = False
    with pytest.raises(Forbidden):
        await oidc.finish(flow, ProviderAnswer(flow.state, "code"))
    forged.id_token["email_verified"] = True
    await oidc.finish(flow, ProviderAnswer(flow.state, "code"))


async def test_the_marks_of_finished_flows_are_cleared_away(world: World, forged: ForgedProvider) -> None:
    flow = await begin(world, forged)
    await world.parts.oidc_sign_in.finish(flow, ProviderAnswer(flow.state, "code"))
    before = await world.database.all(LINKS)
    world.clock.forward(11 * MINUTE)
    await Housekeeping(world.parts.runtime, 1, 1).tidy()
    assert (before, await world.database.all(LINKS)) == (["oidc-flow"], [])


async def test_a_sealed_flow_comes_back_whole_until_it_ends(world: World, forged: ForgedProvider) -> None:
    flow, oidc = await begin(world, forged), world.parts.oidc_sign_in
    sealed = oidc.seal(flow, "/tokens?x=1")
    assert len(sealed) < 1_000
    assert not any(secret in sealed for secret in (flow.state, flow.nonce, flow.verifier))
    world.clock.forward(10 * MINUTE - 1)
    resumed = oidc.unseal(sealed, "company")
    assert (resumed.flow, resumed.return_to) == (flow, "/tokens?x=1")
    world.clock.forward(1)
    with pytest.raises(Invalid, match=STRANGE):
        oidc.unseal(sealed, "company")


async def test_nothing_else_can_be_unsealed(world: World, forged: ForgedProvider) -> None:
    flow, oidc = await begin(world, forged), world.parts.oidc_sign_in
    sealed = oidc.seal(flow, "/")
    mail = world.parts.runtime.sealer.seal(b"[]", "mail:1").hex()
    changed = ("B" if sealed[40] == "A" else "A").join((sealed[:40], sealed[41:]))
    for text in ("", "x", "é", changed, sealed[:-4], mail):
        with pytest.raises(Invalid, match=STRANGE):
            oidc.unseal(text, "company")
    with pytest.raises(Invalid, match=STRANGE):
        oidc.unseal(sealed, "another")
    assert oidc.unseal(oidc.seal(flow, "/" + "x" * 5_000), "company").return_to == ""


async def test_there_is_nothing_to_begin_at_an_unknown_provider(world: World) -> None:
    with pytest.raises(NotFound):
        await world.parts.oidc_sign_in.begin("unknown", REDIRECT_URI)


async def test_groups_are_joined_at_each_sign_in(make_world: MakeWorld, forged: ForgedProvider) -> None:
    provider = {"name": "company", "issuer": forged.issuer, "client_id": CLIENT_ID}
    plain = make_world()
    owner = acting(await plain.account("owner@example.org"))
    group = await plain.parts.groups.create(owner, "Engineers")
    world = make_world(oidc__providers=[provider], oidc__groups={"engineering": group.id})
    flow = await begin(world, forged)
    principal = await world.parts.oidc_sign_in.finish(flow, ProviderAnswer(flow.state, "code"))
    await world.parts.groups.remove_member(owner, group.id, principal.account_id)
    flow = await begin(world, forged)
    await world.parts.oidc_sign_in.finish(flow, ProviderAnswer(flow.state, "code"))
    assert [found.group_id for found in await world.parts.groups.memberships(principal)] == [group.id]
    await world.parts.oidc_sign_in.aclose()
