"""Accounts and their settings, sections 3.2 and 3.7 to 3.10 of the contract, rows 2 to 8, 24 to 31, 57, 66 and 68."""

from typing import Any

import homebox
import httpx
import pytest

from gatepost.homebox import (
    ApiError,
    BadRequestError,
    ConflictError,
    ForbiddenError,
    ParsingError,
    RejectedInputError,
    UnauthorizedError,
    UserRegistration,
    UserSettings,
    UserUpdate,
)
from tests.client.homebox.conftest import Play, Visit
from tests.client.homebox.house import House
from tests.kit.scripted import Step, answer, hang_up, reset, scripted
from tests.kit.twins import finished

pytestmark = pytest.mark.anyio

BOB = UserRegistration(name="Bob", email="Bob@Example.com", password="secret2")
UPDATE = UserUpdate(name="Ann B", email=" New@Example.com ")
ITEM = {
    "id": "u1",
    "name": "Ann",
    "email": "ann@example.com",
    "isSuperuser": False,
    "defaultGroupId": "g1",
    "groupIds": ["g1"],
    "oidcIssuer": None,
    "oidcSubject": None,
}


async def test_rows_2_and_3_a_registration_lets_one_log_in(visit: Visit) -> None:
    async with visit() as (client, server):
        assert await finished(client.users.register_new_user(BOB)) is None
        await finished(client.login("bob@example.com", "secret2"))
        assert (await finished(client.users.get_user_self())).name == "Bob"
    register = server.requests[1]
    assert (register.method, register.target) == ("POST", "/api/v1/users/register")
    assert register.json() == {"name": "Bob", "email": "Bob@Example.com", "password": "secret2", "token": None}


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("password", "12345", "password must be at least 6 characters"),
        ("email", "ANN@EXAMPLE.COM", "ent: constraint failed: UNIQUE constraint failed: users.email"),
    ],
)
async def test_rows_4_and_5_a_500_at_registration_is_a_rejection(
    visit: Visit, waits: list[float], field: str, value: str, reason: str
) -> None:
    async with visit() as (client, server):
        with pytest.raises(RejectedInputError) as failed:
            await finished(client.users.register_new_user(UserRegistration(**{**BOB.to_dict(), field: value})))
    assert str(failed.value) == f"POST /api/v1/users/register answered 500: the input was rejected: {reason}"
    assert failed.value.body == {"error": reason}
    assert (len(server.requests), waits) == (2, [])


@pytest.mark.parametrize("error", ["user registration disabled", "local login is not enabled"])
async def test_rows_7_and_8_a_closed_registration_is_forbidden(play: Play, error: str) -> None:
    async with play(answer(403, json={"error": error})) as (client, _):
        with pytest.raises(ForbiddenError, match=error):
            await finished(client.users.register_new_user(BOB))


@pytest.mark.parametrize(("status", "kind"), [(400, BadRequestError), (409, ConflictError)])
async def test_a_server_that_says_whose_fault_it_is_is_understood(play: Play, status: int, kind: Any) -> None:
    async with play(*[answer(status, json={"error": "taken"})] * 2) as (client, _):
        for call in (client.users.register_new_user, client.users.update_account):
            with pytest.raises(kind, match=f"answered {status}: taken") as failed:
                await finished(call(BOB if call == client.users.register_new_user else UPDATE))
            assert type(failed.value) is kind


@pytest.mark.parametrize("sent", [{"item": ITEM}, ITEM])
async def test_row_24_the_account_is_read_with_and_without_a_wrapper(play: Play, sent: Any) -> None:
    async with play(answer(json=sent)) as (client, server):
        user = await finished(client.users.get_user_self())
    assert {name: getattr(user, name) for name in ITEM} == ITEM
    assert (user.groupId, user.groupName, user.isOwner) == (None, None, None)
    assert (server.requests[0].method, server.requests[0].target) == ("GET", "/api/v1/users/self")


@pytest.mark.parametrize("sent", [{"item": None}, {"item": [ITEM]}, {"item": {"id": 5}}, None, [ITEM]])
async def test_what_is_no_account_is_told(play: Play, sent: Any) -> None:
    async with play(answer(json=sent)) as (client, _):
        with pytest.raises(ParsingError, match="GET /api/v1/users/self answered 200: unexpected JSON"):
            await finished(client.users.get_user_self())


async def test_rows_25_and_68_the_spelling_of_the_server_comes_back(visit: Visit) -> None:
    async with visit() as (client, server):
        updated = await finished(client.users.update_account(UPDATE))
        assert (await finished(client.users.get_user_self())).email == "new@example.com"
    assert isinstance(updated, UserUpdate)
    assert (updated.name, updated.email) == ("Ann B", "new@example.com")
    assert (server.requests[1].method, server.requests[1].target) == ("PUT", "/api/v1/users/self")


