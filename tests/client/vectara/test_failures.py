"""Faults on the way."""

import httpx
import pytest

from gatepost.vectara import ApiError, ConflictError, TooManyRequestsError
from tests.client.vectara.conftest import Connect
from tests.kit.cases import rows
from tests.kit.scripted import Step, answer, drip, hang_up, repeat, reset, scripted, silent, truncated
from tests.kit.twins import finished, open_client

pytestmark = pytest.mark.anyio

FOUND = answer(json={"username": "u"})


@rows(37)
async def test_a_read_is_repeated_when_the_server_asks_for_patience(connect: Connect, waits: list[float]) -> None:
    with scripted(answer(503, headers={"Retry-After": "4"}), FOUND) as server:
        async with open_client(connect(server.url)) as client:
            assert (await finished(client.users.get("u"))).username == "u"
    assert waits == [4]


@rows(38)
async def test_retries_may_be_switched_off_for_one_call(connect: Connect) -> None:
    with scripted(answer(500, json={"messages": ["x"]})) as server:
        async with open_client(connect(server.url)) as client:
            with pytest.raises(ApiError, match="answered 500: x"):
                await finished(client.users.get("u", request_options={"max_retries": 0}))


@rows(39)
@pytest.mark.parametrize("stuck", [silent(), drip(FOUND)], ids=["no answer", "half an answer"])
async def test_a_time_limit_of_one_call_ends_it(connect: Connect, stuck: Step) -> None:
    with scripted(stuck) as server:
        async with open_client(connect(server.url)) as client:
            with pytest.raises(httpx.ReadTimeout):
                await finished(client.users.get("u", request_options={"timeout_in_seconds": 0.1}))


@pytest.mark.parametrize("fault", [reset(), hang_up(), truncated(FOUND)], ids=["reset", "hung up", "truncated"])
@pytest.mark.parametrize(
    ("method", "arguments"),
    [("get", {"username": "u"}), ("update", {"username": "u", "enabled": False})],
)
async def test_what_may_be_done_twice_is_repeated_after_a_fault(
    connect: Connect, fault: Step, method: str, arguments: dict[str, object]
) -> None:
    with scripted(fault, FOUND) as server:
        async with open_client(connect(server.url)) as client:
            assert (await finished(getattr(client.users, method)(**arguments))).username == "u"


@pytest.mark.parametrize("fault", [reset(), hang_up(), answer(502)], ids=["reset", "hung up", "502"])
@pytest.mark.parametrize(
    ("method", "arguments"), [("create", {"email": "a@x.io"}), ("reset_password", {"username": "u"})]
)
async def test_what_may_have_been_done_is_not_repeated(
    connect: Connect, waits: list[float], fault: Step, method: str, arguments: dict[str, str]
) -> None:
    with scripted(fault) as server:
        async with open_client(connect(server.url)) as client:
            with pytest.raises((httpx.TransportError, ApiError)):
                await finished(getattr(client.users, method)(**arguments))
    assert waits == []


async def test_a_creation_that_was_not_begun_is_repeated(connect: Connect, waits: list[float]) -> None:
    with scripted(answer(429, headers={"Retry-After": "2"}), answer(201, json={"username": "a"})) as server:
        async with open_client(connect(server.url)) as client:
            assert (await finished(client.users.create(email="a@x.io"))).username == "a"
    assert waits == [2]


async def test_patience_ends(connect: Connect, waits: list[float]) -> None:
    with scripted(repeat(answer(429, headers={"Retry-After": "1"}))) as server:
        async with open_client(connect(server.url)) as client:
            with pytest.raises(TooManyRequestsError):
                await finished(client.users.get("u"))
    assert waits == [1, 1]


async def test_a_conflict_is_final_even_if_the_call_may_be_repeated(connect: Connect, waits: list[float]) -> None:
    with scripted(answer(409)) as server:
        async with open_client(connect(server.url)) as client:
            with pytest.raises(ConflictError):
                await finished(client.users.create(email="a@x.io", request_options={"idempotent": True}))
    assert waits == []


async def test_a_web_page_is_told(connect: Connect) -> None:
    with scripted(answer(200, text="<!doctype html><p>Welcome")) as server:
        async with open_client(connect(server.url)) as client:
            with pytest.raises(ApiError, match="a web page instead of JSON; is the base URL right"):
                await finished(client.users.get("u"))
