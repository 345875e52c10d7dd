import gzip
import json
from typing import Any

import pytest

from tests.kit.backstage import Member
from tests.kit.kipu import target
from tests.kit.site import Site
from tests.web.kipu.conftest import Refusals, Watch

OPERATIONS = {"profile": ("PUT", "/me"), "token": ("POST", "/me/access-tokens"), "batch": ("POST", "/users/batch")}

NO_JSON = {
    "empty": b"",
    "blank": b"  \n",
    "open brace": b"{",
    "words": b"not json",
    "single quotes": b"{'name': 'n'}",
    "trailing comma": b'{"name":"n",}',
    "two values": b"{}{}",
    "NaN": b'{"name":NaN}',
    "half a number": b'{"name":-}',
    "raw NUL": b'{"name":"a\x00b"}',
    "NUL after the end": b"{}\x00",
    "bad UTF-8": b'{"name":"\xff","about":"\xff","ids":["\xff"]}',
    "raw surrogate": b'{"name":"\xed\xa0\x80","about":"\xed\xa0\x80","ids":["\xed\xa0\x80"]}',
    "half a surrogate": rb'{"name":"\ud800","about":"\ud800","ids":["\ud800"]}',
    "surrogates in the wrong order": rb'{"name":"\udc00\ud800","about":"\udc00\ud800","ids":["\udc00\ud800"]}',
    "bad escape": rb'{"name":"\x41"}',
    "byte order mark": b'\xef\xbb\xbf{"name":"n"}',
    "UTF-16": '{"name":"n"}'.encode("utf-16"),
    "gzip": gzip.compress(b'{"name":"n"}'),
    "form": b"name=n&about=a",
    "deep list": b"[" * 500_000,
    "deep object": b'{"a":' * 150_000,
    "deep unknown member": b'{"zzz":' + b"[" * 400_000 + b"]" * 400_000 + b"}",
}

NO_OBJECT = {
    "null": b"null",
    "list": b"[]",
    "text": b'"x"',
    "number": b"1",
    "true": b"true",
    "huge number": b"9" * 100_000,
}


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("body", [*NO_JSON.values(), *NO_OBJECT.values()], ids=[*NO_JSON, *NO_OBJECT])
def test_what_is_no_json_object_is_refused(refused: Refusals, ada: Member, operation: str, body: bytes) -> None:
    method, path = OPERATIONS[operation]
    message = refused(target(method, path, ada.token, body, content_type="application/json"), 400)
    assert message.startswith("The body ")


WRONG = [0, 1, -1.5, 1e300, True, False, [], ["x"], {}, {"a": "b"}]
FIELDS = {
    "currentPosition": ("profile", {}),
    "homepage": ("profile", {"about": "kept?"}),
    "about": ("profile", {"homepage": "http://kept"}),
    "name": ("token", {}),
    "expiresAt": ("token", {"name": "n"}),
    "ids": ("batch", {}),
}


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("value", WRONG, ids=json.dumps)
def test_a_value_of_the_wrong_type_is_refused_by_its_name(
    refused: Refusals, ada: Member, field: str, value: Any
) -> None:
    operation, others = FIELDS[field]
    if field == "ids" and value in ([], ["x"]):
        value = [value]
    method, path = OPERATIONS[operation]
    body = json.dumps({**others, field: value}).encode()
    assert f"$.{field}" in refused(target(method, path, ada.token, body), 400)


TEXTS = {
    "NUL": "a\x00b",
    "10,000 characters": "x" * 10_000,
    "10,000 astral characters": "\U0001f600" * 10_000,
}


@pytest.mark.parametrize("field", ["currentPosition", "homepage", "about", "name", "expiresAt"])
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_text_that_cannot_be_kept_is_refused_by_its_name(refused: Refusals, ada: Member, field: str, text: str) -> None:
    operation, others = FIELDS[field]
    method, path = OPERATIONS[operation]
    message = refused(target(method, path, ada.token, json.dumps({**others, field: text}).encode()), 400)
    assert field.removeprefix("current").lower() in message.lower()


@pytest.mark.parametrize(
    "name", [None, "", " ", "\t\n", "\u00a0", "a\nb", "\x1b[31mred", "\u202eevil", "x" * 201, "\ufeff"]
)
def test_a_token_without_a_readable_name_is_not_made(refused: Refusals, ada: Member, name: str | None) -> None:
    refused(target("POST", "/me/access-tokens", ada.token, json.dumps({"name": name}).encode()), 400)


