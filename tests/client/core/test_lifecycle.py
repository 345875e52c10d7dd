"""From making a client to closing it, and what happens when nobody closes it."""

import asyncio
import gc
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from gatepost.kipu import AsyncHubUserClient, HubUserClient
from tests.client.kipu.conftest import Connect, Play, http_client
from tests.kit.scripted import Scripted, answer, repeat, scripted
from tests.kit.twins import finished, open_client

pytestmark = pytest.mark.anyio

ME = answer(json={"id": "u1"})


@pytest.fixture
def server() -> Iterator[Scripted]:
    """Run a server that always knows who asks."""
    with scripted(repeat(ME), all_used=False) as running:
        yield running


async def test_making_a_client_connects_to_nothing(connect: Connect, server: Scripted) -> None:
    await finished(connect(server.url).close())
    assert server.connections == 0


async def test_closing_closes_the_connections(connect: Connect, server: Scripted) -> None:
    hub = connect(server.url)
    await finished(hub.user_settings.get_current_user())
    await finished(hub.close())
    server.await_disconnection()


@asynccontextmanager
async def block(hub: Any) -> AsyncIterator[Any]:
    """Use a client as the context manager it is."""
    if isinstance(hub, HubUserClient):
        with hub as blocking:
            yield blocking
    else:
        async with hub as awaiting:
            yield awaiting


async def test_leaving_the_block_closes_the_connections(connect: Connect, server: Scripted) -> None:
    async with block(connect(server.url)) as hub:
        await finished(hub.user_settings.get_current_user())
    server.await_disconnection()


async def leave_by_an_error(hub: Any) -> None:
    async with block(hub):
        await finished(hub.user_settings.get_current_user())
        raise LookupError


async def test_leaving_the_block_by_an_error_closes_the_connections(connect: Connect, server: Scripted) -> None:
    with pytest.raises(LookupError):
        await leave_by_an_error(connect(server.url))
    server.await_disconnection()


@pytest.mark.parametrize("used", [True, False], ids=["used", "unused"])
async def test_a_closed_client_says_so(connect: Connect, server: Scripted, used: bool) -> None:
    hub = connect(server.url)
    if used:
        await finished(hub.user_settings.get_current_user())
    await finished(hub.close())
    await finished(hub.close())
    for client in (hub, hub.with_options(timeout=1)):
        with pytest.raises(RuntimeError, match=r"^The client has been closed$"):
            await finished(client.user_settings.get_current_user())
    assert server.connections == int(used)


async def test_an_http_client_that_was_passed_in_stays_open(connect: Connect, server: Scripted, twin: str) -> None:
    async with http_client(twin) as own:
        async with open_client(connect(server.url, httpx_client=own)) as hub:
            await finished(hub.user_settings.get_current_user())
        assert not own.is_closed
        await finished(hub.user_settings.get_current_user())
        assert server.connections == 1


async def test_clients_with_other_options_share_one_connection(connect: Connect, server: Scripted) -> None:
    async with open_client(connect(server.url)) as hub:
        others = [hub, hub.with_options(timeout=5), hub.with_options(max_retries=0).with_options(headers={"X-A": "1"})]
        for one in others:
            await finished(one.user_settings.get_current_user())
    assert [type(one) for one in others] == [type(hub)] * 3
    assert server.connections == 1
    assert [seen.headers.get("x-a") for seen in server.requests] == [None, None, "1"]
    assert [seen.headers["x-auth-token"] for seen in server.requests] == ["pat1"] * 3


async def test_other_options_do_not_change_the_client_they_come_from(play: Play, waits: list[float]) -> None:
    async with play(answer(500), answer(500), ME) as (hub, _):
        patient = hub.with_options(max_retries=5)
        with pytest.raises(Exception, match="answered 500"):
            await finished(hub.with_options(max_retries=0).user_settings.get_current_user())
        await finished(patient.user_settings.get_current_user())
    assert len(waits) == 1


async def test_a_blocking_client_that_nobody_closes_is_closed_when_it_is_gone(server: Scripted) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        hub = HubUserClient(base_url=server.url, api_key="pat1")
        other = hub.with_options(timeout=5)
        hub.user_settings.get_current_user()
        del hub
        other.user_settings.get_current_user()
        assert server.connections == 1
        del other
        gc.collect()
    server.await_disconnection()


async def names_of(hub: AsyncHubUserClient, count: int) -> list[Any]:
    return [user.id for user in await asyncio.gather(*[hub.user_settings.get_current_user() for _ in range(count)])]


def test_an_awaiting_client_works_in_one_loop_after_the_other(server: Scripted) -> None:
    hub = AsyncHubUserClient(base_url=server.url, api_key="pat1")

    async def use_and_close() -> list[Any]:
        async with hub:
            return await names_of(hub, 3)

    with warnings.catch_warnings():
        # The connections of a loop that ended before they were closed: asyncio is right to complain.
        warnings.simplefilter("ignore", ResourceWarning)
        assert asyncio.run(names_of(hub, 3)) == ["u1"] * 3
        assert asyncio.run(names_of(hub, 3)) == ["u1"] * 3
        assert asyncio.run(use_and_close()) == ["u1"] * 3
        gc.collect()
    server.await_disconnection()


def test_an_awaiting_client_is_closed_for_every_loop(server: Scripted) -> None:
    hub = AsyncHubUserClient(base_url=server.url, api_key="pat1")
    asyncio.run(hub.close())
    with pytest.raises(RuntimeError, match=r"^The client has been closed$"):
        asyncio.run(names_of(hub, 1))
