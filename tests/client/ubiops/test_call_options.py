"""Keywords of calls."""

import threading
from asyncio import gather
from typing import Any

import httpx
import pytest

from gatepost.ubiops import ApiRequestError, ApiTypeError, ApiValueError, UserDetail
from gatepost.ubiops.options import time_limits
from tests.client.ubiops.conftest import USER, Play, configured
from tests.kit.cases import rows
from tests.kit.scripted import Answer, Seen, answer, repeat, route, scripted
from tests.kit.twins import finished, open_client

pytestmark = pytest.mark.anyio

FOUND = answer(json=USER, headers={"X-Node": "n1"})
SECONDS = 20
INFO = {"_return_http_data_only": False}


@rows(32)
async def test_a_call_in_the_background_is_got_later(play: Play) -> None:
    async with play(FOUND) as (api, _):
        pending = await finished(api.user_get(async_req=True))
        user = await finished(pending.get(SECONDS))
        await finished(pending.wait())
        assert (user.email, pending.ready(), pending.successful()) == ("a@x.io", True, True)


@rows(32)
async def test_a_call_in_the_background_raises_when_it_is_got(play: Play) -> None:
    async with play(answer(404, json={"error": "no"})) as (api, _):
        pending = await finished(api.user_get(async_req=True))
        with pytest.raises(ApiRequestError) as refusal:
            await finished(pending.get(SECONDS))
        assert (refusal.value.status, pending.ready(), pending.successful()) == (404, True, False)


async def test_waiting_for_a_call_in_the_background_may_end_before_it(play: Play) -> None:
    turn = threading.Semaphore(0)

    def choose(_: Seen) -> Answer:
        assert turn.acquire(timeout=SECONDS)
        return FOUND

    async with play(route(choose)) as (api, _):
        pending = await finished(api.user_get(async_req=True))
        with pytest.raises(TimeoutError):
            await finished(pending.get(0.001))
        await finished(pending.wait(0.001))
        assert (pending.ready(), pending.successful()) == (False, False)
        turn.release()
        assert (await finished(pending.get(SECONDS))).email == "a@x.io"


async def test_arguments_are_checked_before_a_call_goes_to_the_background(play: Play) -> None:
    async with play() as (api, _):
        with pytest.raises(ApiValueError):
            await finished(api.user_create({}, async_req=True))
        with pytest.raises(ApiTypeError):
            await finished(api.user_get(async_req=True, foo=1))


async def test_one_call_goes_on_in_the_background_at_a_time(play: Play) -> None:
    turn = threading.Semaphore(0)

    def choose(_: Seen) -> Answer:
        assert turn.acquire(timeout=SECONDS)
        return FOUND

    async with play(repeat(route(choose))) as (api, server):
        pending = [await finished(api.user_get(async_req=True)) for _ in range(3)]
        await finished(pending[0].wait(0.1))  # a second request would arrive in the meantime
        assert len(server.requests) <= 1
        turn.release(3)
        users = [await finished(one.get(SECONDS)) for one in pending]
    assert [user.email for user in users] == ["a@x.io"] * 3


async def test_more_calls_go_on_in_the_background_where_wanted(kind: Any, core: Any) -> None:
    both = threading.Barrier(2, timeout=SECONDS)

    def choose(_: Seen) -> Answer:
        both.wait()
        return FOUND

    with scripted(repeat(route(choose))) as server:
        async with open_client(kind(configured(server.url), pool_threads=2)) as api_client:
            pending = [await finished(core(api_client).user_get(async_req=True)) for _ in range(2)]
            users = [await finished(one.get(SECONDS)) for one in pending]
    assert [user.email for user in users] == ["a@x.io"] * 2


async def test_closing_waits_for_calls_in_the_background(play: Play) -> None:
    async with play(FOUND) as (api, _):
        pending = await finished(api.user_get(async_req=True))
        await finished(api.api_client.close())
        assert pending.ready()
        assert (await finished(pending.get(0))).email == "a@x.io"


async def test_a_client_that_was_closed_opens_again(play: Play) -> None:
    async with play(FOUND, FOUND, FOUND) as (api, server):
        await finished(api.user_get())
        await finished(api.api_client.close())
        await finished(api.api_client.close())
        await finished(api.user_get())
        assert (await finished((await finished(api.user_get(async_req=True))).get(SECONDS))).email == "a@x.io"
    assert server.connections == 2


