"""User lookup, rows 21 to 24 and 29 to 31 of the contract's conformance cases; images are in test_images.py."""

from collections.abc import Callable
from typing import Any

import pytest

from gatepost.kipu import BadRequestError, NotFoundError
from tests.client.kipu.conftest import Play
from tests.kit.scripted import answer
from tests.kit.twins import finished

pytestmark = pytest.mark.anyio


async def test_row_21_an_id_is_one_segment_of_the_path(play: Play) -> None:
    async with play(answer(json={"id": "1", "firstname": "F", "lastname": None})) as (hub, server):
        user = await finished(hub.users.get_user_by_id("a+b@x.io/../me"))
    assert server.requests[0].target == "/user-service/users/a%2Bb%40x.io%2F..%2Fme"
    assert (user.id, user.firstname, user.lastname) == ("1", "F", None)


async def test_the_id_may_be_passed_by_name(play: Play) -> None:
    async with play(answer(json={"id": "1"})) as (hub, server):
        await finished(hub.users.get_user_by_id(id="u1"))
    assert server.requests[0].target == "/user-service/users/u1"


async def test_row_22_a_refusal_that_is_no_json_has_its_class_all_the_same(play: Play) -> None:
    async with play(answer(404, text="not json")) as (hub, _):
        with pytest.raises(NotFoundError, match="not json") as refused:
            await finished(hub.users.get_user_by_id("u1"))
    assert (refused.value.status_code, refused.value.body) == (404, "not json")


async def test_row_23_a_user_who_exists_has_headers(play: Play) -> None:
    async with play(answer(204, headers={"X-A": "1"})) as (hub, server):
        headers = await finished(hub.users.check_user_exists("u1"))
    assert (server.requests[0].method, server.requests[0].target) == ("HEAD", "/user-service/users/u1")
    assert headers["x-a"] == "1"
    assert type(headers) is dict


async def test_row_24_a_user_who_does_not_exist_is_not_found_also_without_a_body(play: Play) -> None:
    async with play(answer(404, json={"message": "no"})) as (hub, _):
        with pytest.raises(NotFoundError) as refused:
            await finished(hub.users.check_user_exists("u1"))
    assert (refused.value.status_code, refused.value.body) == (404, None)


async def test_row_29_a_batch_sends_the_ids_as_they_are(play: Play) -> None:
    async with play(answer(json={"users": [{"id": "u1"}], "notFound": "u9"})) as (hub, server):
        found = await finished(hub.users.resolve_users(ids=["u1", "u1", "u9"]))
    (seen,) = server.requests
    assert (seen.method, seen.target) == ("POST", "/user-service/users/batch")
    assert seen.body == b'{"ids":["u1","u1","u9"]}'
    assert ([user.id for user in found.users], found.not_found) == (["u1"], "u9")


@pytest.mark.parametrize(
    ("body", "missing"),
    [
        ({"users": [], "notFound": []}, []),
        ({"users": [], "notFound": ["u8", "u9"]}, ["u8", "u9"]),
        ({"users": [], "notFound": "u8,u9"}, "u8,u9"),
        ({"users": [], "notFound": None}, None),
        ({}, None),
    ],
)
async def test_row_30_the_missing_ids_come_in_any_form(play: Play, body: Any, missing: object) -> None:
    async with play(answer(json=body)) as (hub, _):
        found = await finished(hub.users.resolve_users(ids=["u8", "u9"]))
    assert found.not_found == missing


async def test_row_31_too_many_ids_are_refused_by_the_service(play: Play) -> None:
    async with play(answer(400, json={"message": "at most 200"})) as (hub, server):
        with pytest.raises(BadRequestError, match="at most 200"):
            await finished(hub.users.resolve_users(ids=[f"u{number}" for number in range(201)]))
    assert len(server.requests[0].json()["ids"]) == 201


@pytest.mark.parametrize("collection", [list, tuple, set, iter])
async def test_ids_may_be_any_collection(play: Play, collection: Callable[[list[str]], Any]) -> None:
    async with play(answer(json={}), answer(json={})) as (hub, server):
        await finished(hub.users.resolve_users(ids=collection(["u1"])))
        await finished(hub.users.resolve_users(ids=collection([])))
    assert [seen.json() for seen in server.requests] == [{"ids": ["u1"]}, {"ids": []}]


async def test_one_text_is_no_collection_of_ids(play: Play) -> None:
    async with play() as (hub, _):
        with pytest.raises(TypeError, match="ids must be several"):
            await finished(hub.users.resolve_users(ids="u1"))
