"""Cases 42 to 49 of the wire contract: API keys."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from tests.conformance.homebox.test_entry import days_left
from tests.kit.cases import improved, kept
from tests.kit.homebox import NOBODY, House, Person, refusal

KEYS = "/users/self/api-keys"
FAILED = "Key: 'APIKeyCreate.Name' Error:Field validation for 'Name' failed on the '{}' tag"


@kept(42, "no keys yet: `[]`")
def test_no_keys_yet(ann: Person) -> None:
    assert ann.ask("GET", KEYS).json() == []


@kept(43, "a new key: 201, its value once, 30 days")
def test_a_new_key(ann: Person) -> None:
    made = ann.key(name="ci")
    assert re.fullmatch(r"hb_[A-Za-z0-9_-]{43}", made.pop("token"))
    assert made.keys() == {"id", "userId", "name", "createdAt", "expiresAt", "lastUsedAt"}
    assert (made["userId"], made["name"], made["lastUsedAt"]) == (ann.id, "ci", None)
    assert days_left(made["expiresAt"]) == 30
    assert ann.ask("GET", KEYS).json() == [made]


def test_the_newest_key_comes_first(ann: Person) -> None:
    for name in ("one", "two", "two"):
        ann.key(name=name)
    assert [key["name"] for key in ann.ask("GET", KEYS).json()] == ["two", "two", "one"]


@kept(44, "a key stands in the header only, and its use is noted")
def test_the_use_of_a_key(house: House, ann: Person) -> None:
    key = ann.key()["token"]
    assert house.ask("GET", "/users/self", authorization=f"Bearer {key}").status_code == 200
    listed = house.ask("GET", KEYS, authorization=key)
    assert listed.json()[0]["lastUsedAt"] is not None
    refused = (401, "valid authorization token is required")
    assert refusal(house.ask("GET", f"/users/self?access_token={key}")) == refused
    cookies = f"hb.auth.token={key}; hb.auth.remember=true"
    assert refusal(house.ask("GET", "/users/self", cookies=cookies)) == refused


@kept(45, "a key without a name, or with a long one: 422 with the field")
@pytest.mark.parametrize(
    ("body", "rule"), [({}, "required"), ({"name": " "}, "required"), ({"name": "x" * 256}, "max")]
)
def test_a_key_with_a_bad_name(ann: Person, body: dict[str, str], rule: str) -> None:
    answer = ann.ask("POST", KEYS, body)
    assert refusal(answer) == (422, "Validation Error")
    assert answer.json()["fields"] == {"Name": FAILED.format(rule)}


@kept(46, "a key that has expired already: made, and opens nothing")
def test_a_key_that_has_expired(house: House, ann: Person) -> None:
    key = ann.key(expiresAt=(datetime.now(UTC) - timedelta(hours=1)).isoformat())
    assert ann.alive(key["token"]) == 401
    assert [listed["id"] for listed in ann.ask("GET", KEYS).json()] == [key["id"]]


@improved(47, "a date without a time: 500", "400")
@pytest.mark.parametrize("expires_at", ["2027-01-01", "", "x", 5, "0001-01-01T00:00:00+12:00"])
def test_a_key_with_a_bad_end(ann: Person, expires_at: object) -> None:
    assert refusal(ann.ask("POST", KEYS, {"name": "ci", "expiresAt": expires_at}))[0] == 400


def test_the_zero_time_is_no_time(ann: Person) -> None:
    assert days_left(ann.key(expiresAt="0001-01-01T00:00:00Z")["expiresAt"]) == 30
    assert ann.key(expiresAt="9999-12-31T23:59:59Z")["expiresAt"].startswith("9999-12-31")


@kept(48, "a key cannot be logged out or refreshed: 400")
def test_a_key_is_no_session(house: House, ann: Person) -> None:
    key = ann.key()["token"]
    logout = house.ask("POST", "/users/logout", authorization=key)
    assert refusal(logout) == (400, "API keys cannot be logged out; revoke them from the API keys page")
    refresh = house.ask("GET", "/users/refresh", authorization=key)
    assert refusal(refresh) == (400, "API keys do not require refresh")


@kept(49, "deleting a key: only one's own, and at once")
def test_deleting_a_key(ann: Person, bob: Person) -> None:
    foreign, own = bob.key(), ann.key()
    assert refusal(ann.ask("DELETE", f"{KEYS}/{foreign['id']}")) == (404, "Not Found")
    assert refusal(ann.ask("DELETE", f"{KEYS}/{NOBODY}")) == (404, "Not Found")
    assert refusal(ann.ask("DELETE", f"{KEYS}/abc")) == (400, "invalid route key: id")
    assert ann.ask("DELETE", f"{KEYS}/{own['id']}").status_code == 204
    assert (ann.alive(own["token"]), bob.alive(foreign["token"])) == (401, 200)
