"""What a call's request looks like."""

from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost._core.calls import Call
from gatepost._core.exchange import build
from gatepost._core.options import RequestOptions
from gatepost._core.secrets import Secret
from gatepost._core.service import Service, Static, service
from tests.unit._core.conftest import Remote

TOKEN = {"X-Auth-Token": Secret("pat1")}


def written(there: Service, call: Call, **options: Any) -> httpx.Request:
    asked: RequestOptions = options  # type: ignore[assignment]  # tests also pass what the type forbids
    return build(call, there, asked, TOKEN)


@pytest.mark.parametrize("base_url", ["https://api.example/v1", "https://api.example/v1/", "https://api.example/v1//"])
def test_the_address_is_the_base_and_the_path(remote: Remote, base_url: str) -> None:
    assert str(written(remote(base_url), Call("GET", "/me")).url) == "https://api.example/v1/me"


def test_a_call_may_go_to_another_base(remote: Remote) -> None:
    request = written(remote(), Call("POST", "/oauth2/token", origin="https://auth.example"))
    assert str(request.url) == "https://auth.example/oauth2/token"


def test_what_every_request_says(remote: Remote) -> None:
    headers = written(remote(), Call("GET", "/me")).headers
    assert headers["accept"] == "application/json"
    assert headers["accept-encoding"] == "identity"
    assert headers["user-agent"].startswith("gatepost/")
    assert headers["host"] == "api.example"
    assert not {"content-type", "content-length", "cookie"} & set(headers)


def test_later_headers_replace_earlier_whatever_their_spelling(remote: Remote) -> None:
    there = remote(headers={"ACCEPT": "client", "X-A": "client", "X-B": "client", "x-auth-token": "client"})
    call = Call("GET", "/me", headers={"accept": "call", "x-b": "call", "X-C": "call", "X-AUTH-TOKEN": "call"})
    headers = written(there, call, additional_headers={"Accept": "option", "x-c": "option"}).headers
    assert headers.get_list("accept") == ["option"]
    assert headers.get_list("x-a") == ["client"]
    assert headers.get_list("x-b") == ["call"]
    assert headers.get_list("x-c") == ["option"]
    assert headers.get_list("x-auth-token") == ["pat1"]


def test_only_the_caller_of_a_call_replaces_a_credential(remote: Remote) -> None:
    headers = written(remote(), Call("GET", "/me"), additional_headers={"x-auth-token": "other"}).headers
    assert headers.get_list("X-Auth-Token") == ["other"]


def test_a_header_set_to_none_is_left_out(remote: Remote) -> None:
    headers = written(remote(headers={"User-Agent": None, "X-Unknown": None}), Call("GET", "/me")).headers
    assert "user-agent" not in headers
    assert "x-unknown" not in headers
    headers = written(remote(), Call("GET", "/me"), additional_headers={"user-agent": None, "X-A": "a"}).headers
    assert "user-agent" not in headers
    assert headers["x-a"] == "a"


@pytest.mark.parametrize("kind", [httpx.Client, httpx.AsyncClient])
def test_an_http_client_that_was_passed_in_lends_headers_that_are_not_ours(remote: Remote, kind: Any) -> None:
    own = kind(headers={"X-Gateway": "g", "X-Auth-Token": "old", "Accept-Encoding": "gzip"})
    headers = written(remote(client=own), Call("GET", "/me")).headers
    assert (headers["x-gateway"], headers["x-auth-token"]) == ("g", "pat1")
    assert headers["accept-encoding"] == "identity"


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ({}, ""),
        ({"q": None}, ""),
        ({"q": "a b+c/ü%"}, "?q=a+b%2Bc%2F%C3%BC%25"),
        ({"q": "a&b=c#d?e;f"}, "?q=a%26b%3Dc%23d%3Fe%3Bf"),
        ({"q": ""}, "?q="),
        ({"a": True, "b": False, "c": 0, "d": 1.5}, "?a=true&b=false&c=0&d=1.5"),
        ({"id": ["x", "y z"], "n": None}, "?id=x&id=y+z"),
        ({"ü": "☃"}, "?%C3%BC=%E2%98%83"),
        ({"q": "..", "p": "/../"}, "?q=..&p=%2F..%2F"),
        ({"q": "%2F"}, "?q=%252F"),
    ],
)
def test_a_query_is_written_as_forms_are(remote: Remote, query: dict[str, Any], text: str) -> None:
    url = written(remote(), Call("GET", "/search", query=query)).url
    assert url.raw_path.decode() == f"/v1/search{text}"


def test_a_query_is_nowhere_written_down(remote: Remote) -> None:
    request = written(remote(), Call("GET", "/callback", query={"code": "c0de"}))
    assert str(request.url) == "https://api.example/v1/callback"
    assert "c0de" not in f"{request!r} {request.url!r}"
    assert request.url.query == b"code=c0de"


def test_additional_parameters_join_those_of_the_call_and_replace_them(remote: Remote) -> None:
    call = Call("GET", "/search", query={"q": "a", "page": 1})
    url = written(remote(), call, additional_query_parameters={"page": 2, "trace": True, "none": None}).url
    assert url.query == b"q=a&page=2&trace=true"


