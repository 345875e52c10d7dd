"""Where the API is: a wrong address is told and not believed, sections 2.4 and 9 of the contract."""

from typing import Any

import homebox
import pytest

from gatepost.homebox import ApiError, AsyncHomeboxClient, HomeboxClient
from tests.client.homebox.calls import ALL, PRIVATE, PUBLIC
from tests.client.homebox.conftest import Play
from tests.client.homebox.house import PAGE, STATUS
from tests.kit.scripted import answer, redirect, scripted
from tests.kit.twins import finished

pytestmark = pytest.mark.anyio

CLIENTS: list[Any] = [HomeboxClient, AsyncHomeboxClient]


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize(
    "url",
    [
        "https://homebox.example.com",
        "https://homebox.example.com/api/v1",
        "https://homebox.example.com/myapi/x",
        "https://api",
    ],
)
def test_an_address_that_does_not_end_in_api_is_refused(client: Any, url: str) -> None:
    with pytest.raises(ValueError, match="base_url must end in /api, as in https://homebox"):
        client(url)


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize(
    "url", ["https://ann:pw@example.com/api", "ftp://example.com/api", "https://example.com/api?x=1"]
)
def test_an_address_that_can_be_none_is_refused(client: Any, url: str) -> None:
    with pytest.raises(ValueError, match="base_url must"):
        client(url)


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("url", ["https://example.com/homebox/api", "https://example.com/homebox/api//"])
def test_slashes_at_the_end_do_not_matter(client: Any, url: str) -> None:
    assert client(url).base_url == "https://example.com/homebox/api"
    assert repr(client(url, "TOKEN")) == f"<{client.__name__} https://example.com/homebox/api>"


@pytest.mark.parametrize("client", CLIENTS)
def test_address_and_token_may_come_from_the_environment(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="Please pass base_url, or set the environment variable HOMEBOX_URL"):
        client()
    monkeypatch.setenv("HOMEBOX_URL", "https://homebox.example.com/api")
    assert client().token is None
    monkeypatch.setenv("HOMEBOX_TOKEN", "hb_key")
    assert (client().base_url, client().token) == ("https://homebox.example.com/api", "Bearer hb_key")
    assert client("https://other.example/api", "Bearer T").token == "Bearer T"


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("token", ["T\r\nX-Evil: 1", "Tøken", " T"])
def test_a_token_that_cannot_travel_in_a_header_is_refused_and_not_shown(client: Any, token: str) -> None:
    with pytest.raises(ValueError, match="token has blanks") as refused:
        client("https://example.com/api", token)
    assert token not in str(refused.value)


@pytest.mark.parametrize("call", ALL.values(), ids=ALL)
async def test_no_call_believes_a_web_page(play: Play, call: Any) -> None:
    async with play(PAGE) as (client, _):
        with pytest.raises(ApiError, match="answered 200: a web page instead of JSON; is the base URL right"):
            await finished(call(client))
        assert client.token == "Bearer TOKEN"


def test_the_official_client_takes_a_web_page_for_a_user() -> None:
    with scripted(PAGE) as server:
        user = homebox.HomeboxClient(server.url, "TOKEN").users.get_user_self()
    assert user.model_dump(exclude_none=True) == {}


@pytest.mark.parametrize("body", [b'{"item":', b"ok", b"\xff\xfe"])
async def test_no_call_believes_a_body_that_is_not_json(play: Play, body: bytes) -> None:
    said = answer(body=body, content_type="application/json")
    async with play(said, said) as (client, _):
        for call in (ALL["user_logout"], ALL["get_user_self"]):
            with pytest.raises(ApiError, match="the body is not JSON"):
                await finished(call(client))


async def test_the_state_of_the_server_tells_whether_the_address_is_right(play: Play) -> None:
    async with play(answer(json=STATUS)) as (client, server):
        state = await finished(client.application_info())
    assert (state.health, state.title, state.oidc.allowLocal, state.oidc.autoRedirect) == (True, "Homebox", True, None)
    assert (state.versions, state.build.version, state.telemetry) == (None, "nightly", {"enabled": False})
    assert server.requests[0].target == "/api/v1/status"


async def test_a_changing_call_does_not_follow_a_redirect(play: Play) -> None:
    async with play(redirect(301, "https://other/api/v1/users/login")) as (client, _):
        with pytest.raises(ApiError, match="redirected to https://other/api/v1/users/login; is the base"):
            await finished(client.login("ann@example.com", "secret1"))


@pytest.mark.parametrize("call", PUBLIC.values(), ids=PUBLIC)
async def test_public_calls_show_no_token(play: Play, call: Any) -> None:
    async with play(answer(401, json={"error": "unauthorized"})) as (client, server):
        with pytest.raises(ApiError):
            await finished(call(client))
    assert "authorization" not in server.requests[0].headers


@pytest.mark.parametrize("call", PRIVATE.values(), ids=PRIVATE)
async def test_all_others_show_the_token(play: Play, call: Any) -> None:
    async with play(answer(401, json={"error": "unauthorized"})) as (client, server):
        with pytest.raises(ApiError):
            await finished(call(client))
    assert server.requests[0].headers["authorization"] == "Bearer TOKEN"
