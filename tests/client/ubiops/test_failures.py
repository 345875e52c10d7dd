"""Calls that fail, and the patience before."""

import pickle

import httpx
import pytest

from gatepost._core.errors import ApiError, NotFoundError, TooManyRequestsError
from gatepost.ubiops import (
    ApiConnectionError,
    ApiException,
    ApiRequestError,
    ApiTimeoutError,
    UbiOpsException,
)
from gatepost.ubiops.errors import refusal as refusal_of
from tests.client.ubiops.conftest import USER, Connect, Play, configured
from tests.kit.cases import rows
from tests.kit.scripted import Step, answer, drip, hang_up, raw, refused, repeat, reset, silent, truncated
from tests.kit.twins import finished

pytestmark = pytest.mark.anyio

NEW = {"email": "x", "password": "p"}
SLOW_DOWN = answer(429, json={"error": "slow"})
FOUND = answer(json=USER)


@rows(4)
async def test_a_missing_token_is_told(play: Play) -> None:
    async with play(answer(401, json={"error": "Unauthorized"}), api_key={}) as (api, _):
        with pytest.raises(ApiRequestError) as refusal:
            await finished(api.user_get())
    assert str(refusal.value) == "Unauthorized (401)\nError: Unauthorized"


@rows(25, 26)
@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"x-ratelimit-reset": "3"}, (3.0, 3.6)),
        ({"x-ratelimit-reset": "59"}, (59.0, 72.0)),
        ({"x-ratelimit-reset": "86400"}, (60.0, 72.0)),
        ({"x-ratelimit-reset": "1900000000", "date": "Fri, 17 Mar 2030 17:46:30 GMT"}, (10.0, 12.0)),
        ({"x-ratelimit-reset": "32503680000"}, (60.0, 72.0)),
        ({"retry-after": "7", "x-ratelimit-reset": "3"}, (7.0, 7.0)),
        ({"x-ratelimit-reset": "soon"}, (0.9, 1.1)),
        ({"x-ratelimit-reset": "-5"}, (0.9, 1.1)),
        ({}, (0.9, 1.1)),
    ],
)
async def test_the_service_says_how_long_to_wait_and_never_for_ever(
    play: Play, waits: list[float], headers: dict[str, str], seconds: tuple[float, float]
) -> None:
    async with play(answer(429, headers=headers), FOUND) as (api, _):
        assert (await finished(api.user_get())).email == "a@x.io"
    shortest, longest = seconds
    assert [shortest <= wait <= longest for wait in waits] == [True]


async def test_a_refused_creation_is_repeated_for_nothing_was_done(play: Play, waits: list[float]) -> None:
    async with play(SLOW_DOWN, answer(201, json={"email": "x"})) as (api, server):
        await finished(api.user_create(NEW))
    assert [seen.json() for seen in server.requests] == [NEW, NEW]
    assert len(waits) == 1


async def test_patience_ends(play: Play, waits: list[float]) -> None:
    async with play(SLOW_DOWN, SLOW_DOWN, SLOW_DOWN) as (api, _):
        with pytest.raises(ApiRequestError) as refusal:
            await finished(api.user_get())
    assert (refusal.value.status, refusal.value.get_body_message()) == (429, "slow")
    assert waits == [pytest.approx(1.0, rel=0.1), pytest.approx(2.0, rel=0.1)]


@rows(27)
async def test_without_automatic_retries_the_first_refusal_counts(play: Play, waits: list[float]) -> None:
    async with play(SLOW_DOWN, auto_retry_rate_limiting=False) as (api, _):
        with pytest.raises(TooManyRequestsError):
            await finished(api.user_get())
    assert waits == []


async def test_retries_are_counted(play: Play, waits: list[float]) -> None:
    async with play(*[SLOW_DOWN] * 4, FOUND, max_retries=4) as (api, _):
        await finished(api.user_get())
    assert len(waits) == 4


@pytest.mark.parametrize("step", [answer(500), answer(502), hang_up(), reset()])
async def test_a_transient_failure_of_a_reading_call_is_tried_again(play: Play, waits: list[float], step: Step) -> None:
    async with play(step, FOUND) as (api, _):
        assert (await finished(api.user_get())).email == "a@x.io"
    assert len(waits) == 1


@pytest.mark.parametrize("step", [answer(500), hang_up(), reset()])
@pytest.mark.parametrize("method", ["user_create", "user_delete"])
async def test_what_may_have_been_done_is_not_done_again(play: Play, method: str, step: Step) -> None:
    async with play(step) as (api, _):
        with pytest.raises(ApiException):
            await finished(getattr(api, method)(*([NEW] if method == "user_create" else [])))


@rows(28)
async def test_a_page_instead_of_an_error_is_the_message(play: Play) -> None:
    page = "<html><body>" + "x" * 1000
    async with play(answer(500, text=page, content_type="text/html"), max_retries=0) as (api, _):
        with pytest.raises(ApiRequestError) as refusal:
            await finished(api.user_get())
    assert (refusal.value.status, refusal.value.get_body_message(), refusal.value.body) == (500, page, page)
    assert str(refusal.value) == f"Internal Server Error (500)\nError: {page[:300]}"


