"""Bodies that no sign-up can be made of: refused in words, and without a trace."""

import gzip
import json

import pytest

from tests.kit.site import Site
from tests.kit.ubiops import PASSWORD, check_refusal, posted, sign_up
from tests.web.ubiops.conftest import Refused

NO_OBJECT = {
    "empty": b"",
    "blank": b" \n",
    "open brace": b"{",
    "words": b"not json",
    "two values": b"{}{}",
    "NaN": b'{"email":NaN}',
    "bad UTF-8": b'{"email":"\xff@x.io"}',
    "raw surrogate": b'{"email":"\xed\xa0\x80@x.io"}',
    "half a surrogate": rb'{"email":"\ud800@x.io"}',
    "byte order mark": b"\xef\xbb\xbf{}",
    "gzip": gzip.compress(b"{}"),
    "deep": b"[" * 400_000,
    "null": b"null",
    "list": b"[]",
    "text": b'"x"',
    "number": b"1",
}


@pytest.mark.parametrize("body", NO_OBJECT.values(), ids=NO_OBJECT)
def test_what_is_no_json_object_is_refused(refused: Refused, body: bytes) -> None:
    assert refused(posted(body), 400).startswith("The body ")


@pytest.mark.parametrize("field", ["email", "password"])
def test_a_missing_field_is_named(refused: Refused, field: str) -> None:
    body = {"email": "a@example.org", "password": PASSWORD}
    del body[field]
    assert field in refused(posted(json.dumps(body).encode()), 400)


@pytest.mark.parametrize("field", ["email", "password", "name", "surname", "phone"])
@pytest.mark.parametrize("value", [0, 1.5, True, [], {}, ["x"]])
def test_a_field_that_is_no_text_is_named(refused: Refused, field: str, value: object) -> None:
    body = {"email": "a@example.org", "password": PASSWORD} | {field: value}
    assert f"$.{field}" in refused(posted(json.dumps(body).encode()), 400)


@pytest.mark.parametrize("field", ["email", "password"])
def test_what_must_be_there_cannot_be_null(refused: Refused, field: str) -> None:
    body = {"email": "a@example.org", "password": PASSWORD} | {field: None}
    assert f"$.{field}" in refused(posted(json.dumps(body).encode()), 400)


LONGEST = {"password": 128, "name": 256, "surname": 256, "phone": 17}


@pytest.mark.parametrize("field", LONGEST)
def test_a_field_may_be_as_long_as_the_contract_says_and_no_longer(site: Site, refused: Refused, field: str) -> None:
    assert site.ask(sign_up("long@example.org", **{field: "é" * LONGEST[field]})).status == 201
    message = refused(sign_up("long@example.org", **{field: "é" * (LONGEST[field] + 1)}), 400)
    assert f"$.{field}" in message
    assert str(LONGEST[field]) in message


@pytest.mark.parametrize(
    "email",
    ["", " ", "x", "@", "a@", "@x.io", "a b@x.io", "a@x..io", "a@-x.io", "a\x00@x.io", "a\n@x.io", "a@b@x.io",
     "a@" + "x" * 64 + ".io", "a@x.io\u202e", "x" * 255],
)  # fmt: skip
def test_what_is_no_address_is_refused(refused: Refused, email: str) -> None:
    assert "email" in refused(sign_up(email), 400)


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("", "at least 8 characters"),
        ("1234567", "at least 8 characters"),
        ("password", "most common"),
        ("weak@example.org", "must differ"),
        ("Name of mine", "must differ"),
    ],
)
def test_a_weak_password_is_refused_with_the_reason(refused: Refused, password: str, words: str) -> None:
    assert words in refused(sign_up("weak@example.org", password=password, name="Name of mine"), 400)


@pytest.mark.parametrize("field", ["name", "surname", "phone"])
@pytest.mark.parametrize("value", ["a\x00b", "a\nb", "\x07", "\u202ea"])
def test_unprintable_text_is_refused_by_the_name_the_field_has_here(refused: Refused, field: str, value: str) -> None:
    assert refused(sign_up("odd@example.org", **{field: value}), 400).startswith(f"{field} ")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/jsonx", "x", ";"])
def test_a_body_that_claims_to_be_no_json_is_refused(refused: Refused, kind: str) -> None:
    request = sign_up("kind@example.org").without("content-type").also((b"content-type", kind.encode()))
    assert refused(request, 415) == "The body must be application/json."


@pytest.mark.parametrize("kind", [None, "application/json; charset=utf-8", "Application/JSON", "application/json ;x"])
def test_a_body_that_claims_nothing_or_json_is_read(site: Site, kind: str | None) -> None:
    request = sign_up("kind@example.org").without("content-type")
    assert site.ask(request.also((b"content-type", kind.encode())) if kind else request).status == 201


def test_too_large_a_body_is_refused(refused: Refused) -> None:
    refused(posted(b" " * (2**20 + 1)), 413)


def test_a_body_that_stops_is_refused(site: Site) -> None:
    request = sign_up("stops@example.org").without("content-length").also((b"content-length", b"1000"))
    assert site.ask(request).status in {201, 400}
    check_refusal(site.ask(posted(b'{"email":')), 400)
