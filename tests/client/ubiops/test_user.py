"""The three operations: what goes out and what comes of the answer."""

from datetime import UTC, datetime
from typing import Any

import pytest

from gatepost.ubiops import (
    ApiParsingError,
    ApiRequestError,
    ApiTypeError,
    ApiValueError,
    UserDetail,
    UserPendingCreate,
    UserPendingDetail,
)
from tests.client.ubiops.conftest import USER, Play
from tests.kit.cases import rows
from tests.kit.scripted import Answer, answer
from tests.kit.twins import finished

pytestmark = pytest.mark.anyio

WHOLE = {"email": "a@x.io", "password": "secret-password", "name": "N", "surname": "S", "phone": "+1"}
SHORT = {"email": "x", "password": "p"}


@rows(1)
async def test_the_user_who_asks_is_given_with_an_aware_date(play: Play) -> None:
    async with play(answer(json=USER)) as (api, server):
        user = await finished(api.user_get())
    seen = server.requests[0]
    assert (seen.method, seen.target, seen.headers["authorization"]) == ("GET", "/v2.1/user", "Token abc")
    assert (seen.headers["accept"], "content-type" in seen.headers, seen.body) == ("application/json", False, b"")
    assert user == UserDetail(
        id=str(USER["id"]),
        email="a@x.io",
        name="N",
        surname=None,
        registration_date=datetime(2020, 1, 10, 10, 6, 25, 632000, UTC),
        authentication="ubiops",
    )


@rows(7)
@pytest.mark.parametrize("data", [WHOLE, UserPendingCreate(**WHOLE)], ids=["dict", "model"])
async def test_a_user_is_created_with_the_phone(play: Play, data: Any) -> None:
    created = {name: value for name, value in WHOLE.items() if name != "password"}
    async with play(answer(201, json=created)) as (api, server):
        user = await finished(api.user_create(data))
    seen = server.requests[0]
    assert (seen.method, seen.target, seen.headers["content-type"]) == ("POST", "/v2.1/user", "application/json")
    assert seen.json() == WHOLE
    assert user == UserPendingDetail(email="a@x.io", name="N", surname="S", phone="+1")


@rows(7)
async def test_of_a_dictionary_nothing_is_dropped(play: Play) -> None:
    async with play(answer(201, json=SHORT)) as (api, server):
        await finished(api.user_create({**SHORT, "terms_conditions": True}))
    assert server.requests[0].json() == {**SHORT, "terms_conditions": True}


@rows(9)
async def test_a_user_may_be_filled_in_attribute_by_attribute(play: Play) -> None:
    async with play(answer(201, json={"email": "é@x.io"})) as (api, server):
        data = UserPendingCreate()
        data.email, data.password, data.name = "é@x.io", "secret-password", ""
        await finished(api.user_create(data))
    assert server.requests[0].json() == {"email": "é@x.io", "password": "secret-password", "name": ""}


@rows(10)
async def test_none_is_left_out(play: Play) -> None:
    async with play(answer(201, json=SHORT)) as (api, server):
        await finished(api.user_create({**SHORT, "name": None}))
    assert server.requests[0].json() == SHORT


@rows(8)
async def test_the_refusal_of_the_service_is_given_in_its_words(play: Play) -> None:
    async with play(answer(400, json={"error": "Password too short"})) as (api, _):
        with pytest.raises(ApiRequestError) as refusal:
            await finished(api.user_create(SHORT))
    assert (refusal.value.status, refusal.value.reason) == (400, "Bad Request")
    assert refusal.value.get_body_message() == "Password too short"
    assert str(refusal.value) == "Bad Request (400)\nError: Password too short"


@rows(11, 12, 13, 14, 15)
@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({}, "Invalid value for `email`, must not be `None`"),
        ({"email": "x"}, "Invalid value for `password`, must not be `None`"),
        ({"email": "", "password": "p"}, "Invalid value for `email`, length must be greater than or equal to `1`"),
        ({"email": "x", "password": ""}, "Invalid value for `password`, length must be greater than or equal to `1`"),
        ({**SHORT, "password": "p" * 129}, "Invalid value for `password`, length must be less than or equal to `128`"),
        ({**SHORT, "email": "x" * 255}, "Invalid value for `email`, length must be less than or equal to `254`"),
        ({**SHORT, "name": "x" * 257}, "Invalid value for `name`, length must be less than or equal to `256`"),
        ({**SHORT, "surname": "x" * 257}, "Invalid value for `surname`, length must be less than or equal to `256`"),
        ({**SHORT, "phone": "1" * 18}, "Invalid value for `phone`, length must be less than or equal to `17`"),
        ({**SHORT, "name": 1}, "Parameter `name` must be a string"),
        ({**SHORT, "email": 1}, "Parameter `email` must be a string"),
        (None, "Missing the required parameter `data` when calling `user_create`"),
        (UserPendingCreate(), "Invalid value for `email`, must not be `None`"),
    ],
)
async def test_a_broken_rule_is_told_before_anything_is_sent(play: Play, data: Any, message: str) -> None:
    async with play() as (api, _):
        with pytest.raises(ApiValueError) as refused:
            await finished(api.user_create(data))
    assert (str(refused.value), isinstance(refused.value, ValueError)) == (message, True)


