"""Profile images in every form a service may send, rows 25 to 28 of the contract's conformance cases, section 2.7."""

from base64 import b64encode

import pytest

from gatepost.kipu import ApiError, ForbiddenError, NotFoundError, ParsingError
from tests.client.kipu.conftest import Play
from tests.kit.scripted import Step, answer
from tests.kit.twins import finished

pytestmark = pytest.mark.anyio

PNG = b"\x89PNG\r\n\x1a\n\x00\xff"


async def test_row_25_a_user_without_an_image_has_none(play: Play) -> None:
    async with play(answer(204)) as (hub, server):
        assert await finished(hub.users.get_user_profile_image("u1")) is None
    (seen,) = server.requests
    assert (seen.method, seen.target) == ("GET", "/user-service/users/u1/profile-image")


async def test_row_26_a_text_is_given_as_it_is(play: Play) -> None:
    async with play(answer(json="aGk=")) as (hub, _):
        assert await finished(hub.users.get_user_profile_image("u1")) == "aGk="


@pytest.mark.parametrize("said", [answer(json=None), answer(200), answer(text=" \n")], ids=["null", "empty", "blank"])
async def test_nothing_is_no_image(play: Play, said: Step) -> None:
    async with play(said) as (hub, _):
        assert await finished(hub.users.get_user_profile_image("u1")) is None


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PNG, "image/png"),
        (PNG, "IMAGE/PNG; q=1"),
        (PNG, "application/octet-stream"),
        (b"<svg/>", "image/svg+xml"),
        (b"GIF89a", "image/gif"),
    ],
)
async def test_bytes_are_given_as_base64(play: Play, content: bytes, kind: str) -> None:
    async with play(answer(body=content, content_type=kind)) as (hub, _):
        assert await finished(hub.users.get_user_profile_image("u1")) == b64encode(content).decode()


async def test_the_bytes_themselves_are_in_the_raw_response(play: Play) -> None:
    async with play(answer(body=PNG, content_type="image/png")) as (hub, _):
        raw = await finished(hub.users.with_raw_response.get_user_profile_image("u1"))
    assert (raw.response.content, raw.headers["content-type"]) == (PNG, "image/png")


async def test_a_service_that_can_choose_sends_text(play: Play) -> None:
    async with play(answer(204)) as (hub, server):
        await finished(hub.users.get_user_profile_image("u1"))
    assert server.requests[0].headers["accept"] == "application/json, image/*;q=0.9, */*;q=0.8"


@pytest.mark.parametrize("body", [5, {"image": "aGk="}, ["aGk="]])
async def test_json_that_is_no_text_is_not_understood(play: Play, body: object) -> None:
    async with play(answer(json=body)) as (hub, _):
        with pytest.raises(ParsingError) as refused:
            await finished(hub.users.get_user_profile_image("u1"))
    assert (refused.value.status_code, refused.value.body) == (200, body)


async def test_a_web_page_is_no_image(play: Play) -> None:
    async with play(answer(text="<!DOCTYPE html>", content_type="text/html")) as (hub, _):
        with pytest.raises(ApiError, match="is the base URL right"):
            await finished(hub.users.get_user_profile_image("u1"))


async def test_row_27_an_unknown_user_is_not_found(play: Play) -> None:
    async with play(answer(404, json={"status": 404})) as (hub, _):
        with pytest.raises(NotFoundError) as refused:
            await finished(hub.users.get_user_profile_image("u1"))
    assert refused.value.body == {"status": 404}


async def test_row_28_an_unknown_user_is_not_found_also_without_a_body(play: Play) -> None:
    async with play(answer(404)) as (hub, _):
        with pytest.raises(NotFoundError):
            await finished(hub.users.get_user_profile_image("u1"))


async def test_a_refusal_has_its_class(play: Play) -> None:
    async with play(answer(403, json={})) as (hub, _):
        with pytest.raises(ForbiddenError):
            await finished(hub.users.get_user_profile_image("u1"))
