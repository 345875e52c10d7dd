"""The current user, rows 1 to 9 of the contract's conformance cases."""

import pytest

from gatepost.kipu import BadRequestError
from tests.client.kipu.conftest import Connect, Play
from tests.kit.scripted import answer, scripted
from tests.kit.twins import finished, open_client

pytestmark = pytest.mark.anyio

ME = "/user-service/me"


async def test_row_01_the_current_user_has_nulls_and_fields_nobody_knows(play: Play) -> None:
    async with play(answer(json={"id": "u1", "currentPosition": None, "extra": 1})) as (hub, server):
        me = await finished(hub.user_settings.get_current_user())
    assert (me.id, me.current_position, me.extra) == ("u1", None, 1)
    (seen,) = server.requests
    assert (seen.method, seen.target, seen.body) == ("GET", ME, b"")
    assert not {"content-length", "content-type"} & set(seen.headers)


@pytest.mark.parametrize("slashes", ["", "/", "//"])
async def test_row_02_a_base_url_may_end_with_slashes(connect: Connect, slashes: str) -> None:
    with scripted(answer(json={})) as server:
        async with open_client(connect(server.url, base_url=f"{server.url}/user-service{slashes}")) as hub:
            me = await finished(hub.user_settings.get_current_user())
    assert set(me.to_dict().values()) == {None}
    assert server.requests[0].target == ME


async def test_row_03_an_update_of_nothing_sends_an_empty_object(play: Play) -> None:
    async with play(answer(json={"id": "u1"})) as (hub, server):
        me = await finished(hub.user_settings.update_current_user())
    (seen,) = server.requests
    assert (seen.method, seen.target, seen.body) == ("PUT", ME, b"{}")
    assert seen.headers["content-type"] == "application/json"
    assert me.id == "u1"


async def test_row_04_none_is_sent_as_null(play: Play) -> None:
    async with play(answer(json={})) as (hub, server):
        await finished(hub.user_settings.update_current_user(current_position=None))
    assert server.requests[0].body == b'{"currentPosition":null}'


async def test_row_05_a_refused_update_says_why(play: Play) -> None:
    async with play(answer(400, json={"m": 1})) as (hub, server):
        with pytest.raises(BadRequestError) as refused:
            await finished(hub.user_settings.update_current_user(current_position="Q", homepage="", about="é"))
    assert server.requests[0].body == '{"currentPosition":"Q","homepage":"","about":"é"}'.encode()
    assert (refused.value.status_code, refused.value.body) == (400, {"m": 1})


@pytest.mark.parametrize("said", [answer(204), answer(200, text="<junk"), answer(202, json={"state": "queued"})])
async def test_row_06_a_deletion_gives_nothing_whatever_is_said(play: Play, said: object) -> None:
    async with play(said) as (hub, server):
        assert await finished(hub.user_settings.delete_current_user()) is None
    (seen,) = server.requests
    assert (seen.method, seen.target, seen.body) == ("DELETE", ME, b"")
    assert "content-length" not in seen.headers


async def test_row_07_an_image_has_the_name_and_type_it_is_given(play: Play) -> None:
    async with play(answer(204)) as (hub, server):
        assert await finished(hub.user_settings.update_current_user_profile_image(file=("a.png", b"abc"))) is None
    (seen,) = server.requests
    assert (seen.method, seen.target) == ("POST", f"{ME}/profile-image")
    assert b'name="file"; filename="a.png"\r\nContent-Type: image/png\r\n\r\nabc\r\n' in seen.body


async def test_row_08_bytes_are_sent_under_a_name_of_their_own(play: Play) -> None:
    async with play(answer(400, json={"message": "no image"})) as (hub, server):
        with pytest.raises(BadRequestError):
            await finished(hub.user_settings.update_current_user_profile_image(file=b"\x89PNG"))
    assert b'filename="upload"\r\nContent-Type: application/octet-stream\r\n' in server.requests[0].body


async def test_row_09_the_image_is_deleted_twice_without_complaint(play: Play) -> None:
    async with play(answer(204), answer(204)) as (hub, server):
        for _ in range(2):
            assert await finished(hub.user_settings.delete_current_user_profile_image()) is None
    assert [(seen.method, seen.target) for seen in server.requests] == [("DELETE", f"{ME}/profile-image")] * 2
