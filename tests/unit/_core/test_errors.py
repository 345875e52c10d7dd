"""What an error says, and what it keeps to itself."""

import copy
import pickle
import traceback
from encodings.aliases import aliases
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

import gatepost
from gatepost._core.errors import (
    ApiError,
    BadRequestError,
    ConflictError,
    ForbiddenError,
    NotFoundError,
    ParsingError,
    TooManyRequestsError,
    UnauthorizedError,
    UnprocessableEntityError,
    refusal,
)
from tests.kit.flows import answered

HTML = "<!DOCTYPE html><title>It works</title>"
JSON = ("content-type", "application/json")


def refused(status: int, path: str = "/v1/users/u1", **answer: Any) -> ApiError:
    response = answered(status, **answer)
    response.request = httpx.Request("GET", f"https://api.example{path}")
    return refusal(response)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, BadRequestError),
        (401, UnauthorizedError),
        (403, ForbiddenError),
        (404, NotFoundError),
        (409, ConflictError),
        (422, UnprocessableEntityError),
        (429, TooManyRequestsError),
        (302, ApiError),
        (418, ApiError),
        (500, ApiError),
    ],
)
def test_the_status_chooses_the_class(status: int, kind: type[ApiError]) -> None:
    error = refused(status, json={"message": "no"})
    assert type(error) is kind
    assert (error.status_code, error.body) == (status, {"message": "no"})


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"message": "no such user"}, "no such user"),
        ({"detail": "no such user"}, "no such user"),
        ({"error": "no such user", "status": 404}, "no such user"),
        ({"error": {"code": 7, "message": "no such user"}}, "no such user"),
        ({"messages": ["no such", "user"]}, "no such; user"),
        ({"detail": [{"loc": ["body"], "message": "too long"}, {"message": "too short"}]}, "too long; too short"),
        ({"error_description": "expired"}, "expired"),
        ({"error": "invalid_grant", "error_description": "expired"}, "expired"),
        ({"message": "", "title": "Not Found"}, "Not Found"),
        ({"message": {"unheard": "of"}, "title": "Not Found"}, "Not Found"),
        ("no such user", "no such user"),
        (["no such", {"title": "user"}, None, {}], "no such; user"),
        (404, "404"),
        ({"title": 404}, "404"),
        ({}, "no reason given"),
        ([], "no reason given"),
        (None, "no reason given"),
        ({"unheard": "of"}, "no reason given"),
        ({"message": {"message": {"message": {"message": {"message": "deep"}}}}}, "no reason given"),
    ],
)
def test_the_sentence_for_people_is_found_in_the_shapes_servers_use(body: object, message: str) -> None:
    assert str(refused(404, json=body)) == f"GET /v1/users/u1 answered 404: {message}"


def test_fields_that_are_no_message_are_not_shown() -> None:
    error = refused(422, json={"detail": [{"msg": "too short", "input": "hunter2"}], "password": "hunter2"})
    assert "hunter2" not in str(error) + repr(error)


def test_a_plain_text_is_the_message_and_a_long_one_is_cut() -> None:
    assert str(refused(500, text="out of order")).endswith("answered 500: out of order")
    assert len(str(refused(500, text="no " * 10_000))) < 400


@pytest.mark.parametrize("page", [HTML, "\n  <html><body>502</body></html>", "<HTML>"])
@pytest.mark.parametrize("status", [200, 404, 502])
def test_a_web_page_is_told_and_not_shown(page: str, status: int) -> None:
    assert str(refused(status, html=page)).endswith(": a web page instead of JSON; is the base URL right?")


def test_an_empty_body_is_none() -> None:
    error = refused(404)
    assert error.body is None
    assert str(error) == "GET /v1/users/u1 answered 404: no reason given"


@pytest.mark.parametrize("location", ["https://login.example/in?code=c0de", "https://login.example/in#token=c0de"])
def test_a_redirect_that_was_not_followed_says_where_to_without_what_it_carries(location: str) -> None:
    error = refused(302, headers=[("Location", location)])
    assert str(error).endswith("answered 302: redirected to https://login.example/in; is the base URL right?")


def test_a_redirect_to_nowhere_is_told_too() -> None:
    assert "redirected to nowhere" in str(refused(302))


@pytest.mark.parametrize("name", ["X-Request-Id", "request-id", "X-Correlation-ID"])
def test_the_request_id_is_told_for_the_logs_of_the_server(name: str) -> None:
    error = refused(500, headers=[(name, "r-17")], json={"message": "no"})
    assert error.request_id == "r-17"
    assert str(error).endswith("answered 500: no (request id r-17)")


