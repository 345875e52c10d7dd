"""What every request carries and where it goes, sections 1.1 to 1.3 of the contract."""

import gzip
import platform

import pytest

import gatepost
from tests.client.kipu.conftest import Connect, Play, http_client
from tests.kit.scripted import Seen, answer, redirect, scripted
from tests.kit.twins import finished, open_client

pytestmark = pytest.mark.anyio


async def test_a_request_that_reads_carries_these_headers_and_no_others(play: Play) -> None:
    async with play(answer(json={})) as (hub, server):
        await finished(hub.user_settings.get_current_user())
    assert server.requests[0].headers == {
        "host": server.url.removeprefix("http://"),
        "accept": "application/json",
        "accept-encoding": "identity",
        "connection": "keep-alive",
        "user-agent": f"gatepost/{gatepost.__version__} python/{platform.python_version()}",
        "x-auth-token": "pat1",
    }


async def test_json_is_compact_and_says_so(play: Play) -> None:
    async with play(answer(json={})) as (hub, server):
        await finished(hub.user_settings.update_current_user(about="é", homepage=None))
    (seen,) = server.requests
    assert seen.body == '{"homepage":null,"about":"é"}'.encode()
    assert (seen.headers["content-type"], seen.headers["content-length"]) == ("application/json", str(len(seen.body)))


async def test_without_a_token_no_header_is_sent(play: Play) -> None:
    async with play(answer(json={}), api_key=None) as (hub, server):
        await finished(hub.users.get_user_by_id("u1"))
    assert "x-auth-token" not in server.requests[0].headers


async def test_a_path_before_the_service_is_kept(connect: Connect) -> None:
    with scripted(answer(json={})) as server:
        async with open_client(connect(server.url, base_url=f"{server.url}/hub/v1//")) as hub:
            await finished(hub.user_settings.get_current_user())
    assert server.requests[0].target == "/hub/v1/me"


async def test_headers_of_the_constructor_go_out_with_every_request(play: Play) -> None:
    headers = {"X-Tenant": "t1", "User-Agent": "mine", "Accept-Encoding": None}
    async with play(answer(json={}), headers=headers) as (hub, server):
        await finished(hub.user_settings.get_current_user())
    seen = server.requests[0].headers
    assert (seen["x-tenant"], seen["user-agent"]) == ("t1", "mine")
    assert "accept-encoding" not in seen


@pytest.mark.parametrize("name", ["X-Auth-Token", "x-auth-token"])
async def test_a_header_of_the_constructor_does_not_replace_the_token(play: Play, name: str) -> None:
    async with play(answer(json={}), headers={name: "other"}) as (hub, server):
        await finished(hub.user_settings.get_current_user())
    assert tokens(server.requests[0]) == ["pat1"]


async def test_row_42_a_header_of_one_call_replaces_the_token(play: Play) -> None:
    options = {"additional_headers": {"x-auth-token": "other"}}
    async with play(answer(json={}), answer(json={})) as (hub, server):
        await finished(hub.user_settings.get_current_user(request_options=options))
        await finished(hub.user_settings.get_current_user())
    assert [tokens(seen) for seen in server.requests] == [["other"], ["pat1"]]


async def test_answers_may_be_compressed_and_begin_with_a_mark(play: Play) -> None:
    body = gzip.compress(b'\xef\xbb\xbf{"id":"u1"}')
    async with play(answer(body=body, headers={"Content-Encoding": "gzip"})) as (hub, _):
        assert (await finished(hub.user_settings.get_current_user())).id == "u1"


async def test_a_redirect_within_the_service_keeps_the_token(play: Play) -> None:
    async with play(redirect(307, "/elsewhere/me"), answer(json={"id": "u1"})) as (hub, server):
        assert (await finished(hub.user_settings.get_current_user())).id == "u1"
    assert [(seen.target, seen.headers["x-auth-token"]) for seen in server.requests] == [
        ("/user-service/me", "pat1"),
        ("/elsewhere/me", "pat1"),
    ]


async def test_cookies_are_neither_kept_nor_sent(play: Play) -> None:
    async with play(answer(json={}, headers={"Set-Cookie": "session=s1"}), answer(json={})) as (hub, server):
        for _ in range(2):
            await finished(hub.user_settings.get_current_user())
    assert "cookie" not in server.requests[1].headers


async def test_calls_share_a_connection(play: Play) -> None:
    async with play(answer(json={}), answer(json=[])) as (hub, server):
        await finished(hub.user_settings.get_current_user())
        await finished(hub.search.users(q="a"))
        assert server.connections == 1


async def test_a_client_with_other_options_shares_connections_and_token(play: Play) -> None:
    async with play(answer(500), answer(json={})) as (hub, server):
        strict = hub.with_options(max_retries=0, headers={"X-Tenant": "t1"})
        with pytest.raises(Exception, match="500"):
            await finished(strict.user_settings.get_current_user())
        await finished(hub.user_settings.get_current_user())
        assert server.connections == 1
    first, second = (seen.headers for seen in server.requests)
    assert (first["x-tenant"], first["x-auth-token"]) == ("t1", "pat1")
    assert "x-tenant" not in second


async def test_an_http_client_of_your_own_lends_its_headers_and_stays_open(connect: Connect, twin: str) -> None:
    async with http_client(twin, headers={"X-Tenant": "t1"}) as own:
        with scripted(answer(json={})) as server:
            async with open_client(connect(server.url, httpx_client=own)) as hub:
                await finished(hub.user_settings.get_current_user())
        assert not own.is_closed
    seen = server.requests[0].headers
    assert (seen["x-tenant"], seen["x-auth-token"]) == ("t1", "pat1")


def tokens(seen: Seen) -> list[str]:
    return [value for name, value in seen.pairs if name.lower() == "x-auth-token"]
