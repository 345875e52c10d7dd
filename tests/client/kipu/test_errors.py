"""What is raised when a call fails, sections 2.12 and 3 of the contract."""

import pickle
from collections.abc import Iterator
from traceback import walk_tb
from typing import Any

import httpx
import pytest

from gatepost.kipu import (
    ApiError,
    BadRequestError,
    ForbiddenError,
    NotFoundError,
    ParsingError,
    UnauthorizedError,
)
from tests.client.kipu.conftest import Play
from tests.kit.scripted import Step, answer, hang_up, redirect, silent
from tests.kit.twins import finished

pytestmark = pytest.mark.anyio

BY_STATUS = {400: BadRequestError, 401: UnauthorizedError, 403: ForbiddenError, 404: NotFoundError}

CALLS: list[Any] = [
    lambda hub: hub.user_settings.get_current_user(),
    lambda hub: hub.user_settings.update_current_user(),
    lambda hub: hub.user_settings.delete_current_user(),
    lambda hub: hub.user_settings.update_current_user_profile_image(file=b"abc"),
    lambda hub: hub.user_settings.delete_current_user_profile_image(),
    lambda hub: hub.user_settings_personal_access_tokens.get_personal_access_tokens(),
    lambda hub: hub.user_settings_personal_access_tokens.create_personal_access_token(name="n"),
    lambda hub: hub.user_settings_personal_access_tokens.delete_personal_access_token("t1"),
    lambda hub: hub.user_settings_personal_access_tokens.regenerate_default_personal_access_token(),
    lambda hub: hub.authentication.authorize_by_personal_access_token(),
    lambda hub: hub.users.get_user_by_id("u1"),
    lambda hub: hub.users.check_user_exists("u1"),
    lambda hub: hub.users.get_user_profile_image("u1"),
    lambda hub: hub.users.resolve_users(ids=["u1"]),
    lambda hub: hub.user_registration_status.get_user_registration_status(email="a@x.io"),
    lambda hub: hub.search.users(q="a"),
]


async def failure(play: Play, said: Step, call: Any = CALLS[0], **settings: Any) -> ApiError:
    async with play(said, **{"max_retries": 0, **settings}) as (hub, _):
        with pytest.raises(ApiError) as failed:
            await finished(call(hub))
    return failed.value


@pytest.mark.parametrize("call", CALLS)
async def test_every_call_has_a_class_for_every_status(play: Play, call: Any) -> None:
    async with play(*[answer(status, json={"status": status}) for status in BY_STATUS]) as (hub, _):
        for status, kind in BY_STATUS.items():
            with pytest.raises(kind) as failed:
                await finished(call(hub))
            assert type(failed.value) is kind
            assert failed.value.status_code == status


@pytest.mark.parametrize("status", [402, 405, 409, 418, 422, 500])
async def test_another_status_is_an_api_error(play: Play, status: int) -> None:
    failed = await failure(play, answer(status, json={"m": 1}))
    assert (failed.status_code, failed.body) == (status, {"m": 1})
    assert not isinstance(failed, (*BY_STATUS.values(), ParsingError))


@pytest.mark.parametrize("body", [{"m": 1}, ["m"], "m", 5, None])
async def test_the_body_of_a_refusal_is_any_json(play: Play, body: object) -> None:
    assert (await failure(play, answer(400, json=body))).body == body


async def test_a_refusal_shows_status_headers_body_and_request_id(play: Play) -> None:
    said = answer(403, json={"status": 403, "message": "Not yours."}, headers={"X-Request-Id": "r1", "X-B": "2"})
    failed = await failure(play, said)
    assert failed.headers is not None
    assert (failed.headers["x-b"], failed.request_id) == ("2", "r1")
    assert str(failed) == "GET /user-service/me answered 403: Not yours. (request id r1)"
    assert repr(failed) == f"<ForbiddenError {failed}>"


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (answer(200), "the body is empty"),
        (answer(204), "the body is empty"),
        (answer(text="hello"), "the body is not JSON"),
        (answer(text='{"id": '), "the body is not JSON"),
        (answer(body=b'{"id": "\xff"}'), "the body is not JSON"),
        (answer(text="<html>", content_type="text/html"), "a web page instead of JSON; is the base URL right?"),
        (answer(404, text="<!doctype html>", content_type="text/html"), "a web page instead of JSON"),
        (answer(400), "no reason given"),
        (answer(401, json={"error": {"message": "nested"}}), "nested"),
        (redirect(302, "https://sso.test/login?code=1"), "redirected to https://sso.test/login; is the base URL"),
    ],
)
async def test_an_answer_that_cannot_be_used_says_why(play: Play, said: Step, reason: str) -> None:
    failed = await failure(play, said, follow_redirects=False)
    assert reason in str(failed)
    assert "code=1" not in str(failed)


async def test_json_of_another_shape_is_told_from_no_json(play: Play) -> None:
    failed = await failure(play, answer(json={"id": 5, "username": "ada"}))
    assert isinstance(failed, ParsingError)
    assert (failed.status_code, failed.body) == (200, {"id": 5, "username": "ada"})
    assert "$.id" in str(failed)
    assert "ada" not in str(failed)


@pytest.mark.parametrize("said", [answer(404, json={"m": 1}, headers={"X-A": "1"}), answer(json=[])])
async def test_an_error_survives_the_way_to_another_process(play: Play, said: Step) -> None:
    failed = await failure(play, said)
    again = pickle.loads(pickle.dumps(failed))  # noqa: S301  bytes of this test's own
    assert type(again) is type(failed)
    assert (again.status_code, again.body, again.headers) == (failed.status_code, failed.body, failed.headers)


def test_an_error_can_be_made_by_hand() -> None:
    made = NotFoundError({"m": 1}, {"x-a": "1"})
    assert (made.status_code, made.body, made.headers) == (404, {"m": 1}, {"x-a": "1"})
    assert (ApiError(status_code=418, body="tea").status_code, ApiError().body) == (418, None)


@pytest.mark.parametrize("fault", [answer(500), answer(json=[]), answer(text="<"), hang_up(), silent()])
async def test_no_variable_of_a_traceback_holds_the_token(play: Play, twin: str, fault: Step) -> None:
    """Tools that report errors show the variables of every frame."""
    token = f"pat-of-{twin}"
    async with play(fault, api_key=token, max_retries=0, timeout=0.05) as (hub, _):
        with pytest.raises((ApiError, httpx.TransportError)) as failed:
            await finished(hub.user_settings.get_current_user())
    held = [*variables(failed.value)]
    assert token not in repr(held)
    assert not [value for value in held if isinstance(value, httpx.Request) and token in value.headers.values()]


@pytest.mark.parametrize("fault", [answer(404), answer(text="<"), answer(json=[]), hang_up()])
async def test_a_traceback_leads_from_the_call_to_the_answer_and_not_through_the_retries(
    play: Play, fault: Step
) -> None:
    async with play(fault, max_retries=0) as (hub, _):
        with pytest.raises((ApiError, httpx.TransportError)) as failed:
            await finished(hub.user_settings.get_current_user())
    passed = [frame.f_code.co_name for frame, _ in walk_tb(failed.value.__traceback__)]
    assert passed[-2:] == ["get_current_user", "run"]


def variables(error: BaseException | None) -> Iterator[Any]:
    """Give the local variables of all frames that an error and its causes came through, but for this file's."""
    if error is not None:
        for frame, _ in walk_tb(error.__traceback__):
            if frame.f_code.co_filename != __file__:
                yield from frame.f_locals.values()
        yield from variables(error.__cause__ or error.__context__)