def test_the_query_is_left_out() -> None:
    assert "c0de" not in str(refused(404, "/v1/callback?code=c0de"))


@pytest.mark.parametrize(
    "body",
    ['{"value": "t0ken"}', '{"value": "t0ken', "t0ken", '["t0ken"]', '"t0ken"', '{"message": "t0ken", "value": 1}'],
)
@pytest.mark.parametrize("kind", [ApiError, ParsingError])
def test_what_came_with_a_success_is_not_shown_for_it_may_be_a_secret(body: str, kind: type[ApiError]) -> None:
    response = answered(201, text=body)
    response.request = httpx.Request("POST", "https://api.example/tokens")
    error = kind.of(response, body)
    assert error.body == body
    assert "t0ken" not in str(error) + repr(error)


def test_a_success_without_a_usable_body_says_so() -> None:
    assert str(refused(200, text="{")).endswith("answered 200: the body is not JSON")
    assert str(refused(204)).endswith("answered 204: the body is empty")


def test_the_text_is_one_line_that_steers_no_terminal() -> None:
    error = refused(404, "/v1/users/a%0Ab", json={"message": "no\r\nINFO fine\x1b[2J\u202e\u2028"})
    assert str(error) == "GET /v1/users/a b answered 404: no INFO fine [2J"
    assert str(error) in repr(error)


def test_a_body_nested_without_end_is_a_text() -> None:
    error = refused(400, text="[" * 100_000)
    assert isinstance(error.body, str)
    assert str(error).startswith("GET /v1/users/u1 answered 400: [[[")


@pytest.mark.parametrize("levels", [10, 100, 400])
def test_a_message_is_not_looked_for_at_any_depth(levels: int) -> None:
    body = '[{"message": ' * levels + '"here"' + "}]" * levels
    assert str(refused(400, text=body)).endswith(": no reason given")


def test_no_charset_a_server_names_hides_the_refusal() -> None:
    for charset in {*aliases, *aliases.values(), "undefined", "idna", "punycode", "nonsense", ""}:
        content_type = ("content-type", f"text/plain; charset={charset}")
        error = refused(503, headers=[content_type], content=b"out of \xff\xfe order: +AGE- %s \\x")
        assert isinstance(error.body, str), charset
        assert str(error), charset


def test_a_text_is_read_in_the_charset_the_server_names() -> None:
    error = refused(400, headers=[("content-type", "text/plain; charset=latin-1")], content="wütend".encode("latin-1"))
    assert error.body == "wütend"


def test_a_byte_order_mark_is_no_part_of_json() -> None:
    assert refused(400, headers=[JSON], content=b'\xef\xbb\xbf{"message": "no"}').body == {"message": "no"}


def test_an_error_made_by_hand_has_the_status_of_its_class() -> None:
    error = NotFoundError({"message": "gone"}, {"x-request-id": "r"})
    assert (error.status_code, error.request_id, str(error)) == (404, "r", "gone (request id r)")
    assert str(ApiError()) == "no reason given"


def test_a_traceback_names_an_error_as_it_is_imported() -> None:
    error = refused(404)
    assert traceback.format_exception_only(error) == [
        "gatepost.NotFoundError: GET /v1/users/u1 answered 404: no reason given\n"
    ]
    assert gatepost.NotFoundError is NotFoundError


def pickled(error: ApiError) -> Any:
    return pickle.loads(pickle.dumps(error))  # noqa: S301  what was pickled in this line


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, pickled])
def test_an_error_survives_the_way_to_another_process(again: Any) -> None:
    error = refused(409, json={"message": "taken"}, headers=[("X-Request-Id", "r")])
    other = again(error)
    assert type(other) is ConflictError
    assert (other.status_code, other.body, other.headers, str(other)) == (409, error.body, error.headers, str(error))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda values: st.lists(values) | st.dictionaries(st.sampled_from(["message", "error", "x"]) | st.text(), values),
)


@given(status=st.integers(300, 599), body=json_values)
def test_whatever_json_refuses_the_text_is_one_short_line(status: int, body: Any) -> None:
    text = str(refused(status, json=body))
    assert text.isprintable()
    assert len(text) < 500


@given(status=st.integers(200, 599), content=st.binary())
def test_whatever_bytes_refuse_there_is_a_text(status: int, content: bytes) -> None:
    assert str(refused(status, content=content)).isprintable()
