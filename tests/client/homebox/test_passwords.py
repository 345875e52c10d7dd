"""Changing a password and regaining an account, sections 3.11 to 3.13 of the contract, rows 35 to 41 and 67."""

from typing import Any

import homebox
import httpx
import pytest
from homebox import models as official_models

from gatepost.homebox import (
    ApiError,
    BadRequestError,
    ChangePassword,
    ForbiddenError,
    ForgotPasswordRequest,
    NotFoundError,
    RejectedInputError,
    ResetPasswordRequest,
    UnauthorizedError,
)
from tests.client.homebox.calls import ALL
from tests.client.homebox.conftest import Play, Visit
from tests.client.homebox.house import House
from tests.kit.scripted import answer, hang_up, repeat, route, scripted
from tests.kit.twins import finished

pytestmark = pytest.mark.anyio

CHANGE = ChangePassword(current="secret1", new="newpass1")
UNKNOWN = answer(404, text="404 page not found\n")


async def test_row_35_the_session_goes_on_with_the_new_password(visit: Visit, house: House) -> None:
    other = house.session(house.users[0])
    async with visit() as (client, server):
        assert await finished(client.users.change_password(CHANGE)) is None
        assert (await finished(client.users.get_user_self())).name == "Ann"
        with pytest.raises(UnauthorizedError):
            await finished(client.login("ann@example.com", "secret1"))
        await finished(client.login("ann@example.com", "newpass1"))
    assert other not in house.sessions
    change = server.requests[1]
    assert (change.method, change.target) == ("PUT", "/api/v1/users/self/change-password")
    assert change.json() == {"current": "secret1", "new": "newpass1"}


async def test_row_67_where_that_path_is_unknown_the_one_of_the_document_is_tried(play: Play) -> None:
    async with play(UNKNOWN, answer(204)) as (client, server):
        await finished(client.users.change_password(CHANGE))
    first, second = server.requests
    assert (second.method, second.target) == ("PUT", "/api/v1/users/change-password")
    assert first.json() == second.json() == {"current": "secret1", "new": "newpass1"}


async def test_a_server_with_neither_path_is_told(play: Play) -> None:
    async with play(UNKNOWN, UNKNOWN) as (client, _):
        with pytest.raises(NotFoundError, match="PUT /api/v1/users/change-password answered 404: 404 page not found"):
            await finished(client.users.change_password(CHANGE))


def test_the_official_client_knows_only_the_path_that_servers_do_not_have(house: House) -> None:
    with scripted(repeat(route(house.answer))) as server:
        official = homebox.HomeboxClient(f"{server.url}/api", house.session(house.users[0]))
        with pytest.raises(Exception, match="404 Client Error"):
            official.users.change_password(official_models.ChangePassword(current="secret1", new="newpass1"))


@pytest.mark.parametrize("new", [None, "", 5, ["newpass1"]])
async def test_an_empty_password_is_never_sent(play: Play, new: Any) -> None:
    async with play() as (client, server):
        with pytest.raises(ValueError, match="the new password must be a text that is not empty"):
            await finished(client.users.change_password(ChangePassword(current="secret1", new=new)))
    assert server.requests == []


def test_the_official_client_sends_one_and_the_account_is_locked(house: House) -> None:
    house.documented = True
    with scripted(repeat(route(house.answer))) as server:
        official = homebox.HomeboxClient(f"{server.url}/api", house.session(house.users[0]))
        official.users.change_password(official_models.ChangePassword(current="secret1"))
    assert house.users[0].password == ""


async def test_row_36_a_500_that_gives_a_reason_is_a_rejection(visit: Visit, house: House, waits: list[float]) -> None:
    async with visit() as (client, server):
        with pytest.raises(RejectedInputError) as failed:
            await finished(client.users.change_password(ChangePassword(current="wrong", new="newpass1")))
    assert house.users[0].password == "secret1"
    assert str(failed.value) == (
        "PUT /api/v1/users/self/change-password answered 500: the input was rejected: Internal Server Error"
    )
    assert (failed.value.status_code, failed.value.body) == (500, {"error": "Internal Server Error"})
    assert isinstance(failed.value, BadRequestError)
    assert (len(server.requests), waits) == (2, [])


async def test_a_rejection_at_the_path_of_the_document_is_one_too(play: Play) -> None:
    async with play(UNKNOWN, answer(500, json={"error": "Internal Server Error"})) as (client, _):
        with pytest.raises(RejectedInputError, match="PUT /api/v1/users/change-password answered 500"):
            await finished(client.users.change_password(CHANGE))


@pytest.mark.parametrize("said", [answer(500), answer(500, text="panic"), answer(500, json={"message": "x"})])
async def test_a_500_without_a_reason_is_a_fault_and_not_repeated(play: Play, said: Any, waits: list[float]) -> None:
    async with play(said) as (client, server):
        with pytest.raises(ApiError) as failed:
            await finished(client.users.change_password(CHANGE))
    assert type(failed.value) is ApiError
    assert (len(server.requests), waits) == (1, [])


async def test_a_change_whose_answer_is_lost_is_not_made_again(play: Play) -> None:
    async with play(hang_up()) as (client, server):
        with pytest.raises(httpx.RemoteProtocolError):
            await finished(client.users.change_password(CHANGE))
    assert len(server.requests) == 1


async def test_row_38_a_demonstration_keeps_its_passwords(play: Play) -> None:
    async with play(*[answer(403, json={"error": "Forbidden"})] * 3) as (client, _):
        for name in ("change_password", "forgot_password", "reset_password"):
            with pytest.raises(ForbiddenError, match="answered 403: Forbidden"):
                await finished(ALL[name](client))


async def test_row_39_a_link_is_asked_for(play: Play) -> None:
    refusal = answer(400, json={"error": "email is required"})
    async with play(answer(204), refusal) as (client, server):
        assert await finished(client.users.forgot_password(ForgotPasswordRequest(email="ann@example.com"))) is None
        with pytest.raises(BadRequestError, match="email is required"):
            await finished(client.users.forgot_password(ForgotPasswordRequest(email="  ")))
    assert server.requests[0].target == "/api/v1/users/forgot-password"
    assert server.requests[0].json() == {"email": "ann@example.com"}


async def test_rows_40_and_41_the_token_of_a_link_sets_a_password(play: Play) -> None:
    refusal = answer(400, json={"error": "password reset link is invalid or has expired"})
    reset = ResetPasswordRequest(token="RESET", password="brand-new-pw")
    async with play(answer(204), refusal) as (client, server):
        assert await finished(client.users.reset_password(reset)) is None
        with pytest.raises(BadRequestError, match="password reset link is invalid or has expired"):
            await finished(client.users.reset_password(reset))
    assert server.requests[0].target == "/api/v1/users/reset-password"
    assert server.requests[0].json() == {"token": "RESET", "password": "brand-new-pw"}
