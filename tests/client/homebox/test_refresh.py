"""A token that changes, sections 1.5, 3.6 and 5.2 of the contract."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import homebox
import httpx
import pytest

from gatepost.homebox import ApiError, AsyncHomeboxClient, BadRequestError, HomeboxClient, UnauthorizedError
from tests.client.homebox.conftest import Play, Visit
from tests.client.homebox.house import House
from tests.kit.scripted import Seen, Step, answer, hang_up, repeat, reset, route, scripted, silent, truncated
from tests.kit.twins import finished

pytestmark = pytest.mark.anyio

RAW = {"raw": "NEW", "attachmentToken": "FILES", "expiresAt": "2026-09-11T10:20:30Z"}
SELF = answer(json={"item": {"id": "u1", "email": "ann@example.com"}})


@pytest.mark.parametrize(
    "sent", [RAW, {**RAW, "token": "Bearer NEW"}, {**RAW, "token": "NEW"}, {"token": "Bearer NEW"}]
)
async def test_calls_carry_the_new_token(play: Play, sent: dict[str, str]) -> None:
    async with play(answer(json=sent), SELF) as (client, server):
        entry = await finished(client.users.user_token_refresh())
        await finished(client.users.get_user_self())
    assert [seen.headers["authorization"] for seen in server.requests] == ["Bearer TOKEN", "Bearer NEW"]
    assert client.token == "Bearer NEW"
    assert entry.token == sent.get("token", "Bearer NEW")


async def test_a_session_outlives_many_refreshes(visit: Visit, house: House) -> None:
    async with visit() as (client, _):
        for _ in range(3):
            await finished(client.users.user_token_refresh())
        assert (await finished(client.users.get_user_self())).name == "Ann"
    assert len(house.sessions) == 1


def test_the_official_client_goes_on_with_the_dead_token(house: House) -> None:
    with scripted(repeat(route(house.answer))) as server:
        official = homebox.HomeboxClient(f"{server.url}/api")
        official.login("ann@example.com", "secret1")
        assert official.users.user_token_refresh().token is None
        with pytest.raises(Exception, match="401 Client Error"):
            official.users.get_user_self()


@pytest.mark.parametrize(
    "lost", [hang_up(), reset(), truncated(answer(json=RAW)), answer(500, json={"error": "Unknown Error"}), answer(502)]
)
async def test_a_refresh_is_never_made_twice(play: Play, lost: Step) -> None:
    async with play(lost) as (client, server):
        with pytest.raises((httpx.TransportError, ApiError)):
            await finished(client.users.user_token_refresh())
        assert client.token == "Bearer TOKEN"
    assert len(server.requests) == 1


async def test_reading_is_made_again(play: Play) -> None:
    async with play(reset(), answer(500, json={"error": "Unknown Error"}), SELF) as (client, _):
        assert (await finished(client.users.get_user_self())).id == "u1"


async def test_row_48_an_api_key_needs_no_refresh_and_stays(play: Play) -> None:
    refusal = answer(400, json={"error": "API keys do not require refresh"})
    async with play(refusal, token="hb_key") as (client, _):
        with pytest.raises(BadRequestError, match="API keys do not require refresh"):
            await finished(client.users.user_token_refresh())
        assert client.token == "Bearer hb_key"


async def test_a_call_that_was_refused_is_not_made_again_with_the_same_token(play: Play) -> None:
    async with play(answer(401, json={"error": "valid authorization token is required"})) as (client, server):
        with pytest.raises(UnauthorizedError):
            await finished(client.users.get_user_self())
    assert len(server.requests) == 1


class Renewing:
    """A server that ends the old token when a refresh arrives, and answers it only when `finish` is called."""

    def __init__(self) -> None:
        self.tokens = {"Bearer TOKEN"}
        self._refused = threading.Event()

    def answer(self, seen: Seen) -> Step:
        if seen.target.endswith("/refresh"):
            self.tokens = {"Bearer NEW"}
            assert self._refused.wait(20)
            return answer(json=RAW)
        if seen.headers["authorization"] in self.tokens:
            return SELF
        self._refused.set()
        return answer(401, json={"error": "valid authorization token is required"})


def test_a_thread_whose_call_meets_the_end_of_the_token_waits_for_the_new_one() -> None:
    with scripted(repeat(route(Renewing().answer))) as server, ThreadPoolExecutor(1) as thread:
        client = HomeboxClient(f"{server.url}/api", "TOKEN")
        refreshed = thread.submit(client.users.user_token_refresh)
        server.await_requests(1)
        assert client.users.get_user_self().id == "u1"
        assert refreshed.result().token == "Bearer NEW"
        client.close()
    assert shown(server.requests) == ["Bearer TOKEN", "Bearer TOKEN", "Bearer NEW"]


async def test_a_task_whose_call_meets_the_end_of_the_token_waits_for_the_new_one() -> None:
    with scripted(repeat(route(Renewing().answer))) as server:
        async with AsyncHomeboxClient(f"{server.url}/api", "TOKEN") as client:
            refreshing = asyncio.ensure_future(client.users.user_token_refresh())
            await asyncio.to_thread(server.await_requests, 1)
            assert (await client.users.get_user_self()).id == "u1"
            assert (await refreshing).token == "Bearer NEW"
    assert shown(server.requests) == ["Bearer TOKEN", "Bearer TOKEN", "Bearer NEW"]


def test_many_threads_refresh_one_after_the_other(house: House) -> None:
    with scripted(repeat(route(house.answer))) as server, HomeboxClient(f"{server.url}/api") as client:
        client.login("ann@example.com", "secret1")
        with ThreadPoolExecutor(8) as threads:
            for entry in threads.map(lambda _: client.users.user_token_refresh(), range(8)):
                assert entry.token
        assert client.users.get_user_self().name == "Ann"
    assert [f"Bearer {token}" for token in house.sessions] == [client.token]


async def test_many_tasks_refresh_one_after_the_other(house: House) -> None:
    with scripted(repeat(route(house.answer))) as server:
        async with AsyncHomeboxClient(f"{server.url}/api") as client:
            await client.login("ann@example.com", "secret1")
            await asyncio.gather(*[client.users.user_token_refresh() for _ in range(8)])
            assert (await client.users.get_user_self()).name == "Ann"
    assert [f"Bearer {token}" for token in house.sessions] == [client.token]


async def test_a_logout_waits_for_a_refresh_and_ends_the_new_session(house: House) -> None:
    with scripted(repeat(route(house.answer))) as server:
        async with AsyncHomeboxClient(f"{server.url}/api") as client:
            await client.login("ann@example.com", "secret1")
            await asyncio.gather(client.users.user_token_refresh(), client.users.user_logout())
            assert client.token is None
    assert house.sessions == {}


async def test_giving_up_a_refresh_lets_others_go_on() -> None:
    with scripted(silent(), answer(json=RAW)) as server:
        async with AsyncHomeboxClient(f"{server.url}/api", "TOKEN") as client:
            given_up = asyncio.ensure_future(client.users.user_token_refresh())
            await asyncio.to_thread(server.await_requests, 1)
            given_up.cancel()
            with pytest.raises(asyncio.CancelledError):
                await given_up
            assert (await client.users.user_token_refresh()).token == "Bearer NEW"


def shown(requests: list[Seen]) -> list[str]:
    return [seen.headers["authorization"] for seen in requests]
