"""When a call is made again and how long the client waits, rows 35 to 41 of the contract, section 4.3."""

from typing import Any

import httpx
import pytest

from gatepost.kipu import ApiError
from tests.client.kipu.conftest import Connect, Play
from tests.kit.scripted import Step, answer, drip, hang_up, refused, reset, silent, truncated
from tests.kit.twins import finished, open_client

pytestmark = pytest.mark.anyio

DATE = "Thu, 01 Jan 2026 00:00:00 GMT"
NOW = 1_767_225_600
BEGIN = answer(json={"id": "u1"})


async def test_row_35_reading_is_tried_three_times(play: Play, waits: list[float]) -> None:
    async with play(*[answer(500, json={"message": "broken"})] * 3) as (hub, server):
        with pytest.raises(ApiError, match="broken") as failed:
            await finished(hub.user_settings.get_current_user())
    assert (failed.value.status_code, len(server.requests)) == (500, 3)
    first, second = waits
    assert 0.9 <= first <= 1.1
    assert 1.8 <= second <= 2.2


async def test_row_36_the_wait_is_the_one_asked_for(play: Play, waits: list[float]) -> None:
    async with play(answer(503, headers={"Retry-After": "7"}), BEGIN) as (hub, _):
        await finished(hub.user_settings.get_current_user())
    assert waits == [7.0]


async def test_row_37_a_moment_is_waited_for_and_spread(play: Play, waits: list[float]) -> None:
    headers = {"Date": DATE, "X-RateLimit-Reset": str(NOW + 20)}
    async with play(answer(429, headers=headers), BEGIN) as (hub, _):
        await finished(hub.user_settings.get_current_user())
    (seconds,) = waits
    assert 20 <= seconds <= 24


@pytest.mark.parametrize(
    ("headers", "least", "most"),
    [
        ({"Retry-After": "3600"}, 60, 60),
        ({"Retry-After": "Thu, 01 Jan 2026 00:00:09 GMT", "Date": DATE}, 9, 9),
        ({"Retry-After": "Thu, 01 Jan 2026 00:00:09 GMT", "Date": DATE, "X-RateLimit-Reset": "5"}, 9, 9),
        ({"Retry-After": "0"}, 0.9, 1.1),
        ({"Retry-After": "Wed, 31 Dec 2025 23:59:00 GMT", "Date": DATE}, 0.9, 1.1),
        ({"Retry-After": "soon"}, 0.9, 1.1),
        ({"Retry-After": "0", "X-RateLimit-Reset": "5"}, 5, 6),
        ({"X-RateLimit-Reset": str(NOW + 3600), "Date": DATE}, 60, 72),
        ({"X-RateLimit-Reset": str(NOW - 1), "Date": DATE}, 0.9, 1.1),
        ({}, 0.9, 1.1),
    ],
)
async def test_every_form_of_a_wish_is_bounded(
    play: Play, waits: list[float], headers: dict[str, str], least: float, most: float
) -> None:
    async with play(answer(429, headers=headers), BEGIN) as (hub, _):
        await finished(hub.user_settings.get_current_user())
    (seconds,) = waits
    assert least <= seconds <= most


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
async def test_reading_is_tried_again_after_a_transient_status(play: Play, status: int) -> None:
    async with play(answer(status), BEGIN) as (hub, _):
        assert (await finished(hub.user_settings.get_current_user())).id == "u1"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 425, 501, 505])
async def test_a_status_that_stays_is_final(play: Play, status: int) -> None:
    async with play(answer(status)) as (hub, _):
        with pytest.raises(ApiError) as failed:
            await finished(hub.user_settings.get_current_user())
    assert failed.value.status_code == status


@pytest.mark.parametrize("status", [408, 409, 500, 502, 504])
async def test_row_38_a_token_is_not_made_twice(play: Play, waits: list[float], status: int) -> None:
    async with play(answer(status)) as (hub, _):
        with pytest.raises(ApiError) as failed:
            await finished(hub.user_settings_personal_access_tokens.create_personal_access_token(name="n"))
    assert (failed.value.status_code, waits) == (status, [])


@pytest.mark.parametrize("status", [429, 503])
async def test_a_token_is_made_after_a_refusal_that_did_nothing(play: Play, status: int) -> None:
    async with play(answer(status), answer(201, json={"name": "n"})) as (hub, _):
        made = await finished(hub.user_settings_personal_access_tokens.create_personal_access_token(name="n"))
    assert made.name == "n"


async def test_a_lost_answer_does_not_make_a_second_token_unless_the_caller_says_so(play: Play) -> None:
    async with play(hang_up(), hang_up(), answer(201, json={"name": "n"})) as (hub, server):
        tokens = hub.user_settings_personal_access_tokens
        with pytest.raises(httpx.RemoteProtocolError):
            await finished(tokens.create_personal_access_token(name="n"))
        assert len(server.requests) == 1
        await finished(tokens.create_personal_access_token(name="n", request_options={"idempotent": True}))


async def test_calls_that_change_nothing_twice_are_tried_again_although_they_are_posts(play: Play) -> None:
    steps = [answer(500), answer(204), answer(500), answer(json={}), answer(500), answer(json={})]
    async with play(*steps) as (hub, server):
        await finished(hub.user_settings.update_current_user_profile_image(file=b"abc"))
        await finished(hub.authentication.authorize_by_personal_access_token())
        await finished(hub.users.resolve_users(ids=["u1"]))
    assert {seen.method for seen in server.requests} == {"POST"}


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (hang_up(), httpx.RemoteProtocolError),
        (reset(), httpx.ReadError),
        (truncated(BEGIN), httpx.RemoteProtocolError),
    ],
    ids=["hung up", "reset", "truncated"],
)
async def test_row_39_a_connection_that_breaks_is_tried_three_times(
    play: Play, waits: list[float], fault: Step, error: type[Exception]
) -> None:
    async with play(fault, fault, fault) as (hub, server):
        with pytest.raises(error):
            await finished(hub.user_settings.get_current_user())
    assert (len(server.requests), len(waits)) == (3, 2)


async def test_a_refused_connection_is_tried_again_for_every_call(connect: Connect, waits: list[float]) -> None:
    async with open_client(connect(refused())) as hub:
        with pytest.raises(httpx.ConnectError):
            await finished(hub.user_settings_personal_access_tokens.create_personal_access_token(name="n"))
    assert len(waits) == 2


@pytest.mark.parametrize(("settings", "options"), [({"max_retries": 0}, {}), ({}, {"max_retries": 0})])
async def test_row_40_without_retries_there_is_one_request(
    play: Play, waits: list[float], settings: Any, options: Any
) -> None:
    async with play(answer(500), **settings) as (hub, _):
        with pytest.raises(ApiError):
            await finished(hub.user_settings.get_current_user(request_options=options))
    assert waits == []


async def test_one_call_may_be_more_patient_than_the_client(play: Play) -> None:
    async with play(answer(500), answer(500), answer(500), BEGIN, max_retries=0) as (hub, _):
        await finished(hub.user_settings.get_current_user(request_options={"max_retries": 3}))


@pytest.mark.parametrize("step", [silent(), drip(BEGIN)], ids=["silent", "stuck"])
async def test_row_41_a_time_out_is_final(play: Play, waits: list[float], step: Step) -> None:
    options = {"timeout": httpx.Timeout(20, read=0.05)}  # connecting may take a while
    async with play(step) as (hub, server):
        with pytest.raises(httpx.ReadTimeout) as late:
            await finished(hub.user_settings.get_current_user(request_options=options))
    assert isinstance(late.value, httpx.TimeoutException)
    assert (len(server.requests), waits) == (1, [])
