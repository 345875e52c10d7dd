"""Session cookies are not sent: they would win over the token, sections 1.2 and 1.4 of the contract, row 21."""

from typing import Any

import httpx
import pytest
from homebox_client import AuthenticatedClient
from homebox_client.api.authentication import post_v1_users_login
from homebox_client.api.user import get_v1_users_self
from homebox_client.models import V1LoginForm

from tests.client.homebox.conftest import Connect
from tests.client.homebox.house import House
from tests.kit.scripted import Scripted, repeat, route, scripted
from tests.kit.twins import finished

pytestmark = pytest.mark.anyio

BOB = {"username": "bob@example.com", "password": "secret2"}


@pytest.fixture
def house(house: House) -> House:
    house.add("Bob", BOB["username"], BOB["password"])
    return house


async def test_cookies_that_an_http_client_has_collected_stay_there(
    connect: Connect, house: House, http_client: Any
) -> None:
    with scripted(repeat(route(house.answer))) as server:
        async with http_client() as mine:
            await finished(mine.post(f"{server.url}/api/v1/users/login", json=BOB))
            assert set(mine.cookies) >= {"hb.auth.token", "hb.auth.remember"}
            client = connect(server.url, httpx_client=mine, token=house.session(house.users[0]))
            assert (await finished(client.users.get_user_self())).name == "Ann"
            assert client.token is not None
    assert "cookie" not in server.requests[-1].headers


async def test_cookies_of_a_login_through_the_client_stay_there(
    connect: Connect, house: House, http_client: Any
) -> None:
    with scripted(repeat(route(house.answer))) as server:
        async with http_client() as mine:
            client = connect(server.url, httpx_client=mine)
            await finished(client.login(**BOB))
            client.token = house.session(house.users[0])
            assert (await finished(client.users.get_user_self())).name == "Ann"
    assert_no_cookies(server)


async def test_cookies_of_a_login_through_its_own_http_client_are_dropped(connect: Connect, house: House) -> None:
    with scripted(repeat(route(house.answer))) as server:
        client = connect(server.url, token=None)
        await finished(client.login(**BOB))
        await finished(client.users.user_token_refresh())
        assert (await finished(client.users.get_user_self())).name == "Bob"
        await finished(client.close())
    assert_no_cookies(server)


def test_an_official_client_sends_them_and_is_taken_for_another(house: House) -> None:
    with scripted(repeat(route(house.answer))) as server:
        official = AuthenticatedClient(base_url=f"{server.url}/api", token=house.session(house.users[0]))
        post_v1_users_login.sync(client=official, body=V1LoginForm.from_dict(BOB))
        got = get_v1_users_self.sync_detailed(client=official)
        official.get_httpx_client().close()
    assert server.requests[-1].headers["authorization"] == "Bearer SESSION0000000000000000003"
    assert httpx.Response(200, content=got.content).json()["item"]["name"] == "Bob"


def assert_no_cookies(server: Scripted) -> None:
    assert all("cookie" not in seen.headers for seen in server.requests)
