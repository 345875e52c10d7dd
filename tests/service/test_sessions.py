"""Sessions of API clients: how long they hold, what comes with them, and who may end them."""

import asyncio
from collections.abc import Callable

import pytest

from gatepost.server.domain.clock import DAY, MINUTE
from gatepost.server.domain.errors import Forbidden, Invalid, NotFound, Unauthenticated
from gatepost.server.domain.principal import SYSTEM, CredentialKind, Principal
from gatepost.server.domain.sessions import HOMEBOX, HOMEBOX_STAYING, Terms
from gatepost.server.services.sessions import NewSession
from tests.service.conftest import PASSWORD, World, acting

pytestmark = pytest.mark.anyio


async def begun(world: World, terms: Terms = HOMEBOX, device: str = "test") -> NewSession:
    return await world.parts.sign_in.by_password("ada@example.org", PASSWORD, device, terms)


async def me(world: World, session: NewSession) -> Principal:
    return await world.parts.credentials.resolve(session.raw)


@pytest.mark.parametrize(("terms", "days"), [(HOMEBOX, 7), (HOMEBOX_STAYING, 28)])
async def test_a_session_holds_so_many_days_whether_used_or_not(world: World, terms: Terms, days: int) -> None:
    await world.account()
    session = await begun(world, terms)
    assert session.expires_at == world.clock.now + days * DAY
    world.clock.forward(days * DAY - 1)
    assert (await me(world, session)).kind is CredentialKind.SESSION
    assert (await world.parts.credentials.resolve(session.attachment or "")).kind is CredentialKind.ATTACHMENT
    world.clock.forward(1)
    for raw in (session.raw, session.attachment or ""):
        with pytest.raises(Unauthenticated):
            await world.parts.credentials.resolve(raw)


async def test_a_browsers_session_comes_alone(world: World) -> None:
    await world.account()
    session = await world.parts.sign_in.by_password("ada@example.org", PASSWORD, "test")
    assert session.attachment is None
    with pytest.raises(Unauthenticated):
        await world.parts.credentials.of_attachment(None)


async def test_secrets_stay_out_of_what_is_logged(world: World) -> None:
    await world.account()
    session = await begun(world)
    assert session.raw not in repr(session)
    assert (session.attachment or "") not in repr(session)


async def test_an_attachment_token_is_no_session(world: World) -> None:
    await world.account()
    session = await begun(world)
    with pytest.raises(Unauthenticated):
        await world.parts.credentials.of_session(session.attachment)
    with pytest.raises(Unauthenticated):
        await world.parts.credentials.of_attachment(session.raw)
    companion = await world.parts.credentials.resolve(session.attachment or "")
    with pytest.raises(Invalid):
        await world.parts.sessions.end(companion)
    with pytest.raises(Forbidden):
        companion.require_whole()


async def test_access_tokens_are_taken_only_where_they_may_be(world: World) -> None:
    key = (await world.parts.tokens.create_key(acting(await world.account()), "ci")).raw
    assert (await world.parts.credentials.resolve(key)).kind is CredentialKind.ACCESS_TOKEN
    with pytest.raises(Unauthenticated):
        await world.parts.credentials.resolve(key, access_tokens=False)


@pytest.mark.parametrize("raw", ["", "x", "\ud800", "A" * 26, "hb_" + "A" * 43, "gp_ses_" + "0" * 36, "x" * 100_000])
async def test_what_is_no_credential_is_refused_without_a_read(
    world: World, raw: str, unread: Callable[[], None]
) -> None:
    unread()
    with pytest.raises(Unauthenticated):
        await world.parts.credentials.resolve(raw)


async def test_a_warm_session_is_answered_without_reading_it_again(world: World, unread: Callable[[], None]) -> None:
    account = await world.account()
    session = await begun(world)
    assert (await me(world, session)).account_id == account.id
    unread()
    assert (await me(world, session)).account_id == account.id


async def test_a_warm_session_still_ends_when_it_was_not_used(world: World) -> None:
    await world.account()
    session = await world.parts.sign_in.by_password("ada@example.org", PASSWORD, "test")
    world.clock.forward(7 * DAY - MINUTE // 2)
    await me(world, session)
    world.clock.forward(MINUTE // 2)
    with pytest.raises(Unauthenticated):
        await me(world, session)


async def test_sessions_are_listed_by_device_with_their_last_use(world: World) -> None:
    await world.account()
    first = await begun(world, device="phone")
    world.clock.forward(MINUTE)
    await begun(world, device="x" * 300)
    world.clock.forward(MINUTE)
    listed = await world.parts.sessions.list_own(await me(world, first))
    assert [session.device for session in listed] == ["x" * 200, "phone"]
    assert listed[1].used_at == world.clock.now
    await world.parts.usage.flush()
    assert (await world.parts.sessions.list_own(await me(world, first)))[1].used_at == world.clock.now
    world.clock.forward(7 * DAY - MINUTE)
    assert await world.parts.sessions.list_own(acting(first.account)) == []


async def test_one_of_several_sessions_is_ended_by_its_owner_alone(world: World) -> None:
    await world.account()
    mine, other = await begun(world), await begun(world)
    id = (await me(world, other)).credential_id or ""
    with pytest.raises(NotFound):
        await world.parts.sessions.end_one(acting(await world.account("eve@example.org")), id)
    await world.parts.sessions.end_one(await me(world, mine), id)
    with pytest.raises(Unauthenticated):
        await me(world, other)
    with pytest.raises(NotFound):
        await world.parts.sessions.end_one(await me(world, mine), id)


async def test_of_several_refreshes_of_a_session_one_counts(world: World) -> None:
    await world.account()
    principal = await me(world, await begun(world, HOMEBOX_STAYING, "phone"))
    outcomes = await asyncio.gather(
        *(world.parts.sessions.refresh(principal, HOMEBOX) for _ in range(4)), return_exceptions=True
    )
    (new,) = (outcome for outcome in outcomes if isinstance(outcome, NewSession))
    assert [type(outcome) for outcome in outcomes].count(Unauthenticated) == 3
    (session,) = await world.parts.sessions.list_own(await me(world, new))
    assert (session.device, session.expires_at) == ("phone", world.clock.now + 7 * DAY)


async def test_only_a_session_is_refreshed_or_ended_this_way(world: World) -> None:
    account = await world.account()
    key = await world.parts.tokens.create_key(acting(account), "ci")
    principal = await world.parts.credentials.resolve(key.raw)
    with pytest.raises(Invalid):
        await world.parts.sessions.refresh(principal, HOMEBOX)
    with pytest.raises(Invalid):
        await world.parts.sessions.end(principal)


async def test_whom_a_provider_vouches_for_gets_a_session_if_they_may_act(world: World) -> None:
    account = await world.account()
    bearer = Principal(account.id, CredentialKind.BEARER)
    session = await world.parts.sessions.begin(bearer, HOMEBOX_STAYING, "browser")
    assert (await me(world, session)).account_id == account.id
    await world.parts.administration.disable(SYSTEM, account.id)
    with pytest.raises(Forbidden, match="disabled"):
        await world.parts.sessions.begin(bearer, HOMEBOX_STAYING, "browser")