@rows(29)
async def test_without_a_body_the_headers_are_shown_but_none_that_lets_anybody_in(play: Play) -> None:
    headers = {"X-Node": "n1", "Set-Cookie": "session=s3cret", "Location": "/in?code=s3cret"}
    async with play(answer(503, headers=headers), max_retries=0) as (api, _):
        with pytest.raises(ApiRequestError) as refusal:
            await finished(api.user_get())
    said = str(refusal.value)
    assert said.startswith("Service Unavailable (503)\nHTTP response headers: {")
    assert "'x-node': 'n1'" in said
    assert "s3cret" not in said


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ('{"error": "no"}', "no"),
        ('{"error_message": "no"}', "no"),
        ('{"error": "this", "error_message": "that"}', "this"),
        ('{"error": ["a", "b"]}', ["a", "b"]),
        ('{"error": ""}', ""),
        ('{"detail": "no"}', '{"detail": "no"}'),
        ('["no"]', '["no"]'),
        ('\ufeff{"error": "no"}', "no"),
        ("[" * 100_000, "[" * 100_000),
        ("no", "no"),
    ],
)
async def test_the_message_is_found_in_the_body(play: Play, body: str, message: object) -> None:
    async with play(answer(400, body=body.encode(), content_type="application/json")) as (api, _):
        with pytest.raises(ApiRequestError) as refusal:
            await finished(api.user_get())
    assert refusal.value.get_body_message() == message


async def test_an_empty_message_gives_way_to_headers_and_body(play: Play) -> None:
    async with play(answer(400, json={"error": ""})) as (api, _):
        with pytest.raises(ApiRequestError) as refusal:
            await finished(api.user_get())
    first, headers, body = str(refusal.value).splitlines()
    assert (first, body) == ("Bad Request (400)", 'HTTP response body: {"error": ""}')
    assert headers.startswith("HTTP response headers: ")


async def test_headers_of_an_error_are_found_in_any_case(play: Play) -> None:
    async with play(answer(404, headers={"X-Request-ID": "r1"})) as (api, _):
        with pytest.raises(ApiRequestError) as refusal:
            await finished(api.user_get())
    headers = refusal.value.headers
    assert headers is not None
    assert [headers["X-Request-ID"], headers["x-request-id"], headers.get("X-REQUEST-ID")] == ["r1"] * 3
    assert ("X-request-id" in headers, "X-Other" in headers, headers.get("X-Other", "-")) == (True, False, "-")
    with pytest.raises(KeyError):
        headers["X-Other"]
    assert refusal.value.request_id == "r1"


async def test_one_except_clause_serves_all_apis(play: Play) -> None:
    async with play(answer(404, json={"error": "no"})) as (api, _):
        with pytest.raises(ApiError) as refusal:
            await finished(api.user_get())
    assert isinstance(refusal.value, NotFoundError)
    assert isinstance(refusal.value, ApiRequestError)
    assert isinstance(refusal.value, UbiOpsException)
    assert refusal.value.status_code == 404


@rows(30)
async def test_a_closed_port_is_a_connection_error(connect: Connect, waits: list[float]) -> None:
    async with connect(configured(refused())) as api:
        with pytest.raises(ApiConnectionError) as failure:
            await finished(api.user_get())
    assert (failure.value.status, failure.value.body, failure.value.headers) == (0, None, None)
    assert failure.value.status_code is None
    assert str(failure.value).startswith("ConnectError\n")
    assert str(failure.value).endswith(" (0)")
    assert len(waits) == 2


@pytest.mark.parametrize("step", [hang_up(), reset(), truncated(FOUND), raw(b"no HTTP\r\n\r\n")])
async def test_a_broken_answer_is_a_connection_error(play: Play, step: Step) -> None:
    async with play(step, max_retries=0) as (api, _):
        with pytest.raises(ApiConnectionError) as failure:
            await finished(api.user_get())
    assert failure.value.status == 0


@rows(31)
@pytest.mark.parametrize("limit", [1, (20, 0.1)])
@pytest.mark.parametrize("step", [silent(), drip(answer(json=USER))])
async def test_a_slow_server_is_given_up_once(play: Play, limit: float | tuple[float, float], step: Step) -> None:
    async with play(step) as (api, server):
        with pytest.raises(ApiTimeoutError) as failure:
            await finished(api.user_get(_request_timeout=limit))
    assert (failure.value.status, failure.value.body, len(server.requests)) == (0, None, 1)


async def test_the_configuration_limits_every_call(play: Play) -> None:
    async with play(silent(), timeout=1) as (api, _):
        with pytest.raises(ApiTimeoutError):
            await finished(api.user_get())


async def test_an_encoding_that_cannot_be_read_is_a_request_error(play: Play) -> None:
    broken = answer(body=b"no gzip", content_type="application/json", headers={"Content-Encoding": "gzip"})
    async with play(repeat(broken)) as (api, _):
        with pytest.raises(ApiRequestError) as failure:
            await finished(api.user_get())
    assert failure.value.status == 0


def test_an_exception_of_code_for_the_official_client_can_still_be_made() -> None:
    made = ApiException(status=404, reason="Not Found")
    assert (str(made), made.body, made.headers) == ("Not Found (404)", None, None)


def test_errors_survive_a_copy_to_another_process() -> None:
    response = httpx.Response(404, json={"error": "no"}, request=httpx.Request("GET", "http://x/v2/user"))
    error = pickle.loads(pickle.dumps(refusal_of(response)))  # noqa: S301  made one line before
    assert (type(error).__name__, error.status, str(error)) == (
        "ApiNotFoundError",
        404,
        "Not Found (404)\nError: no",
    )
