"""How a client gets in, sections 1.5 and 3.3 of the contract, rows 9 to 16 and 65."""

from typing import Any

import homebox
import httpx
import pytest

from gatepost.homebox import (
    ApiError,
    BadRequestError,
    ForbiddenError,
    ParsingError,
    TooManyRequestsError,
    UnauthorizedError,
)
from tests.client.homebox.conftest import Connect, Play, Visit
from tests.client.homebox.house import PAGE
from tests.kit.scripted import answer, refused, reset, scripted
from tests.kit.twins import finished, open_client

pytestmark = pytest.mark.anyio

TOKEN = {"token": "Bearer NEW", "attachmentToken": "FILES", "expiresAt": "2026-09-11T10:20:30.123456789Z"}
SELF = answer(json={"item": {"id": "u1", "email": "ann@example.com"}})


async def test_row_65_calls_carry_the_token_of_the_login(visit: Visit) -> None:
    async with visit() as (client, server):
        user = await finished(client.users.get_user_self())
    assert user.email == "ann@example.com"
    assert server.requests[-1].headers["authorization"] == client.token
    assert client.token.startswith("Bearer SESSION")


async def test_the_result_is_what_the_server_sent(play: Play) -> None:
    async with play(answer(json=TOKEN)) as (client, _):
        entry = await finished(client.login("ann@example.com", "secret1"))
    assert (entry.token, entry.attachmentToken, entry.expiresAt) == tuple(TOKEN.values())


async def test_a_login_is_json_by_a_content_type_without_parameters(play: Play) -> None:
    async with play(answer(json=TOKEN)) as (client, server):
        await finished(client.login(" Ann@Example.com ", "secret1"))
    (seen,) = server.requests
    assert [value for name, value in seen.pairs if name.lower() == "content-type"] == ["application/json"]
    assert seen.target == "/api/v1/users/login"
    assert seen.json() == {"username": " Ann@Example.com ", "password": "secret1", "stayLoggedIn": False}


async def test_an_http_client_with_another_content_type_does_not_change_that(
    connect: Connect, http_client: Any
) -> None:
    with scripted(answer(json=TOKEN)) as server:
        async with http_client(headers={"Content-Type": "application/json; charset=utf-8"}) as mine:
            await finished(connect(server.url, httpx_client=mine).login("ann@example.com", "secret1"))
    assert server.requests[0].headers["content-type"] == "application/json"


async def test_a_long_session_and_a_provider_are_asked_for(play: Play) -> None:
    async with play(answer(json=TOKEN)) as (client, server):
        await finished(client.login("ann@example.com", "secret1", True, "local"))
    assert server.requests[0].target == "/api/v1/users/login?provider=local"
    assert server.requests[0].json()["stayLoggedIn"] is True


async def test_a_login_shows_no_token(play: Play) -> None:
    async with play(answer(json=TOKEN)) as (client, server):
        await finished(client.login("ann@example.com", "secret1"))
    assert "authorization" not in server.requests[0].headers


@pytest.mark.parametrize(
    ("sent", "held"),
    [
        ({"token": "Bearer NEW"}, "Bearer NEW"),
        ({"token": "NEW"}, "Bearer NEW"),
        ({"token": None, "raw": "NEW"}, "Bearer NEW"),
        ({"token": "", "raw": "NEW"}, "Bearer NEW"),
    ],
)
async def test_a_token_is_understood_in_each_form(play: Play, sent: dict[str, Any], held: str) -> None:
    async with play(answer(json=sent), SELF) as (client, server):
        await finished(client.login("ann@example.com", "secret1"))
        await finished(client.users.get_user_self())
    assert client.token == server.requests[-1].headers["authorization"] == held


@pytest.mark.parametrize(
    "sent", [{}, {"item": {"token": "Bearer NEW"}}, {"token": "Bearer A\r\nX: y"}, {"token": 5}, []]
)
async def test_an_answer_without_a_usable_token_is_refused_and_the_old_one_stays(play: Play, sent: Any) -> None:
    async with play(answer(json=sent)) as (client, _):
        with pytest.raises(ParsingError, match="POST /api/v1/users/login answered 200: unexpected JSON"):
            await finished(client.login("ann@example.com", "secret1"))
        assert client.token == "Bearer TOKEN"