@given(query=st.dictionaries(st.text(), st.text()))
def test_whatever_is_asked_arrives(query: dict[str, str]) -> None:
    url = written(service("https://api.example", Static({})), Call("GET", "/search", query=query)).url
    assert dict(parse_qsl(url.query.decode(), keep_blank_values=True, strict_parsing=bool(query))) == query


@pytest.mark.parametrize(
    ("given_json", "content"),
    [
        ({"name": "é", "expiresAt": None}, '{"name":"é","expiresAt":null}'),
        ({}, "{}"),
        (None, "null"),
        ([1, "a"], '[1,"a"]'),
    ],
)
def test_json_is_compact_and_in_utf8(remote: Remote, given_json: Any, content: str) -> None:
    request = written(remote(), Call("PUT", "/me", json=given_json))
    assert request.content == content.encode()
    assert request.headers["content-type"] == "application/json"
    assert request.headers["content-length"] == str(len(content.encode()))


def test_additional_fields_join_a_json_body_and_replace_its(remote: Remote) -> None:
    request = written(remote(), Call("PUT", "/me", json={"a": 1, "b": 2}), additional_body_parameters={"b": 3, "c": 4})
    assert request.content == b'{"a":1,"b":3,"c":4}'


def test_additional_fields_make_a_body_where_there_was_none(remote: Remote) -> None:
    request = written(remote(), Call("POST", "/authorize"), additional_body_parameters={"a": 1})
    assert (request.content, request.headers["content-type"]) == (b'{"a":1}', "application/json")


def test_a_form_is_sent_as_one_with_additional_fields(remote: Remote) -> None:
    call = Call("POST", "/token", form={"grant_type": "client_credentials", "secret": "a b&c"})
    request = written(remote(), call, additional_body_parameters={"scope": "all"})
    assert request.content == b"grant_type=client_credentials&secret=a+b%26c&scope=all"
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"


def test_additional_fields_stand_beside_an_uploaded_file(remote: Remote) -> None:
    call = Call("POST", "/image", files={"file": ("a.png", b"\x89PNG")})
    request = written(remote(), call, additional_body_parameters={"crop": "square"})
    content = request.read()
    assert content.index(b'name="crop"') < content.index(b'name="file"; filename="a.png"')
    assert request.headers["content-type"].startswith("multipart/form-data; boundary=")


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_what_has_no_body_says_so(remote: Remote, method: str) -> None:
    headers = written(remote(), Call(method, "/authorize")).headers
    assert headers["content-length"] == "0"
    assert "content-type" not in headers


def phases(request: httpx.Request) -> list[float | None]:
    limits = request.extensions["timeout"]
    return [limits[phase] for phase in ("connect", "read", "write", "pool")]


def test_nothing_is_waited_for_longer_than_a_minute_unless_told(remote: Remote) -> None:
    assert phases(written(remote(), Call("GET", "/me"))) == [60.0] * 4


@pytest.mark.parametrize(
    ("options", "seconds"),
    [
        ({}, 7.0),
        ({"timeout": 1.0}, 1.0),
        ({"timeout_in_seconds": 2}, 2),
        ({"timeout": 1.0, "timeout_in_seconds": 2}, 1.0),
        ({"timeout": None, "timeout_in_seconds": 2}, 2),
        ({"timeout": None, "timeout_in_seconds": None}, 7.0),
        ({"timeout": 0}, 0),
    ],
)
def test_a_call_may_have_a_time_out_of_its_own(remote: Remote, options: dict[str, Any], seconds: float) -> None:
    assert phases(written(remote(timeout=7.0), Call("GET", "/me"), **options)) == [seconds] * 4


def test_a_call_may_limit_each_phase(remote: Remote) -> None:
    limits = httpx.Timeout(5.0, connect=1.0, read=None)
    assert phases(written(remote(), Call("GET", "/me"), timeout=limits)) == [1.0, None, 5.0, 5.0]


@pytest.mark.parametrize("kind", [httpx.Client, httpx.AsyncClient])
def test_an_http_client_that_was_passed_in_lends_its_time_out(remote: Remote, kind: Any) -> None:
    own = kind(timeout=httpx.Timeout(3.0, connect=1.0))
    assert phases(written(remote(client=own), Call("GET", "/me"))) == [1.0, 3.0, 3.0, 3.0]
    assert phases(written(remote(client=own, timeout=9.0), Call("GET", "/me"))) == [9.0] * 4


@pytest.mark.parametrize("value", ["t0ken\n", " t0ken", "t0ken\r\nX-Evil: 1", "t0ken\u00e9", "t0ken\x00"])
def test_a_header_that_cannot_travel_is_named_and_not_shown(remote: Remote, value: str) -> None:
    for attempt in (
        lambda: written(remote(), Call("GET", "/me"), additional_headers={"X-Auth-Token": value}),
        lambda: remote(headers={"X-Auth-Token": value}),
    ):
        with pytest.raises(ValueError, match=r"^the header X-Auth-Token has blanks around it, or characters") as failed:
            attempt()
        assert "t0ken" not in repr(failed.value)
        assert failed.value.__context__ is None


def test_a_call_shows_neither_body_nor_query() -> None:
    call = Call("POST", "/login", json={"password": "s3cret"}, form={"p": "s3cret"}, query={"code": "s3cret"})
    assert repr(call) == "<Call POST /login>"
