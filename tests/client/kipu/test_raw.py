"""Results beside the HTTP response they came in, section 4.4 of the contract."""

import httpx
import pytest

from gatepost.kipu import NotFoundError, UserDto
from tests.client.kipu.conftest import Play
from tests.kit.scripted import answer
from tests.kit.twins import finished

pytestmark = pytest.mark.anyio


async def test_a_raw_call_gives_result_and_response(play: Play) -> None:
    async with play(answer(201, json={"id": "u1"}, headers={"X-Rate": "5"})) as (hub, _):
        raw = await finished(hub.user_settings.with_raw_response.get_current_user())
        assert await finished(raw.close()) is None
    assert raw.data == UserDto(id="u1")
    assert (raw.status_code, raw.headers["x-rate"], type(raw.headers)) == (201, "5", dict)
    assert isinstance(raw.response, httpx.Response)
    assert raw.response.json() == {"id": "u1"}


async def test_a_raw_call_without_a_result_has_its_response(play: Play) -> None:
    async with play(answer(204, headers={"X-A": "1"}), answer(204, headers={"X-A": "1"})) as (hub, _):
        deleted = await finished(hub.user_settings.with_raw_response.delete_current_user())
        exists = await finished(hub.users.with_raw_response.check_user_exists("u1"))
    assert (deleted.data, deleted.status_code) == (None, 204)
    assert exists.data == exists.headers
    assert exists.headers["x-a"] == "1"


async def test_a_raw_call_raises_as_a_plain_one(play: Play) -> None:
    async with play(answer(404, json={})) as (hub, _):
        with pytest.raises(NotFoundError):
            await finished(hub.users.with_raw_response.get_user_by_id("u1"))


async def test_every_call_has_a_raw_one(play: Play) -> None:
    async with play() as (hub, _):
        for name in (
            "user_settings",
            "user_settings_personal_access_tokens",
            "authentication",
            "users",
            "user_registration_status",
            "search",
        ):
            plain = getattr(hub, name)
            calls = {call for call in dir(plain) if not call.startswith("_")} - {"with_raw_response"}
            assert calls == {call for call in dir(plain.with_raw_response) if not call.startswith("_")}


async def test_no_repr_shows_a_token_that_came_back(play: Play) -> None:
    said = answer(json={"defaultToken": "s3cr3t"}, headers={"X-Auth-Token": "s3cr3t"})
    async with play(said) as (hub, _):
        raw = await finished(hub.user_settings_personal_access_tokens.with_raw_response.get_personal_access_tokens())
    assert raw.data.default_token == "s3cr3t"
    assert "s3cr3t" not in repr(raw)
    assert "status_code=200" in repr(raw)