async def test_a_web_page_is_no_login(play: Play) -> None:
    async with play(PAGE) as (client, _):
        with pytest.raises(ApiError, match="a web page instead of JSON; is the base URL right"):
            await finished(client.login("ann@example.com", "secret1"))
        assert client.token == "Bearer TOKEN"


def test_the_official_client_takes_a_web_page_for_a_login() -> None:
    with scripted(PAGE) as server:
        entry = homebox.HomeboxClient(server.url, "TOKEN").login("ann@example.com", "secret1")
    assert entry.token is None


@pytest.mark.parametrize(
    ("status", "error", "kind"),
    [
        (401, "unauthorized", UnauthorizedError),
        (403, "local login is not enabled", ForbiddenError),
        (400, "invalid auth provider", BadRequestError),
    ],
)
async def test_rows_13_and_15_a_refusal_is_final(play: Play, status: int, error: str, kind: type[ApiError]) -> None:
    async with play(answer(status, json={"error": error})) as (client, server):
        with pytest.raises(kind, match=error) as failed:
            await finished(client.login("ann@example.com", "wrong"))
        assert client.token == "Bearer TOKEN"
    assert failed.value.body == {"error": error}
    assert len(server.requests) == 1


async def test_row_16_the_wait_of_a_lock_is_the_one_asked_for(play: Play, waits: list[float]) -> None:
    locked = answer(429, json={"error": "too many authentication attempts"}, headers={"Retry-After": "9"})
    async with play(locked, answer(json=TOKEN)) as (client, _):
        await finished(client.login("ann@example.com", "secret1"))
    assert waits == [9.0]


async def test_a_lock_that_outlasts_the_retries_is_told(play: Play, waits: list[float]) -> None:
    locked = answer(429, json={"error": "too many authentication attempts"}, headers={"Retry-After": "0"})
    async with play(*[locked] * 3) as (client, _):
        with pytest.raises(TooManyRequestsError, match="too many authentication attempts") as failed:
            await finished(client.login("ann@example.com", "secret1"))
    assert failed.value.headers is not None
    assert failed.value.headers["retry-after"] == "0"
    assert all(seconds > 0 for seconds in waits)


async def test_a_login_whose_answer_is_lost_is_not_made_again(play: Play) -> None:
    async with play(reset()) as (client, server):
        with pytest.raises(httpx.TransportError):
            await finished(client.login("ann@example.com", "secret1"))
    assert len(server.requests) == 1


async def test_no_frame_of_a_traceback_shows_a_password(connect: Connect, frames: Any) -> None:
    async with open_client(connect(refused(), max_retries=0)) as client:
        with pytest.raises(httpx.ConnectError) as failed:
            await finished(client.login("ann@example.com", "s3cret-passw0rd"))
    seen = frames(failed.value)
    assert "ann@example.com" in seen
    assert "s3cret-passw0rd" not in seen


async def test_a_token_may_be_set_and_taken_away(play: Play) -> None:
    async with play(SELF, SELF) as (client, server):
        client.token = "hb_key"
        await finished(client.users.get_user_self())
        client.token = None
        await finished(client.users.get_user_self())
    assert [seen.headers.get("authorization") for seen in server.requests] == ["Bearer hb_key", None]


async def test_clients_with_other_options_share_the_token(visit: Visit) -> None:
    async with visit() as (client, server):
        other = client.with_options(headers={"X-Tenant": "group-2"})
        await finished(other.users.user_token_refresh())
        await finished(client.users.get_user_self())
    assert server.requests[-2].headers["x-tenant"] == "group-2"
    assert server.requests[-1].headers["authorization"] == client.token == other.token
    assert "x-tenant" not in server.requests[-1].headers


@pytest.mark.parametrize("given", ["hb_key", "Bearer hb_key", "bearer hb_key"])
async def test_rows_19_and_44_a_token_is_shown_in_the_one_form_servers_take(play: Play, given: str) -> None:
    async with play(SELF, token=given) as (client, server):
        await finished(client.users.get_user_self())
    assert server.requests[0].target == "/api/v1/users/self"
    assert server.requests[0].headers["authorization"] == client.token == "Bearer hb_key"
