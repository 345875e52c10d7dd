"""Bodies and queries that break a rule: refused by the name of the field, and without a trace."""

import gzip
from typing import Any

import pytest

from tests.kit.backstage import Member
from tests.kit.site import Site
from tests.kit.vectara import USERS, target
from tests.web.vectara.conftest import Refused

BOB = USERS + b"/bob"
WAYS = {"create": ("POST", USERS), "update": ("PATCH", BOB)}
both = pytest.mark.parametrize("way", WAYS)
NO_OBJECT = {
    "empty": b"", "open brace": b"{", "words": b"not json", "two values": b'{"email":"x@example.org"}{}',
    "NaN": b'{"email":NaN}', "bad UTF-8": b'{"description":"\xff"}', "half a surrogate": rb'{"description":"\ud800"}',
    "gzip": gzip.compress(b"{}"), "deep": b"[" * 400_000, "null": b"null", "list": b"[]", "text": b'"x"',
    "number": b"1",
}  # fmt: skip
NO_LIST = [0, True, "viewer", {}, {"role": "viewer"}]
WRONG: list[tuple[str, Any]] = [
    *(("api_roles", value) for value in [*NO_LIST, [None], [1], [["viewer"]], [{}], ["emperor"], ["editor"], [""]]),
    *(("api_roles", value) for value in [["Owner"], ["owner "], ["viewer", "nobody"], ["viewer"] * 1_001]),
    *(("corpus_roles", value) for value in [*NO_LIST, [None], ["viewer"], [{}], [{"role": "viewer"}]]),
    *(("corpus_roles", [{"corpus_key": key, "role": "viewer"}]) for key in ["", "a b", "a/b", "ü", "x" * 129, None, 1]),
    *(("corpus_roles", [{"corpus_key": "k", "role": role}]) for role in ["agent_user", "corpus_admin", "", None, 1]),
    *(("agent_roles", value) for value in [*NO_LIST, [None], [{"corpus_key": "k", "role": "viewer"}]]),
    *(("agent_roles", [{"agent_key": "k", "role": role}]) for role in ["viewer", "owner", "", None]),
    *(("description", value) for value in [0, True, [], {}, "x" * 2_001, "a\x00b"]),
]


@pytest.fixture(scope="session", autouse=True)
def bob(site: Site, owner: Member) -> Member:
    return site.stage.member("bob@example.org", username="bob")


@both
@pytest.mark.parametrize("body", NO_OBJECT.values(), ids=NO_OBJECT)
def test_what_is_no_json_object_is_refused(refused: Refused, token: str, way: str, body: bytes) -> None:
    told = refused(target(WAYS[way][0], token, WAYS[way][1], body), 400)
    assert told["messages"][0].startswith("The body ")
    assert told["field_errors"] == {}


@both
@pytest.mark.parametrize(("field", "value"), WRONG)
def test_a_wrong_field_is_named(refused: Refused, token: str, way: str, field: str, value: Any) -> None:
    told = refused(target(WAYS[way][0], token, WAYS[way][1], {"email": "x@example.org", field: value}), 400)
    assert list(told["field_errors"]) == [field]


@pytest.mark.parametrize("email", [None, 0, "", " ", "x", "a@", "@x.io", "a b@x.io", "a@x..io", "a\n@x.io", "x" * 255])
def test_what_is_no_address_is_named(refused: Refused, token: str, email: Any) -> None:
    assert list(refused(target("POST", token, body={"email": email}), 400)["field_errors"]) == ["email"]


def test_an_address_is_needed(refused: Refused, token: str) -> None:
    assert list(refused(target("POST", token, body={"username": "x"}), 400)["field_errors"]) == ["email"]


@pytest.mark.parametrize("name", [0, [], "a\x00", "a\nb", "\u202ea", "x" * 256, ".", "..", " .. "])
def test_a_username_that_no_path_leads_to_is_named(refused: Refused, token: str, name: Any) -> None:
    body = {"email": "x@example.org", "username": name}
    assert list(refused(target("POST", token, body=body), 400)["field_errors"]) == ["username"]


@pytest.mark.parametrize("value", [0, 1, "yes", "true", [], {}])
def test_enabled_is_true_or_false(refused: Refused, token: str, value: Any) -> None:
    assert list(refused(target("PATCH", token, BOB, {"enabled": value}), 400)["field_errors"]) == ["enabled"]


@both
@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/jsonx", "x"])
def test_a_body_that_claims_to_be_no_json_is_refused(refused: Refused, token: str, way: str, kind: str) -> None:
    asked = target(WAYS[way][0], token, WAYS[way][1], {"email": "x@example.org"}).without("content-type")
    refused(asked.also((b"content-type", kind.encode())), 415)


def test_too_large_a_body_is_refused(refused: Refused, token: str) -> None:
    refused(target("POST", token, body=b" " * (2**20 + 1)), 413)


def test_what_is_wrong_is_told_before_who_is_there(refused: Refused, token: str) -> None:
    refused(target("PATCH", token, USERS + b"/nobody", {"api_roles": ["emperor"]}), 400)
    assert refused(target("PATCH", token, USERS + b"/nobody", {}), 404)["id"] == "nobody"


LIMITS = ["", "0", "-1", "101", "1.5", "abc", "007", "+5", " 5", "0x5", "%D9%A1", "1e1", "9" * 30, "1&limit=2"]
KEYS = ["", "a%20b", "a/b", "a%2Fb", "%C3%BC", "x" * 51, "a&corpus_key=b", "*"]


@pytest.mark.parametrize("limit", LIMITS)
def test_a_limit_is_a_number_from_1_to_100(refused: Refused, token: str, limit: str) -> None:
    told = refused(target("GET", token, USERS + f"?limit={limit}".encode()), 400)
    assert list(told["field_errors"]) == ["limit"]


@pytest.mark.parametrize("key", KEYS)
def test_a_corpus_key_has_50_plain_characters(refused: Refused, token: str, key: str) -> None:
    told = refused(target("GET", token, USERS + f"?corpus_key={key}".encode()), 400)
    assert list(told["field_errors"]) == ["corpus_key"]


@pytest.mark.parametrize("query", ["?x=1", "?", "?limit=100", "?page_key=", "?limit=1&x=1&x=2"])
def test_other_parameters_change_nothing(site: Site, token: str, query: str) -> None:
    assert site.ask(target("GET", token, USERS + query.encode())).status == 200


def test_a_query_that_is_not_utf_8_is_refused(refused: Refused, token: str) -> None:
    refused(target("GET", token, USERS + b"?limit=%ff"), 400)
