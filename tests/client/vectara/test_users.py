"""One user: what goes out and what comes back."""

from datetime import UTC, datetime
from typing import Any

import pytest

from gatepost.vectara import (
    AgentRole,
    ApiError,
    BadRequestError,
    ConflictError,
    CorpusRole,
    CreateUsersResponse,
    Error,
    ForbiddenError,
    NotFoundError,
    ParsingError,
    ResetPasswordUsersResponse,
    User,
)
from tests.client.vectara.conftest import Connect
from tests.kit.cases import rows
from tests.kit.scripted import Answer, Seen, answer, scripted
from tests.kit.twins import finished, open_client

pytestmark = pytest.mark.anyio

ANN = {"id": "usr_1", "username": "ann", "email": "ann@example.org", "enabled": True, "api_roles": ["viewer"]}


async def call(connect: Connect, method: str, given: Answer, *args: Any, **kwargs: Any) -> tuple[Any, Seen]:
    """Make one call that gets this answer; give its result and the request."""
    with scripted(given) as server:
        async with open_client(connect(server.url)) as client:
            result = await finished(getattr(client.users, method)(*args, **kwargs))
    return result, server.requests[0]


async def refused(connect: Connect, method: str, given: Answer, *args: Any, **kwargs: Any) -> ApiError:
    """Make one call that gets this answer once; give the error it raises."""
    with pytest.raises(ApiError) as failure:
        await call(connect, method, given, *args, **kwargs)
    return failure.value


@rows(19)
async def test_a_user_is_created_from_an_email_alone(connect: Connect) -> None:
    given = answer(201, json={**ANN, "one_time_code": "otc", "one_time_code_link": "https://x.example/otc"})
    user, seen = await call(connect, "create", given, email="a@x.io")
    assert (seen.method, seen.target, seen.json()) == ("POST", "/v2/users", {"email": "a@x.io"})
    assert seen.headers["content-type"] == "application/json"
    assert isinstance(user, CreateUsersResponse)
    assert (user.username, user.one_time_code, user.one_time_code_link) == ("ann", "otc", "https://x.example/otc")


@rows(20)
@pytest.mark.parametrize(
    "corpus_role", [CorpusRole(corpus_key="k", role="viewer"), {"corpus_key": "k", "role": "viewer"}]
)
async def test_roles_may_be_records_or_plain(connect: Connect, corpus_role: CorpusRole | dict[str, str]) -> None:
    _, seen = await call(
        connect,
        "create",
        answer(201, json=ANN),
        email="a@x.io",
        username="a",
        description="d",
        api_roles=("owner",),
        corpus_roles=[corpus_role],
        agent_roles=[AgentRole(agent_key="ag", role="agent_user")],
    )
    assert seen.json() == {
        "email": "a@x.io",
        "username": "a",
        "description": "d",
        "api_roles": ["owner"],
        "corpus_roles": [{"corpus_key": "k", "role": "viewer"}],
        "agent_roles": [{"agent_key": "ag", "role": "agent_user"}],
    }


@rows(21, 32)
async def test_none_is_sent_and_what_is_not_passed_is_not(connect: Connect) -> None:
    _, created = await call(connect, "create", answer(201, json=ANN), email="a", username=None, api_roles=[])
    _, updated = await call(connect, "update", answer(json=ANN), "u", enabled=None, description=None)
    assert created.json() == {"email": "a", "username": None, "api_roles": []}
    assert updated.json() == {"enabled": None, "description": None}


async def test_one_role_in_place_of_a_list_is_refused_before_it_goes_out_letter_by_letter(connect: Connect) -> None:
    async with open_client(connect("http://127.0.0.1:9")) as client:
        with pytest.raises(TypeError, match="roles"):
            await finished(client.users.update("u", api_roles="owner"))


