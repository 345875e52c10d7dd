"""The end of sessions, sections 1.5 and 1.6 of the contract, rows 33, 34, 43 to 49: logouts and API keys."""

from typing import Any

import homebox
import pytest

from gatepost.homebox import (
    ApiError,
    APIKeyCreate,
    APIKeyOut,
    BadRequestError,
    NotFoundError,
    UnauthorizedError,
    UnprocessableEntityError,
)
from tests.client.homebox.conftest import Play, Visit
from tests.client.homebox.house import House
from tests.kit.scripted import answer, repeat, route, scripted
from tests.kit.twins import finished

pytestmark = pytest.mark.anyio

KEY = {
    "id": "k1",
    "userId": "u1",
    "name": "ci",
    "createdAt": "2026-08-21T10:00:00Z",
    "expiresAt": "2026-09-20T10:00:00Z",
    "lastUsedAt": None,
}


async def test_row_33_a_logout_ends_this_session_only(visit: Visit, house: House) -> None:
    other = house.session(house.users[0])
    async with visit() as (client, server):
        assert await finished(client.users.user_logout()) is None
        assert client.token is None
        with pytest.raises(UnauthorizedError, match="authorization header or query is required"):
            await finished(client.users.get_user_self())
    assert list(house.sessions) == [other]
    assert (server.requests[1].method, server.requests[1].target) == ("POST", "/api/v1/users/logout")
    assert server.requests[1].body == b""
    assert "authorization" not in server.requests[2].headers


def test_the_official_client_goes_on_showing_the_token_of_a_session_that_ended(house: House) -> None:
    with scripted(repeat(route(house.answer))) as server:
        official = homebox.HomeboxClient(f"{server.url}/api")
        official.login("ann@example.com", "secret1")
        official.users.user_logout()
        with pytest.raises(Exception, match="401 Client Error"):
            official.users.get_user_self()
    assert server.requests[-1].headers["authorization"] == official.token


async def test_row_34_a_logout_everywhere_ends_all(visit: Visit, house: House) -> None:
    house.session(house.users[0])
    async with visit() as (client, server):
        assert await finished(client.users.logout_all()) is None
        assert client.token is None
    assert house.sessions == {}
    assert server.requests[1].target == "/api/v1/users/logout/all"


async def test_an_older_server_has_no_logout_everywhere(play: Play) -> None:
    async with play(answer(404, text="404 page not found\n")) as (client, _):
        with pytest.raises(NotFoundError):
            await finished(client.users.logout_all())
        assert client.token == "Bearer TOKEN"


async def test_row_48_an_api_key_is_not_logged_out_and_stays(play: Play) -> None:
    refusal = answer(400, json={"error": "API keys cannot be logged out; revoke them from the API keys page"})
    async with play(refusal, token="hb_key") as (client, server):
        with pytest.raises(BadRequestError, match="API keys cannot be logged out"):
            await finished(client.users.user_logout())
        assert client.token == "Bearer hb_key"
    assert server.requests[0].headers["authorization"] == "Bearer hb_key"


async def test_a_logout_that_fails_keeps_the_token(play: Play) -> None:
    async with play(answer(500)) as (client, server):
        with pytest.raises(ApiError):
            await finished(client.users.user_logout())
        assert client.token == "Bearer TOKEN"
    assert len(server.requests) == 1


async def test_row_42_a_new_user_has_no_keys(play: Play) -> None:
    async with play(answer(json=[]), answer(json=None)) as (client, server):
        assert await finished(client.users.get_api_keys()) == []
        assert await finished(client.users.get_api_keys()) == []
    assert server.requests[0].target == "/api/v1/users/self/api-keys"


def test_the_official_client_fails_on_a_list_that_is_null() -> None:
    with scripted(answer(json=None)) as server, pytest.raises(AttributeError):
        homebox.HomeboxClient(f"{server.url}/api", "TOKEN").users.get_api_keys()


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        (APIKeyCreate(name="ci"), {"name": "ci"}),
        (
            APIKeyCreate(name="ci", expiresAt="2027-01-01T00:00:00Z"),
            {"name": "ci", "expiresAt": "2027-01-01T00:00:00Z"},
        ),
    ],
)
async def test_row_43_the_value_of_a_key_is_seen_once(play: Play, given: APIKeyCreate, sent: Any) -> None:
    async with play(answer(201, json={**KEY, "token": "hb_value"}), answer(json=[KEY])) as (client, server):
        made = await finished(client.users.create_api_key(given))
        (listed,) = await finished(client.users.get_api_keys())
    assert made.token == "hb_value"
    assert (made.id, made.userId, made.name, made.expiresAt) == ("k1", "u1", "ci", KEY["expiresAt"])
    assert listed == APIKeyOut.from_dict(KEY)
    assert (server.requests[0].method, server.requests[0].json()) == ("POST", sent)


async def test_row_45_a_key_needs_a_name(play: Play) -> None:
    told = "Key: 'APIKeyCreate.Name' Error:Field validation for 'Name' failed on the 'required' tag"
    async with play(answer(422, json={"error": "Validation Error", "fields": {"Name": told}})) as (client, _):
        with pytest.raises(UnprocessableEntityError, match="Validation Error") as failed:
            await finished(client.users.create_api_key(APIKeyCreate(name="")))
    assert failed.value.body["fields"]["Name"] == told


async def test_row_49_a_key_is_deleted_by_an_id_that_is_one_segment(play: Play) -> None:
    unknown = answer(404, json={"error": "Not Found"})
    async with play(answer(204), unknown, answer(204)) as (client, server):
        assert await finished(client.users.delete_api_key("k1")) is None
        with pytest.raises(NotFoundError, match="Not Found"):
            await finished(client.users.delete_api_key("k2"))
        await finished(client.users.delete_api_key("../../self"))
    assert [seen.target.removeprefix("/api/v1/users/self") for seen in server.requests] == [
        "/api-keys/k1",
        "/api-keys/k2",
        "/api-keys/..%2F..%2Fself",
    ]


@pytest.mark.parametrize("id", ["", ".", ".."])
async def test_an_id_that_names_something_else_is_never_sent(play: Play, id: str) -> None:
    async with play() as (client, server):
        for delete in (
            client.users.delete_api_key,
            client.groups.delete_group_invitation,
            client.groups.accept_group_invitation,
            client.groups.remove_group_member,
        ):
            with pytest.raises(ValueError, match="must not be empty"):
                await finished(delete(id))
    assert server.requests == []


def test_the_official_client_deletes_the_account_instead_of_a_key(house: House) -> None:
    with scripted(repeat(route(house.answer))) as server:
        official = homebox.HomeboxClient(f"{server.url}/api", house.session(house.users[0]))
        official.users.delete_api_key("..")
    assert house.users == []
