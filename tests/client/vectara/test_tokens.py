"""The life of an access token, section 2.3 of the contract."""

import threading
from asyncio import create_task, current_task, gather
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from anyio import to_thread

from gatepost.vectara import ApiError, AsyncVectara, NotFoundError, ParsingError, UnauthorizedError, VectaraEnvironment
from tests.client.vectara.conftest import CLIENT, Connect, token
from tests.kit.cases import rows
from tests.kit.scripted import Answer, Scripted, Step, answer, hang_up, refused, repeat, route, scripted, silent
from tests.kit.twins import finished, open_client

pytestmark = pytest.mark.anyio

FOUND = answer(json={})


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Served:
    """A client, its clock, and the servers it talks to."""

    def __init__(self, client: Any, api: Scripted, auth: Scripted) -> None:
        self.users = client.users
        self.api = api
        self.auth = auth
        self.clock = Clock()
        self.credential = client._session.service.credential
        self.credential._clock = self.clock

    def tokens(self) -> list[str]:
        """Give the tokens that were shown to the API, in order."""
        return [seen.headers["authorization"].removeprefix("Bearer ") for seen in self.api.requests]


@asynccontextmanager
async def served(connect: Connect, api: list[Step], auth: list[Step]) -> AsyncIterator[Served]:
    with scripted(*api) as api_server, scripted(*auth) as auth_server:
        environment = VectaraEnvironment(default=api_server.url, auth=auth_server.url)
        async with open_client(connect("", environment=environment, **CLIENT)) as client:
            yield Served(client, api_server, auth_server)


async def test_nothing_is_asked_before_the_first_call(connect: Connect) -> None:
    async with served(connect, [], []):
        pass


@rows(2, 3)
async def test_one_token_serves_many_calls_until_two_minutes_before_its_end(connect: Connect) -> None:
    async with served(connect, [FOUND, FOUND, FOUND], [token("t1"), token("t2")]) as it:
        await finished(it.users.get("u"))
        it.clock.now = 1679.9
        await finished(it.users.get("u"))
        it.clock.now = 1680.0
        await finished(it.users.get("u"))
    assert it.tokens() == ["t1", "t1", "t2"]


@rows(7, 8)
@pytest.mark.parametrize("life", [120, 121, 60, "60", 60.5])
async def test_a_token_that_lives_shortly_serves_for_half_its_life(connect: Connect, life: Any) -> None:
    async with served(connect, [FOUND, FOUND, FOUND], [token("t1", expires_in=life), token("t2")]) as it:
        await finished(it.users.get("u"))
        it.clock.now = float(life) / 2 - 0.1
        await finished(it.users.get("u"))
        it.clock.now = float(life) / 2
        await finished(it.users.get("u"))
    assert it.tokens() == ["t1", "t1", "t2"]


@rows(10)
async def test_a_token_whose_life_is_not_told_serves_until_it_is_refused(connect: Connect) -> None:
    without = answer(json={"access_token": "t1", "token_type": "Bearer"})
    async with served(connect, [FOUND, FOUND, answer(401), FOUND], [without, token("t2")]) as it:
        await finished(it.users.get("u"))
        it.clock.now = 1e9
        await finished(it.users.get("u"))
        await finished(it.users.get("u"))
    assert it.tokens() == ["t1", "t1", "t1", "t2"]


async def test_the_life_of_a_token_begins_when_it_is_asked_for(connect: Connect) -> None:
    def slowly(_: Any) -> Answer:
        it.clock.now += 1000.0
        return token("t1")

    async with served(connect, [FOUND, FOUND], [route(slowly), token("t2")]) as it:
        await finished(it.users.get("u"))
        it.clock.now = 1680.0
        await finished(it.users.get("u"))
    assert it.tokens() == ["t1", "t2"]


@rows(11)
async def test_a_refused_token_is_replaced_and_the_call_made_once_more(connect: Connect) -> None:
    async with served(connect, [FOUND, answer(401), FOUND, FOUND], [token("t1"), token("t2")]) as it:
        for _ in range(3):
            await finished(it.users.get("u"))
    assert it.tokens() == ["t1", "t1", "t2", "t2"]


async def test_a_call_that_is_no_read_is_made_once_more_too_for_a_401_did_nothing(connect: Connect) -> None:
    async with served(connect, [answer(401), answer(201, json={"username": "a"})], [token("t1"), token("t2")]) as it:
        user = await finished(it.users.create(email="a@x.io"))
    assert user.username == "a"
    assert it.tokens() == ["t1", "t2"]


async def test_a_second_401_is_final(connect: Connect) -> None:
    async with served(connect, [answer(401), answer(401, json={"messages": ["no"]})], [token("t1"), token("t2")]) as it:
        with pytest.raises(UnauthorizedError, match="GET /v2/users/u answered 401: no"):
            await finished(it.users.get("u"))


async def test_a_token_somebody_else_has_replaced_is_not_replaced_again(connect: Connect) -> None:
    async with served(connect, [FOUND], [token("t1")]) as it:
        await finished(it.users.get("u"))
        renewing = it.credential.renew({"Authorization": "an older one"})
        [step] = [next(renewing)]
        assert list(step.flow) == []


