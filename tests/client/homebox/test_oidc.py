"""Logins through the server's OpenID provider, section 4 of the contract, rows 58 to 62 and 69."""

from typing import Any

import anyio.lowlevel
import homebox
import httpx
import pytest

from gatepost.homebox import ApiError, NotFoundError, TooManyRequestsError
from tests.client.homebox.conftest import Connect, Play
from tests.client.homebox.house import PAGE, PROVIDER, House, session_cookies
from tests.kit.scripted import answer, redirect, refused, repeat, reset, route, scripted
from tests.kit.twins import finished, open_client

pytestmark = pytest.mark.anyio

BEGUN = redirect(302, PROVIDER, [("Set-Cookie", "oidc_state=st4te; Path=/; Domain=example.com; HttpOnly")])
FAILED = "/?oidc_error=oidc_auth_failed"


class Sent:
    """A hook of an HTTP client of either kind that notes the requests."""

    def __init__(self, awaited: bool) -> None:
        self.requests: list[httpx.Request] = []
        self._awaited = awaited

    def __call__(self, request: httpx.Request) -> Any:
        self.requests.append(request)
        return anyio.lowlevel.checkpoint() if self._awaited else None


@pytest.fixture
def sent(twin: str) -> Sent:
    return Sent(awaited=twin == "awaiting")


async def test_rows_60_and_61_a_login_ends_in_a_session(connect: Connect, house: House) -> None:
    with scripted(repeat(route(house.answer))) as server:
        async with open_client(connect(server.url, token=None)) as client:
            assert await finished(client.users.oidc_login()) == PROVIDER
            assert client.token is None
            assert await finished(client.users.oidc_callback("c0de", "st4te")) == "/home"
            assert (await finished(client.users.get_user_self())).email == "ann@example.com"
    begin, end, read = server.requests
    assert (begin.method, begin.target) == ("GET", "/api/v1/users/login/oidc")
    assert end.target == "/api/v1/users/login/oidc/callback?code=c0de&state=st4te"
    assert end.headers["cookie"] == "oidc_state=st4te; oidc_nonce=n0nce; oidc_pkce_verifier=ver1fier"
    assert read.headers["authorization"].startswith("Bearer SESSION")
    assert "cookie" not in read.headers


def test_the_official_client_throws_the_cookies_away(house: House) -> None:
    with scripted(repeat(route(house.answer))) as server:
        official = homebox.HomeboxClient(f"{server.url}/api")
        assert official.users.oidc_login() == PROVIDER
        assert official.users.oidc_callback("c0de", "st4te") == FAILED
    assert official.token is None


async def test_row_69_a_callback_that_nothing_went_before_gives_the_address_of_the_failure(
    connect: Connect, house: House
) -> None:
    with scripted(repeat(route(house.answer))) as server:
        async with open_client(connect(server.url)) as client:
            assert await finished(client.users.oidc_callback("x", "y")) == FAILED
            assert client.token == "Bearer TOKEN"
    assert "cookie" not in server.requests[0].headers


async def test_row_62_a_failure_changes_nothing_and_ends_the_flow(connect: Connect, house: House) -> None:
    with scripted(repeat(route(house.answer))) as server:
        async with open_client(connect(server.url)) as client:
            await finished(client.users.oidc_login())
            assert await finished(client.users.oidc_callback("c0de", "another")) == FAILED
            assert await finished(client.users.oidc_callback("c0de", "st4te")) == FAILED
            assert client.token == "Bearer TOKEN"
    assert ["cookie" in seen.headers for seen in server.requests] == [False, True, False]


async def test_a_session_that_comes_with_a_failure_is_not_taken(play: Play) -> None:
    async with play(redirect(302, FAILED, session_cookies("EVIL"))) as (client, _):
        assert await finished(client.users.oidc_callback("c0de", "st4te")) == FAILED
        assert client.token == "Bearer TOKEN"


async def test_cookies_that_are_cleared_are_none(play: Play) -> None:
    cleared = [("Set-Cookie", f"{name}=; Path=/") for name in ("oidc_state", "hb.auth.token")]
    async with play(redirect(302, PROVIDER, cleared), redirect(302, "/home", cleared)) as (client, server):
        await finished(client.users.oidc_login())
        await finished(client.users.oidc_callback("c0de", "st4te"))
        assert client.token == "Bearer TOKEN"
    assert "cookie" not in server.requests[1].headers


async def test_cookies_of_others_are_not_kept(play: Play) -> None:
    others = [("Set-Cookie", "oidc_state=new"), ("Set-Cookie", "hb.auth.token=EVIL"), ("Set-Cookie", "lb=1")]
    async with play(redirect(302, PROVIDER, others), redirect(302, FAILED)) as (client, server):
        await finished(client.users.oidc_login())
        await finished(client.users.oidc_callback("c0de", "st4te"))
    assert server.requests[1].headers["cookie"] == "oidc_state=new"