@rows(24)
async def test_a_new_user_one_level_deeper_is_found(connect: Connect) -> None:
    given = answer(
        201,
        json={"user": {"username": "ann", "created_at": "2024-01-02T03:04:05Z", "team": "x"}, "one_time_code": "otc"},
    )
    user, _ = await call(connect, "create", given, email="a@x.io")
    assert (user.username, user.one_time_code, user.team) == ("ann", "otc", "x")
    assert user.created_at == datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert user.user.username == "ann"


async def test_a_flat_new_user_is_also_found_one_level_deeper(connect: Connect) -> None:
    user, _ = await call(connect, "create", answer(201, json=ANN), email="a@x.io")
    assert user.user.username == user.username == "ann"


@rows(22)
async def test_what_is_wrong_with_a_new_user_is_a_bad_request(connect: Connect) -> None:
    body = {"field_errors": {"email": "bad"}, "messages": ["x"], "request_id": "r7"}
    error = await refused(connect, "create", answer(400, json=body), email="no")
    assert isinstance(error, BadRequestError)
    assert (error.body, error.request_id) == (body, "r7")


@rows(23)
async def test_a_duplicate_is_a_conflict_and_not_tried_again(connect: Connect, waits: list[float]) -> None:
    error = await refused(connect, "create", answer(409, json={"messages": ["taken"]}), email="a@x.io")
    assert isinstance(error, ConflictError)
    assert waits == []


async def test_a_user_is_got(connect: Connect) -> None:
    user, seen = await call(connect, "get", answer(json=ANN), "ann")
    assert (seen.method, seen.target) == ("GET", "/v2/users/ann")
    assert user == User.from_dict(ANN)


@rows(41)
async def test_times_are_aware_and_unknown_fields_are_kept(connect: Connect) -> None:
    given = {"created_at": "2024-01-02T03:04:05Z", "updated_at": "2024-01-02T03:04:05", "nickname": "annie"}
    user, _ = await call(connect, "get", answer(json=given), "ann")
    assert user.created_at == user.updated_at == datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert user.nickname == "annie"
    assert user.to_dict()["nickname"] == "annie"


async def test_every_field_may_be_null(connect: Connect) -> None:
    user, _ = await call(connect, "get", answer(json=dict.fromkeys(User.__struct_fields__)), "ann")
    assert user == User()


async def test_a_policy_may_leave_an_operation_open(connect: Connect) -> None:
    operations = {"query": None, "index": {"allow_any_resource": False, "allowed_resources": {"corpora": ["k"]}}}
    given = {"api_policy": {"name": "p", "allowed_operations": operations}}
    user, _ = await call(connect, "get", answer(json=given), "ann")
    assert user.api_policy.allowed_operations["query"] is None
    assert user.api_policy.allowed_operations["index"].allowed_resources == {"corpora": ["k"]}


async def test_a_field_of_another_type_is_told(connect: Connect) -> None:
    error = await refused(connect, "get", answer(json={"username": 7}), "ann")
    assert isinstance(error, ParsingError)
    assert "$.username" in str(error)


@rows(26, 27)
@pytest.mark.parametrize("given", [answer(404, json={"id": "nobody", "messages": ["m"]}), answer(404)])
async def test_a_user_who_does_not_exist_is_not_found_also_without_a_body(connect: Connect, given: Answer) -> None:
    assert isinstance(await refused(connect, "get", given, "nobody"), NotFoundError)


async def test_a_refusal_carries_its_messages(connect: Connect) -> None:
    error = await refused(connect, "get", answer(403, json={"messages": ["no", "never"], "request_id": "r"}), "u")
    assert isinstance(error, ForbiddenError)
    assert error.body == Error(messages=["no", "never"], request_id="r")
    assert str(error) == "GET /v2/users/u answered 403: no; never (request id r)"


@rows(28)
@pytest.mark.parametrize("body", [{"messages": "x"}, ["x"], {"detail": "x"}, "x"])
async def test_a_refusal_of_another_shape_is_still_one(connect: Connect, body: Any) -> None:
    error = await refused(connect, "get", answer(403, json=body), "u")
    assert isinstance(error, ForbiddenError)
    assert error.body == body
    assert str(error).endswith("answered 403: x")


