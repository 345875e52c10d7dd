"""Cases 24 to 31 of the wire contract: one's own account, and the settings of programs."""

import pytest

from tests.kit.cases import improved, kept
from tests.kit.homebox import House, Person, refusal

KEYS = {"id", "name", "email", "isSuperuser", "defaultGroupId", "groupIds", "oidcIssuer", "oidcSubject"}


@kept(24, "one's own account: eight keys in `item`")
def test_the_own_account(ann: Person) -> None:
    answer = ann.ask("GET", "/users/self")
    assert list(answer.json()) == ["item"]
    item = answer.json()["item"]
    assert item.keys() == KEYS
    assert (item["name"], item["email"]) == (ann.name, ann.email)
    assert (item["isSuperuser"], item["oidcIssuer"], item["oidcSubject"]) == (False, None, None)
    assert item["groupIds"] == [item["defaultGroupId"]]


@kept(25, "another name and address: the whole account, the address in lower case")
def test_another_name_and_address(ann: Person) -> None:
    before = ann.item()
    answer = ann.ask("PUT", "/users/self", {"name": "Ann B", "email": f" New.{ann.email.title()} "})
    assert answer.status_code == 200
    assert answer.json()["item"] == before | {"name": "Ann B", "email": f"new.{ann.email}"}
    assert ann.alive() == 200


@pytest.mark.parametrize("name", ["Ann", "Ann  Marie Lee", "Zoë 🦉", "Trailing "])
def test_a_name_comes_back_as_it_was_sent(ann: Person, name: str) -> None:
    assert ann.ask("PUT", "/users/self", {"name": name, "email": ann.email}).json()["item"]["name"] == name


@improved(26, "an update without the address: 500", "400")
def test_an_update_of_the_name_alone(ann: Person) -> None:
    before = ann.item()
    assert refusal(ann.ask("PUT", "/users/self", {"name": "Ann"}))[0] == 400
    assert refusal(ann.ask("PUT", "/users/self", {"email": "new@example.com"}))[0] == 400
    assert ann.item() == before


@improved(27, "an update to somebody else's address: 500", "409")
def test_an_update_to_a_taken_address(ann: Person, bob: Person) -> None:
    before = ann.item()
    assert refusal(ann.ask("PUT", "/users/self", {"name": "Ann", "email": bob.email}))[0] == 409
    assert ann.item() == before


@kept(28, "an update that is no JSON: 400")
def test_an_update_that_cannot_be_read(ann: Person) -> None:
    assert refusal(ann.ask("PUT", "/users/self", b"nope"))[0] == 400


@kept(29, "no settings yet: `{}`, which nobody may keep")
def test_no_settings_yet(ann: Person) -> None:
    answer = ann.ask("GET", "/users/self/settings")
    assert (answer.json(), answer.headers["cache-control"]) == ({"item": {}}, "no-store")


@kept(30, "settings are replaced, not merged")
def test_settings_are_replaced(ann: Person) -> None:
    assert ann.ask("PUT", "/users/self/settings", {"a": 1, "b": {"c": None}}).json() == {
        "item": {"a": 1, "b": {"c": None}}
    }
    answer = ann.ask("PUT", "/users/self/settings", {"x": True})
    assert answer.json() == ann.ask("GET", "/users/self/settings").json() == {"item": {"x": True}}


@kept(31, "settings that are no object, or more than 64 KiB: 400")
@pytest.mark.parametrize("body", [b"[1]", b'"x"', b"5", b"{", b"", b'{"a":"' + b"x" * 65_536 + b'"}'])
def test_settings_that_are_none(ann: Person, body: bytes) -> None:
    assert refusal(ann.ask("PUT", "/users/self/settings", body))[0] == 400
    assert ann.ask("GET", "/users/self/settings").json() == {"item": {}}


def test_settings_that_are_null_are_empty(ann: Person) -> None:
    ann.ask("PUT", "/users/self/settings", {"x": True})
    assert ann.ask("PUT", "/users/self/settings", b"null").json() == {"item": {}}
    assert ann.ask("GET", "/users/self/settings").json() == {"item": {}}


def test_settings_that_are_nested_too_deep(ann: Person) -> None:
    for depth in (100, 30_000):
        assert refusal(ann.ask("PUT", "/users/self/settings", b'{"a":' * depth + b"1" + b"}" * depth))[0] == 400


def test_keys_are_read_in_any_letter_case_and_null_is_nothing(house: House, ann: Person) -> None:
    answer = ann.ask("PUT", "/users/self", {"NAME": "Ann C", "eMail": ann.email, "other": None})
    assert answer.json()["item"]["name"] == "Ann C"
    assert refusal(ann.ask("PUT", "/users/self", {"name": None, "email": ann.email}))[0] == 400