def test_a_token_without_any_name_is_not_made(refused: Refusals, ada: Member) -> None:
    assert "name" in refused(target("POST", "/me/access-tokens", ada.token, b"{}"), 400)


DAYS = ["", " ", "2027-02-30", "2027-13-01", "2027-00-10", "27-1-1", "2027-1-1", "20270101", "2027-W01-1", "2027/01/01"]
DAYS += ["01.01.2027", "2027-01-01 ", "+2027-01-01", "-2027-01-01", "2027-01-01T00:00:00Z", "12027-01-01", "0000-01-01"]
DAYS += ["9999-12-31", "2020-01-01", "0001-01-01", "٢٠٢٧-٠١-٠١", "2027-01-01", "tomorrow", "null"]  # noqa: RUF001  digits of other scripts
DAYS.remove("2027-01-01")


@pytest.mark.parametrize("day", DAYS)
def test_a_day_that_is_none_or_is_over_is_refused(refused: Refusals, ada: Member, day: str) -> None:
    body = json.dumps({"name": "n", "expiresAt": day}).encode()
    assert refused(target("POST", "/me/access-tokens", ada.token, body), 400).startswith("expiresAt ")


HOMEPAGES = [
    "h",
    "//h",
    "http:",
    "http://",
    "https:///p",
    "ftp://h",
    "javascript:alert(1)",
    "data:text/html,x",
    "http://[::1",
    "http://a b",
    "http://h\n",
]


@pytest.mark.parametrize("homepage", HOMEPAGES)
def test_a_homepage_that_is_no_web_address_is_refused(refused: Refusals, ada: Member, homepage: str) -> None:
    body = json.dumps({"homepage": homepage, "about": "must not be kept"}).encode()
    assert refused(target("PUT", "/me", ada.token, body), 400).startswith("homepage ")


@pytest.mark.parametrize("ids", [None, "u1", {"0": "u1"}, [None], [1], [["u1"]], [{"id": "u1"}], [True], ["u1", 2]])
def test_ids_that_are_no_list_of_text_are_refused(refused: Refusals, ada: Member, ids: Any) -> None:
    assert "$.ids" in refused(target("POST", "/users/batch", body=json.dumps({"ids": ids}).encode()), 400)


def test_a_batch_without_ids_and_one_with_too_many_are_refused(refused: Refusals) -> None:
    assert "ids" in refused(target("POST", "/users/batch", body=b"{}"), 400)
    too_many = json.dumps({"ids": [f"u{number}" for number in range(201)]}).encode()
    assert "200" in refused(target("POST", "/users/batch", body=too_many), 400)


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("size", [2**20 + 1, 2**21])
@pytest.mark.parametrize("announced", [True, False])
def test_a_body_over_a_mebibyte_is_refused(
    refused: Refusals, ada: Member, operation: str, size: int, announced: bool
) -> None:
    method, path = OPERATIONS[operation]
    request = target(method, path, ada.token, b'{"name":"' + b"x" * (size - 11) + b'"}')
    if not announced:
        request = request.without("content-length")
    assert refused(request, 400, pieces=20) == "The request body is too large."


@pytest.mark.parametrize(
    "kind", ["application/json", "text/plain", "application/x-www-form-urlencoded", "nonsense", ""]
)
def test_a_json_body_is_read_whatever_it_is_declared_to_be(site: Site, ada: Member, kind: str) -> None:
    answer = site.ask(target("PUT", "/me", ada.token, b'{"about":"a"}', content_type=kind))
    assert (answer.status, answer.json()["about"]) == (200, "a")


def test_a_change_that_is_made_shows_where_refusals_look_for_none(site: Site, ada: Member, watch: Watch) -> None:
    before = watch()
    assert site.ask(target("PUT", "/me", ada.token, b'{"about":"a"}')).status == 200
    assert watch() != before


def test_a_body_may_come_in_many_pieces_and_with_members_nobody_knows(site: Site, ada: Member) -> None:
    body = json.dumps({"about": "a" * 1_000, "roles": ["owner"], "x": {"y": [1]}, "id": "1"}).encode()
    answer = site.ask(target("PUT", "/me", ada.token, body), pieces=50)
    assert (answer.status, answer.json()["about"], answer.json()["id"]) == (200, "a" * 1_000, ada.id)
    assert site.ask(target("PUT", "/me", ada.token, b'{"about":"a"}')).status == 200