@pytest.mark.parametrize("given", [answer(403), answer(403, text="<html>")])
async def test_a_refusal_that_is_no_json_is_still_one(connect: Connect, given: Answer) -> None:
    assert isinstance(await refused(connect, "get", given, "u"), ForbiddenError)


@rows(29, 30, 31)
@pytest.mark.parametrize(
    ("changes", "body"),
    [
        ({}, {}),
        ({"enabled": False}, {"enabled": False}),
        ({"api_roles": []}, {"api_roles": []}),
        ({"description": "d", "agent_roles": None}, {"description": "d", "agent_roles": None}),
    ],
)
async def test_an_update_sends_what_changes(connect: Connect, changes: dict[str, Any], body: dict[str, Any]) -> None:
    user, seen = await call(connect, "update", answer(json={**ANN, "enabled": False}), "ann", **changes)
    assert (seen.method, seen.target, seen.json()) == ("PATCH", "/v2/users/ann", body)
    assert user.enabled is False


@rows(33)
async def test_an_invalid_update_is_a_bad_request(connect: Connect) -> None:
    error = await refused(connect, "update", answer(400, json={"messages": ["x"]}), "u", description="")
    assert isinstance(error, BadRequestError)


@rows(34)
async def test_deleting_gives_nothing(connect: Connect) -> None:
    result, seen = await call(connect, "delete", answer(204), "ann")
    assert (seen.method, seen.target, result) == ("DELETE", "/v2/users/ann", None)


@rows(35, 36)
@pytest.mark.parametrize("body", [{"username": "u", "email": "e"}, {}, {"one_time_code": "otc"}])
async def test_a_password_is_reset(connect: Connect, body: dict[str, str]) -> None:
    result, seen = await call(connect, "reset_password", answer(json=body), "u")
    assert (seen.method, seen.target, seen.headers["content-length"]) == ("POST", "/v2/users/u/reset_password", "0")
    assert result == ResetPasswordUsersResponse(**body)


@pytest.mark.parametrize(("given", "kind"), [(answer(json=None), ParsingError), (answer(200), ApiError)])
async def test_a_reset_that_answers_nothing_is_an_error(connect: Connect, given: Answer, kind: type) -> None:
    assert type(await refused(connect, "reset_password", given, "u")) is kind


async def test_the_response_is_there_beside_the_result(connect: Connect) -> None:
    with scripted(answer(json=ANN, headers={"X-Request-Id": "r1"})) as server:
        async with open_client(connect(server.url)) as client:
            response = await finished(client.users.with_raw_response.get("ann"))
    assert (response.status_code, response.headers["x-request-id"]) == (200, "r1")
    assert response.data.username == "ann"


@pytest.mark.parametrize(
    ("method", "args", "given"),
    [
        ("list", {}, answer(json={"users": []})),
        ("create", {"email": "e"}, answer(201, json=ANN)),
        ("get", {"username": "u"}, answer(json=ANN)),
        ("update", {"username": "u"}, answer(json=ANN)),
        ("delete", {"username": "u"}, answer(204)),
        ("reset_password", {"username": "u"}, answer(json={})),
    ],
)
async def test_the_server_is_told_how_long_it_may_work(
    connect: Connect, method: str, args: dict[str, str], given: Answer
) -> None:
    _, seen = await call(connect, method, given, **args, request_timeout=5)
    assert seen.headers["request-timeout"] == "5"


@pytest.mark.parametrize("body", [{"messages": ["x"]}, None])
async def test_a_new_user_is_not_sent_again_after_an_answer_that_may_come_late(connect: Connect, body: Any) -> None:
    error = await refused(connect, "create", answer(500, json=body), email="a@x.io")
    assert error.status_code == 500