async def test_a_second_login_takes_the_place_of_the_first(play: Play) -> None:
    second = redirect(302, PROVIDER, [("Set-Cookie", "oidc_nonce=second")])
    async with play(BEGUN, second, redirect(302, FAILED)) as (client, server):
        await finished(client.users.oidc_login())
        await finished(client.users.oidc_login())
        await finished(client.users.oidc_callback("c0de", "st4te"))
    assert server.requests[2].headers["cookie"] == "oidc_nonce=second"


async def test_row_58_a_server_without_a_provider_has_no_such_page(play: Play) -> None:
    async with play(answer(404, text="404 page not found\n")) as (client, _):
        with pytest.raises(NotFoundError, match="GET /api/v1/users/login/oidc answered 404: 404 page not found"):
            await finished(client.users.oidc_login())


async def test_row_59_a_provider_out_of_reach_is_told(play: Play) -> None:
    out = answer(500, json={"error": "OIDC provider not available"})
    async with play(out, out, max_retries=0) as (client, _):
        for call in (client.users.oidc_login, lambda: client.users.oidc_callback("c0de", "st4te")):
            with pytest.raises(ApiError, match="answered 500: OIDC provider not available"):
                await finished(call())


async def test_a_redirect_is_not_followed(play: Play) -> None:
    async with play(redirect(302, "/api/v1/users/self")) as (client, server):
        assert await finished(client.users.oidc_login()) == "/api/v1/users/self"
    assert len(server.requests) == 1


async def test_an_answer_without_an_address_gives_none(play: Play) -> None:
    async with play(answer(204), answer(302)) as (client, _):
        assert await finished(client.users.oidc_login()) is None
        assert await finished(client.users.oidc_callback("c0de", "st4te")) is None


async def test_a_web_page_is_neither_beginning_nor_end(play: Play) -> None:
    async with play(BEGUN, PAGE, PAGE) as (client, _):
        await finished(client.users.oidc_login())
        for call in (client.users.oidc_login, lambda: client.users.oidc_callback("c0de", "st4te")):
            with pytest.raises(ApiError, match="a web page instead of JSON"):
                await finished(call())


async def test_a_code_is_never_shown_twice(play: Play) -> None:
    async with play(reset()) as (client, server):
        with pytest.raises(httpx.TransportError):
            await finished(client.users.oidc_callback("c0de", "st4te"))
    assert len(server.requests) == 1


async def test_a_lock_is_waited_for_and_the_cookies_stay(play: Play, waits: list[float]) -> None:
    locked = answer(429, json={"error": "too many authentication attempts"}, headers={"Retry-After": "9"})
    steps = [BEGUN, locked, locked, locked, redirect(302, "/home", session_cookies("NEW"))]
    async with play(*steps) as (client, server):
        await finished(client.users.oidc_login())
        with pytest.raises(TooManyRequestsError):
            await finished(client.users.oidc_callback("c0de", "st4te"))
        assert await finished(client.users.oidc_callback("c0de", "st4te")) == "/home"
        assert client.token == "Bearer NEW"
    assert waits == [9.0, 9.0]
    assert [seen.headers.get("cookie") for seen in server.requests] == [None, *["oidc_state=st4te"] * 4]


@pytest.mark.parametrize("location", ["/home?next=a b", "http://[broken", "//evil.example"])
async def test_the_address_is_given_as_the_server_wrote_it(play: Play, location: str) -> None:
    async with play(redirect(302, location)) as (client, _):
        assert await finished(client.users.oidc_callback("c0de", "st4te")) == location


async def test_a_time_limit_counts_for_this_call(connect: Connect, http_client: Any, sent: Sent) -> None:
    with scripted(BEGUN, redirect(302, "/home"), BEGUN) as server:
        async with http_client(event_hooks={"request": [sent]}) as mine:
            users = connect(server.url, httpx_client=mine).users
            await finished(users.oidc_login(3.5))
            await finished(users.oidc_callback("c0de", "st4te", timeout=4.5, request_options={"timeout": 1}))
            await finished(users.oidc_login(request_options={"timeout": 2}))
    assert [request.extensions["timeout"]["read"] for request in sent.requests] == [3.5, 4.5, 2]


async def test_no_frame_of_a_traceback_shows_the_code(connect: Connect, frames: Any) -> None:
    async with open_client(connect(refused(), max_retries=0)) as client:
        with pytest.raises(httpx.ConnectError) as failed:
            await finished(client.users.oidc_callback("c0de", "st4te"))
    assert "c0de" not in frames(failed.value)
    assert "st4te" not in frames(failed.value)