async def test_a_record_that_came_back_goes_out_as_two_fields(visit: Visit) -> None:
    async with visit() as (client, server):
        updated = await finished(client.users.update_account(UPDATE))
        await finished(client.users.update_account(updated))
    assert updated.to_dict().keys() > {"id", "groupIds"}
    assert server.requests[2].json() == {"name": "Ann B", "email": "new@example.com"}


async def test_rows_26_and_27_a_500_to_a_change_is_a_rejection(visit: Visit, waits: list[float]) -> None:
    async with visit() as (client, server):
        with pytest.raises(RejectedInputError, match=r'rejected: ent: validator failed for field "User.email"'):
            await finished(client.users.update_account(UserUpdate(name="Ann", email="")))
        assert (await finished(client.users.get_user_self())).name == "Ann"
    assert (len(server.requests), waits) == (3, [])


@pytest.mark.parametrize("lost", [hang_up(), reset(), answer(500), answer(502, text="bad gateway")])
async def test_a_change_is_not_made_again(play: Play, lost: Step) -> None:
    async with play(lost) as (client, server):
        with pytest.raises((ApiError, httpx.TransportError)):
            await finished(client.users.update_account(UPDATE))
    assert len(server.requests) == 1


async def test_rows_29_and_66_a_new_user_has_no_settings(visit: Visit) -> None:
    async with visit() as (client, _):
        settings = await finished(client.users.get_user_settings())
    assert settings == UserSettings()
    assert settings.to_dict() == {}


async def test_row_30_settings_are_replaced(visit: Visit) -> None:
    async with visit() as (client, server):
        await finished(client.users.update_user_settings({"a": 1, "b": {"c": None}, "d": None}))
        settings = await finished(client.users.get_user_settings())
        assert (settings.a, settings.b, settings.d) == (1, {"c": None}, None)
        settings.x = True
        settings.a = None
        del settings.b
        changed = await finished(client.users.update_user_settings(settings))
    assert [seen.json() for seen in server.requests[1::2]] == [{"a": 1, "b": {"c": None}, "d": None}, {"x": True}]
    assert changed == UserSettings(x=True)


@pytest.mark.parametrize("sent", [{"item": None}, None, {}, {"item": {}}])
async def test_settings_that_are_null_are_none(play: Play, sent: Any) -> None:
    async with play(answer(json=sent), answer(json=sent)) as (client, _):
        assert await finished(client.users.get_user_settings()) == UserSettings()
        assert await finished(client.users.update_user_settings({})) == UserSettings()


def test_the_official_client_fails_on_them() -> None:
    with scripted(answer(json={"item": None})) as server, pytest.raises(TypeError):
        homebox.HomeboxClient(f"{server.url}/api", "TOKEN").users.get_user_settings()


@pytest.mark.parametrize("sent", [{"item": []}, {"item": "x"}, [], 5])
async def test_what_is_no_settings_is_told(play: Play, sent: Any) -> None:
    async with play(answer(json=sent)) as (client, _):
        with pytest.raises(ParsingError, match="GET /api/v1/users/self/settings answered 200: unexpected JSON"):
            await finished(client.users.get_user_settings())


@pytest.mark.parametrize("data", [None, [], "theme", 5])
async def test_nothing_but_settings_is_sent_as_settings(play: Play, data: Any) -> None:
    async with play() as (client, server):
        with pytest.raises(TypeError, match="settings must be UserSettings or a dict, not "):
            await finished(client.users.update_user_settings(data))
    assert server.requests == []


async def test_row_31_settings_that_are_too_large_are_refused(play: Play) -> None:
    async with play(answer(400, json={"error": "http: request body too large"})) as (client, _):
        with pytest.raises(BadRequestError, match="http: request body too large"):
            await finished(client.users.update_user_settings({"x": "y" * 65536}))


async def test_row_57_after_its_account_a_client_has_no_token(visit: Visit, house: House) -> None:
    async with visit() as (client, server):
        assert await finished(client.users.delete_account()) is None
        assert client.token is None
        with pytest.raises(UnauthorizedError, match="authorization header or query is required"):
            await finished(client.users.get_user_self())
    assert house.users == []
    assert "authorization" not in server.requests[-1].headers


async def test_a_deletion_whose_answer_is_lost_is_not_asked_for_again(play: Play) -> None:
    async with play(hang_up()) as (client, server):
        with pytest.raises(httpx.RemoteProtocolError):
            await finished(client.users.delete_account())
        assert client.token == "Bearer TOKEN"
    assert len(server.requests) == 1
