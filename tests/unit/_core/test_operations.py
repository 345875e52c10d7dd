"""Operations of several calls."""

import httpx
import pytest

from gatepost._core.calls import Call, Operation
from gatepost._core.errors import ApiError, NotFoundError
from gatepost._core.exchange import perform
from tests.kit.flows import Feeder, answered
from tests.unit._core.conftest import Remote


def either() -> Operation[str]:
    try:
        reply = yield Call("GET", "/new")
    except NotFoundError:
        reply = yield Call("GET", "/old")
    return str(reply.json())


def pages() -> Operation[list[int]]:
    numbers: list[int] = []
    following: object = 1
    while following:
        reply = yield Call("GET", "/pages", query={"page": following})
        numbers += reply.json()["numbers"]
        following = reply.json()["next"]
    return numbers


def test_a_refusal_is_raised_where_the_operation_made_the_call(remote: Remote) -> None:
    fed = Feeder(answered(404), answered(json="found"))
    assert fed.run(perform(either(), remote(), {}))[0] == "found"
    assert [request.url.path for request in fed.sent] == ["/v1/new", "/v1/old"]


def test_a_refusal_that_the_operation_does_not_expect_is_raised_to_the_caller(remote: Remote) -> None:
    with pytest.raises(ApiError) as failed:
        Feeder(answered(403)).run(perform(either(), remote(), {}))
    assert failed.value.status_code == 403


def test_a_failure_of_the_second_call_does_not_hide_behind_that_of_the_first(remote: Remote) -> None:
    fed = Feeder(answered(404), *[httpx.ReadError("reset") for _ in range(3)])
    with pytest.raises(httpx.ReadError):
        fed.run(perform(either(), remote(), {}))


def test_each_call_of_an_operation_has_retries_of_its_own(remote: Remote) -> None:
    fed = Feeder(answered(500), answered(404), answered(500), answered(json="found"))
    assert fed.run(perform(either(), remote(max_retries=1), {}))[0] == "found"
    assert len(fed.waits) == 2


def test_options_hold_for_every_call_of_an_operation(remote: Remote) -> None:
    fed = Feeder(answered(404), answered(json="found"))
    fed.run(perform(either(), remote(), {"additional_headers": {"X-Trace": "1"}}))
    assert [request.headers["x-trace"] for request in fed.sent] == ["1", "1"]


def test_the_result_comes_with_the_last_reply(remote: Remote) -> None:
    answers = [{"numbers": [1, 2], "next": 2}, {"numbers": [], "next": 3}, {"numbers": [3], "next": None}]
    fed = Feeder(*[answered(200, [("X-Page", str(page))], json=one) for page, one in enumerate(answers, 1)])
    numbers, reply = fed.run(perform(pages(), remote(), {}))
    assert numbers == [1, 2, 3]
    assert reply.headers["x-page"] == "3"
    assert [request.url.query for request in fed.sent] == [b"page=1", b"page=2", b"page=3"]