@pytest.mark.parametrize(
    "data", [{"email": "é" * 254, "password": "𝄞" * 128, "name": "n" * 256}, {**SHORT, "phone": "1" * 17}]
)
async def test_lengths_are_counted_in_code_points_and_the_longest_pass(play: Play, data: dict[str, str]) -> None:
    async with play(answer(201, json=SHORT)) as (api, server):
        await finished(api.user_create(data))
    assert server.requests[0].json() == data


async def test_half_a_character_is_refused_and_not_shown(play: Play) -> None:
    async with play() as (api, _):
        with pytest.raises(ApiValueError, match="whole characters") as refused:
            await finished(api.user_create({"email": "x", "password": "s3cret\udc80"}))
    assert refused.value.__context__ is None


@pytest.mark.parametrize("data", ["a@x.io", ["a@x.io"], 5])
async def test_what_is_no_user_is_refused(play: Play, data: Any) -> None:
    async with play() as (api, _):
        with pytest.raises(ApiTypeError, match="must be a UserPendingCreate or a dict"):
            await finished(api.user_create(data))


@rows(16, 17)
@pytest.mark.parametrize(
    ("whole", "reason"),
    [
        (answer(201, json={"name": "x"}), "Invalid value for `email`, must not be `None`"),
        (answer(201, json={"email": None}), "Invalid value for `email`, must not be `None`"),
        (answer(201, json={}), "Invalid value for `email`, must not be `None`"),
        (answer(201, json=None), "Expected `object`, got `null`"),
        (answer(201, json={"email": "a", "name": ["s3cret"]}), "Expected `str | null`, got `array` - at `$.name`"),
        (answer(201, text="<html>s3cret</html>"), "POST /v2.1/user answered 201"),
        (answer(204), "POST /v2.1/user answered 204"),
    ],
)
async def test_a_success_without_the_user_is_an_error(play: Play, whole: Answer, reason: str) -> None:
    async with play(whole) as (api, _):
        with pytest.raises(ApiParsingError) as refused:
            await finished(api.user_create(SHORT))
    assert isinstance(refused.value, ValueError)
    assert str(refused.value).startswith(reason)
    assert str(refused.value).endswith(f"({whole.status})")
    assert "s3cret" not in str(refused.value)


@rows(18)
async def test_a_number_where_a_text_is_documented_is_its_digits(play: Play) -> None:
    async with play(answer(201, json={"email": 5}), answer(json={**USER, "id": 7})) as (api, _):
        assert (await finished(api.user_create(SHORT))).email == "5"
        assert (await finished(api.user_get())).id == "7"


async def test_fields_that_nobody_knows_are_kept(play: Play) -> None:
    async with play(answer(json={**USER, "language": "nl"})) as (api, _):
        user = await finished(api.user_get())
    assert (user.language, user.to_dict()["language"]) == ("nl", "nl")


@rows(19, 20)
@pytest.mark.parametrize("whole", [answer(204), answer(200, text="junk"), answer(200, json={"a": 1})])
async def test_any_success_deletes_the_user(play: Play, whole: Answer) -> None:
    async with play(whole) as (api, server):
        assert await finished(api.user_delete()) is None
    seen = server.requests[0]
    assert (seen.method, seen.target, seen.body) == ("DELETE", "/v2.1/user", b"")


@rows(21)
async def test_a_refused_deletion_is_told(play: Play) -> None:
    async with play(answer(403, json={"error": "no"})) as (api, _):
        with pytest.raises(ApiRequestError) as refusal:
            await finished(api.user_delete())
    assert (refusal.value.status, refusal.value.get_body_message()) == (403, "no")


@rows(22)
async def test_an_empty_name_is_an_empty_name(play: Play) -> None:
    async with play(answer(json={"email": "a", "authentication": "x", "name": ""})) as (api, _):
        assert (await finished(api.user_get())).name == ""


@rows(23, 24)
@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"authentication": None}, "Invalid value for `authentication`, must not be `None`"),
        ({"email": None}, "Invalid value for `email`, must not be `None`"),
        ({"registration_date": "nope"}, "Invalid RFC3339 encoded datetime - at `$.registration_date`"),
        ({"registration_date": 5}, "Expected `datetime | null`, got `int` - at `$.registration_date`"),
    ],
)
async def test_a_user_of_another_shape_is_an_error(play: Play, change: dict[str, Any], reason: str) -> None:
    async with play(answer(json={**USER, **change})) as (api, _):
        with pytest.raises(ApiParsingError) as refused:
            await finished(api.user_get())
    assert (str(refused.value), refused.value.reason) == (f"{reason} (200)", reason)


@pytest.mark.parametrize("date", ["2020-01-10T10:06:25Z", "2020-01-10T12:06:25+02:00", "2020-01-10 10:06:25+00:00"])
async def test_a_date_with_an_offset_is_a_moment(play: Play, date: str) -> None:
    async with play(answer(json={**USER, "registration_date": date})) as (api, _):
        user = await finished(api.user_get())
    assert user.registration_date == datetime(2020, 1, 10, 10, 6, 25, tzinfo=UTC)