@rows(33)
async def test_without_preloading_the_response_itself_is_given(play: Play) -> None:
    async with play(FOUND, answer(200, text="junk")) as (api, _):
        response = await finished(api.user_get(_preload_content=False))
        assert (type(response), response.json()["email"]) == (httpx.Response, "a@x.io")
        assert (await finished(api.user_get(_preload_content=False))).text == "junk"


async def test_without_preloading_a_refusal_is_still_raised(play: Play) -> None:
    async with play(answer(404)) as (api, _):
        with pytest.raises(ApiRequestError):
            await finished(api.user_get(_preload_content=False))


@rows(34)
async def test_status_and_headers_are_given_on_request(play: Play) -> None:
    async with play(FOUND, answer(201, json={"email": "x"}), answer(204)) as (api, _):
        user, status, headers = await finished(api.user.user_get_with_http_info(**INFO))
        assert (type(user), status, headers["X-Node"]) == (UserDetail, 200, "n1")
        data = {"email": "x", "password": "p"}
        created, status, _ = await finished(api.user.user_create_with_http_info(data, **INFO))
        assert (created.email, status) == ("x", 201)
        assert (await finished(api.user.user_delete_with_http_info(**INFO)))[:2] == (None, 204)


async def test_status_and_headers_are_left_out_unless_asked_for(play: Play) -> None:
    async with play(FOUND, FOUND) as (api, _):
        assert (await finished(api.user.user_get_with_http_info())).email == "a@x.io"
        assert (await finished(api.user_get(**INFO))).email == "a@x.io"


async def test_a_response_comes_with_status_and_headers_too(play: Play) -> None:
    async with play(FOUND) as (api, _):
        answered = await finished(api.user.user_get_with_http_info(_preload_content=False, **INFO))
    assert (type(answered[0]), answered[1]) == (httpx.Response, 200)


@rows(35)
@pytest.mark.parametrize("method", ["user_create", "user_delete", "user_get"])
async def test_a_keyword_that_does_not_exist_is_refused(play: Play, method: str) -> None:
    data = [{"email": "x", "password": "p"}] if method == "user_create" else []
    async with play() as (api, _):
        with pytest.raises(ApiTypeError) as refused:
            await finished(getattr(api, method)(*data, foo=1))
    assert str(refused.value) == f"Got an unexpected keyword argument 'foo' to method `{method}`"
    assert isinstance(refused.value, TypeError)


async def test_keywords_for_files_are_taken_and_do_nothing(play: Play) -> None:
    async with play(FOUND) as (api, _):
        assert (await finished(api.user_get(_request_stream=True, _progress_bar=True))).email == "a@x.io"


@pytest.mark.parametrize("limit", [0, -1, "5", (1, 0), (1, 2, 3), float("nan")])
async def test_a_time_out_that_is_none_is_refused(play: Play, limit: Any) -> None:
    async with play() as (api, _):
        with pytest.raises(ApiValueError, match="A time-out must be"):
            await finished(api.user_get(_request_timeout=limit))


@pytest.mark.parametrize("limit", [5, 5.5, (5, 10), (None, None), (0.5, None)])
async def test_a_time_out_may_be_a_number_or_a_pair(play: Play, limit: Any) -> None:
    async with play(FOUND) as (api, _):
        assert (await finished(api.user_get(_request_timeout=limit))).email == "a@x.io"


def test_a_pair_is_for_connecting_and_for_the_rest() -> None:
    assert time_limits((5, 0.1)).as_dict() == {"connect": 5, "read": 0.1, "write": 0.1, "pool": 0.1}


@rows(36)
async def test_without_validation_data_go_out_as_they_are(play: Play) -> None:
    unchecked = [{"email": "x", "phone": "1"}, {}, {"email": "x" * 300}]
    async with play(*[answer(201, json={"email": "x"})] * 3, client_side_validation=False) as (api, server):
        for data in unchecked:
            await finished(api.user_create(data))
    assert [seen.json() for seen in server.requests] == unchecked


async def test_calls_at_the_same_time_share_a_client(play: Play, twin: str) -> None:
    async with play(*[FOUND] * 4) as (api, _):
        if twin == "blocking":
            pending = [api.user_get(async_req=True) for _ in range(4)]
            users = [one.get(SECONDS) for one in pending]
        else:
            users = list(await gather(*(api.user_get() for _ in range(4))))
    assert [user.email for user in users] == ["a@x.io"] * 4