@rows(9)
@pytest.mark.parametrize(
    ("given", "kind", "message"),
    [
        (answer(401, json={"error": "invalid_client"}), UnauthorizedError, "answered 401: invalid_client"),
        (answer(400, json={"error": "invalid_client"}), UnauthorizedError, "answered 400: invalid_client"),
        (answer(403), UnauthorizedError, "answered 403"),
        (answer(404), ApiError, "POST /oauth2/token answered 404"),
        (answer(200, text="<html>"), ApiError, "a web page instead of JSON"),
        (answer(307, headers={"Location": "https://elsewhere.example/"}), ApiError, "redirected to https://elsewhere"),
        (answer(json={"token_type": "Bearer", "expires_in": 1800}), ParsingError, "access_token"),
        (answer(json={"access_token": "t\n", "expires_in": 1800}), ParsingError, "access_token"),
        (answer(json={"access_token": "t", "expires_in": "soon"}), ParsingError, "soon"),
        (answer(json=["t"]), ParsingError, "unexpected JSON"),
    ],
)
async def test_a_token_that_is_not_given_ends_the_call_before_it_begins(
    connect: Connect, given: Answer, kind: type[ApiError], message: str
) -> None:
    async with served(connect, [], [given]) as it:
        with pytest.raises(ApiError, match=message) as failure:
            await finished(it.users.get("u"))
    assert type(failure.value) is kind
    assert not isinstance(failure.value, NotFoundError)


async def test_the_next_call_asks_again_after_a_failure(connect: Connect) -> None:
    async with served(connect, [FOUND], [answer(401), token("t1")]) as it:
        with pytest.raises(UnauthorizedError):
            await finished(it.users.get("u"))
        await finished(it.users.get("u"))


async def test_asking_for_a_token_is_repeated_when_the_server_is_out_of_breath(
    connect: Connect, waits: list[float]
) -> None:
    busy = answer(503, headers={"Retry-After": "3"})
    async with served(connect, [FOUND], [busy, hang_up(), token("t1")]) as it:
        await finished(it.users.get("u"))
    assert waits[0] == 3
    assert len(waits) == 2


async def test_a_token_endpoint_that_is_not_there_is_told(connect: Connect) -> None:
    environment = VectaraEnvironment(default=refused(), auth=refused())
    async with open_client(connect("", environment=environment, **CLIENT)) as client:
        with pytest.raises(httpx.ConnectError):
            await finished(client.users.get("u"))


async def test_a_client_with_other_settings_shares_the_token(connect: Connect) -> None:
    with scripted(token("t1"), FOUND, FOUND) as server:
        async with open_client(connect(server.url, **CLIENT)) as client:
            await finished(client.users.get("u"))
            await finished(client.with_options(max_retries=0).users.get("u"))
    assert [seen.headers["authorization"] for seen in server.requests[1:]] == ["Bearer t1", "Bearer t1"]


async def test_a_task_that_gives_up_leaves_the_asking_to_the_next() -> None:
    with scripted(silent(), token("t1"), FOUND) as server:
        async with AsyncVectara(
            environment=VectaraEnvironment.at(server.url), client_id="i", client_secret="s"
        ) as client:
            first = create_task(client.users.get("u"))
            await to_thread.run_sync(server.await_requests, 1)
            first.cancel()
            await client.users.get("u")
    assert first.cancelled()


class Crowd:
    """A clock that tells when so many threads or tasks have looked at it."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._looking: set[object] = set()
        self.complete = threading.Event()

    def __call__(self) -> float:
        self._looking.add(
            threading.get_ident() if threading.current_thread() is not threading.main_thread() else current_task()
        )
        if len(self._looking) == self._size:
            self.complete.set()
        return 0.0


async def five_calls(users: Any, twin: str) -> None:
    if twin == "awaiting":
        await gather(*(users.get("u") for _ in range(5)))
    else:
        with ThreadPoolExecutor(5) as threads:
            list(threads.map(users.get, ["u"] * 5))


@rows(4)
async def test_calls_at_once_share_one_token(connect: Connect, twin: str) -> None:
    crowd = Crowd(5)

    def when_all_wait(_: Any) -> Answer:
        assert crowd.complete.wait(20)
        return token("t1")

    async with served(connect, [repeat(FOUND)], [route(when_all_wait)]) as it:
        it.credential._clock = crowd
        await five_calls(it.users, twin)
    assert it.tokens() == ["t1"] * 5


async def test_calls_refused_at_once_share_one_new_token(connect: Connect, twin: str) -> None:
    arrived = threading.Barrier(5)

    def refused_together(seen: Any) -> Answer:
        if seen.headers["authorization"] == "Bearer t1":
            arrived.wait(20)
            return answer(401)
        return FOUND

    async with served(connect, [repeat(route(refused_together))], [token("t1"), token("t2")]) as it:
        await five_calls(it.users, twin)
    assert sorted(it.tokens()) == ["t1"] * 5 + ["t2"] * 5
