"""Waits as servers ask for them over the wire, and answers that never end."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from gatepost._core import deadlines
from gatepost.kipu import ApiError
from tests.client.kipu.conftest import Connect, Play
from tests.kit.scripted import answer, drip, scripted
from tests.kit.twins import finished, open_client

pytestmark = pytest.mark.anyio

ME = answer(json={"id": "u1"})
YEARS_AGO = datetime(2019, 2, 3, 4, 5, 6, tzinfo=UTC)


def http_date(seconds: float) -> str:
    return format_datetime(YEARS_AGO + timedelta(seconds=seconds), usegmt=True)


@pytest.mark.parametrize(
    ("headers", "bounds"),
    [
        ({"Retry-After": "7"}, (7, 7)),
        ({"Retry-After": "0.5"}, (0.5, 0.5)),
        ({"Retry-After": "100000"}, (60, 60)),
        ({"Retry-After": "0"}, (0.9, 1.1)),
        ({"Retry-After": "soon"}, (0.9, 1.1)),
        ({"Retry-After": http_date(25), "Date": http_date(0)}, (25, 25)),
        ({"Retry-After": http_date(-25), "Date": http_date(0)}, (0.9, 1.1)),
        ({"Retry-After": http_date(25)}, (0.9, 1.1)),
        ({"X-RateLimit-Reset": "30"}, (30, 36)),
        ({"X-RateLimit-Reset": str(int(YEARS_AGO.timestamp()) + 30), "Date": http_date(0)}, (30, 36)),
        ({"Retry-After": "7", "X-RateLimit-Reset": "30"}, (7, 7)),
        ({}, (0.9, 1.1)),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
async def test_a_busy_server_says_when_to_come_back_by_its_own_clock(
    play: Play, waits: list[float], status: int, headers: dict[str, str], bounds: tuple[float, float]
) -> None:
    async with play(answer(status, headers=headers), ME) as (hub, _):
        await finished(hub.user_settings.get_current_user())
    assert len(waits) == 1
    assert bounds[0] <= waits[0] <= bounds[1]


async def test_a_server_that_stays_busy_is_given_up(play: Play, waits: list[float]) -> None:
    busy = answer(429, headers={"Retry-After": "100000"}, json={"message": "slow down"})
    async with play(busy, busy, busy) as (hub, _):
        with pytest.raises(ApiError, match="slow down") as failed:
            await finished(hub.user_settings.get_current_user())
    assert failed.value.status_code == 429
    assert waits == [60, 60]


class Clock:
    """A clock that goes on by so many seconds whenever it is read."""

    def __init__(self, seconds: float) -> None:
        self._now = 0.0
        self._seconds = seconds

    def monotonic(self) -> float:
        self._now += self._seconds
        return self._now


ENDLESS = drip(answer(json="x" * 5_000), every=0.001)
"""Each byte comes long before any read of the socket times out."""


async def test_a_body_that_comes_byte_by_byte_ends_at_the_time_out_as_a_whole(
    connect: Connect, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deadlines, "time", Clock(7))
    with scripted(ENDLESS) as server:
        async with open_client(connect(server.url, timeout=20)) as hub:
            with pytest.raises(httpx.ReadTimeout, match=r"^The body took more than 20 s\nGET ") as late:
                await finished(hub.users.get_user_profile_image("u1"))
            server.await_disconnection()
    assert late.value.request.url.path == "/user-service/users/u1/profile-image"
    assert (len(server.requests), waits) == (1, [])


async def test_a_body_that_comes_byte_by_byte_in_time_is_taken(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deadlines, "time", Clock(0))
    async with play(drip(ME, every=0.001), timeout=20) as (hub, _):
        assert (await finished(hub.user_settings.get_current_user())).id == "u1"


async def test_a_caller_may_wait_for_ever(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deadlines, "time", Clock(1e9))
    async with play(drip(ME, every=0.001)) as (hub, _):
        options = {"timeout": httpx.Timeout(20, read=None)}
        assert (await finished(hub.user_settings.get_current_user(request_options=options))).id == "u1"


async def test_an_error_whose_body_does_not_end_is_a_time_out_and_not_asked_again(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deadlines, "time", Clock(7))
    with scripted(drip(answer(503, text="x" * 5_000), every=0.001)) as server:
        async with open_client(connect(server.url, timeout=20)) as hub:
            with pytest.raises(httpx.ReadTimeout):
                await finished(hub.user_settings.get_current_user())
    assert len(server.requests) == 1
