"""The operations on one user: what is answered, what is stored, and what is mailed."""

import re
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from gatepost.server.domain.principal import SYSTEM
from tests.kit.backstage import Member
from tests.kit.site import Site, open_site
from tests.kit.vectara import CODES, FIELDS, USERS, bearer, check_refusal, oauth_client, target
from tests.kit.wire import Answer
from tests.web.vectara.conftest import Refused

_numbers = count(1)


@pytest.fixture
def name() -> str:
    """Give a username that nobody has."""
    return f"user{next(_numbers)}"


def path_of(name: str) -> bytes:
    return USERS + f"/{name}".encode()


def created(site: Site, token: str, name: str, **more: Any) -> dict[str, Any]:
    body = {"email": f"{name}@example.org", "username": name, **more}
    answer = site.ask(target("POST", token, body=body))
    assert answer.status == 201, answer.body
    user: dict[str, Any] = answer.json()
    return user


def updated(site: Site, token: str, name: str, **changes: Any) -> dict[str, Any]:
    answer = site.ask(target("PATCH", token, path_of(name), changes))
    assert answer.status == 200, answer.body
    user: dict[str, Any] = answer.json()
    return user


def events(site: Site) -> int:
    return int(site.stage.rows("SELECT count(*) FROM audit")[0][0])


ROLES: dict[str, Any] = {
    "api_roles": ["corpus_viewer", "viewer"],
    "corpus_roles": [{"corpus_key": "docs", "role": "editor"}, {"corpus_key": "x-y_z=", "role": "owner"}],
    "agent_roles": [{"agent_key": "bot", "role": "agent_user"}],
}


def test_a_user_has_every_field_and_is_found_as_it_was_made(site: Site, token: str, name: str) -> None:
    made = created(site, token, name, description="line one\nline two", **ROLES)
    assert list(made) == [*FIELDS, *CODES]
    assert [(made["id"].removeprefix("usr_"),)] == site.stage.rows("SELECT id FROM accounts WHERE username = ?", name)
    assert {field: made[field] for field in (*ROLES, "enabled", "description")} == {
        **ROLES,
        "enabled": True,
        "description": "line one\nline two",
    }
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", made["created_at"])
    assert made["updated_at"] == made["created_at"]
    found = site.ask(target("GET", token, path_of(name))).json()
    assert found == {field: made[field] for field in FIELDS}


@pytest.mark.parametrize("more", [{}, dict.fromkeys(("username", "description", *ROLES)), {"username": " "}])
def test_an_address_is_enough(site: Site, token: str, name: str, more: dict[str, Any]) -> None:
    email = f"{name}@example.org"
    made = site.ask(target("POST", token, body={"email": email, **more, "surplus": [1]})).json()
    assert (made["username"], made["email"], made["description"]) == (email, email, None)
    assert (made["api_roles"], made["corpus_roles"], made["agent_roles"]) == ([], [], [])


def test_roles_are_taken_under_other_names_and_told_by_their_own(site: Site, token: str, name: str) -> None:
    asked = ["query_writer", "corpus_admin", "viewer", "corpus_administrator", "query_writer"]
    assert created(site, token, name, api_roles=asked)["api_roles"] == ["corpus_administrator", "viewer"]
    assert updated(site, token, name, api_roles=["query_writer"])["api_roles"] == ["viewer"]


@pytest.mark.parametrize("body", [{"email": "{}@EXAMPLE.org"}, {"email": "y@example.org", "username": "{}"}])
def test_a_duplicate_is_refused_without_a_trace(
    site: Site, refused: Refused, token: str, name: str, body: dict[str, str]
) -> None:
    created(site, token, name)
    again = {field: value.format(name.upper()) for field, value in body.items()}
    for _ in range(3):
        refused(target("POST", token, body=again), 409)


def test_of_several_at_once_one_is_made(site: Site, token: str, name: str) -> None:
    asked = target("POST", token, body={"email": f"{name}@example.org"})
    answers: list[Answer] = site.ask_together([asked] * 5)
    assert sorted(answer.status for answer in answers) == [201, 409, 409, 409, 409]


def test_somebody_new_is_mailed_a_link_that_is_told_where_mails_stay(site: Site, token: str, name: str) -> None:
    made = created(site, token, name)
    assert made["one_time_code_link"].endswith(f"/reset-password?token={made['one_time_code']}")
    assert site.stage.rows("SELECT kind FROM outbox WHERE recipient = ?", made["email"]) == [("invitation",)]
    account = site.stage.call(site.stage.parts.password_reset.account_of, made["one_time_code"])
    assert account.username == name


def test_where_mails_leave_no_code_is_told(data: Path) -> None:
    with open_site(data, GATEPOST_MAIL__HOST="mail.example.org") as site:
        token = bearer(site.stage, oauth_client(site.stage, "owner"))
        assert list(created(site, token, "ada")) == FIELDS
        answer = site.ask(target("POST", token, path_of("ada") + b"/reset_password"))
        assert answer.json() == {"username": "ada", "email": "ada@example.org"}


def test_what_is_absent_stays(site: Site, token: str, name: str) -> None:
    made = created(site, token, name, description="x", **ROLES)
    before = events(site)
    for changes in ({}, {"enabled": None, **dict.fromkeys(ROLES)}, {"email": "other@example.org", "username": "other"}):
        assert updated(site, token, name, **changes) == {field: made[field] for field in FIELDS}
    assert events(site) == before


@pytest.mark.parametrize("field", ROLES)
def test_a_list_replaces_one_kind_of_roles(site: Site, token: str, name: str, field: str) -> None:
    made = created(site, token, name, **ROLES)
    some: list[Any] = ROLES[field]
    for wanted in (some[:1], some[:0], some):
        user = updated(site, token, name, **{field: wanted})
        assert {other: user[other] for other in ROLES} == {**{other: made[other] for other in ROLES}, field: wanted}


def test_null_takes_the_description_and_nothing_else(site: Site, token: str, name: str) -> None:
    created(site, token, name, description="x")
    for description in ("", "y" * 2_000, None):
        assert updated(site, token, name, description=description)["description"] == description


def test_several_changes_are_one_event_and_move_the_time(site: Site, token: str, name: str) -> None:
    made, before = created(site, token, name), events(site)
    site.stage.clock.ahead += 5_000
    user = updated(site, token, name, enabled=False, description="gone", api_roles=["viewer"], corpus_roles=[])
    assert events(site) == before + 1
    assert (user["enabled"], user["description"], user["api_roles"]) == (False, "gone", ["viewer"])
    assert user["created_at"] == made["created_at"] < user["updated_at"]


def test_nobody_gives_more_than_they_have(site: Site, token: str, name: str, refused: Refused) -> None:
    created(site, token, name)
    administrator = bearer(site.stage, oauth_client(site.stage, "administrator"))
    for role in ("owner", "billing_administrator"):
        refused(target("PATCH", administrator, path_of(name), {"api_roles": [role]}), 403)
        refused(target("POST", administrator, body={"email": "z@example.org", "api_roles": [role]}), 403)
    assert updated(site, administrator, name, api_roles=["administrator"])["api_roles"] == ["administrator"]


def test_nobody_touches_who_may_do_more(site: Site, owner: Member, refused: Refused) -> None:
    administrator, path = bearer(site.stage, oauth_client(site.stage, "administrator")), path_of(owner.username)
    assert site.ask(target("GET", administrator, path)).status == 200
    refused(target("PATCH", administrator, path, {"description": "x"}), 403)
    refused(target("DELETE", administrator, path), 403)
    refused(target("POST", administrator, path + b"/reset_password"), 403)


def test_the_last_owner_stays_and_is_told_403_not_409(data: Path) -> None:
    with open_site(data) as site:
        token, path = bearer(site.stage, oauth_client(site.stage, "owner")), path_of(site.stage.member().username)
        assert site.ask(target("PATCH", token, path, {"api_roles": ["owner"]})).status == 200
        before = site.stage.contents()
        more: dict[str, Any] = {"api_roles": ["administrator"], "description": "x"}
        for changes in ({"enabled": False}, {"api_roles": list[str]()}, more):
            told = check_refusal(site.ask(target("PATCH", token, path, changes)), 403)
            assert "last owner" in told["messages"][0]
        check_refusal(site.ask(target("DELETE", token, path)), 403)
        assert site.stage.contents() == before


def test_nobody_deletes_themselves(site: Site, refused: Refused) -> None:
    me = site.stage.member(roles=("administrator",))
    refused(target("DELETE", None, path_of(me.username), x_api_key=me.token), 403)


def test_who_is_deleted_is_gone_with_everything(site: Site, token: str, name: str) -> None:
    member = site.stage.member(f"{name}@example.org", username=name, roles=("viewer",))
    answer = site.ask(target("DELETE", token, path_of(name)))
    assert (answer.status, answer.body) == (204, b"")
    for method in ("GET", "DELETE", "PATCH"):
        check_refusal(site.ask(target(method, token, path_of(name), {} if method == "PATCH" else None)), 404)
    assert site.stage.rows("SELECT 1 FROM grants WHERE account_id = ?", member.id) == []
    assert site.ask(target("POST", token, body={"email": f"{name}@example.org", "username": name})).status == 201


def test_a_password_is_reset_by_mail(site: Site, token: str, name: str) -> None:
    member = site.stage.member(f"{name}@example.org", username=name)
    answer = site.ask(target("POST", token, path_of(name) + b"/reset_password"))
    assert answer.status == 200
    told = answer.json()
    assert {field: told[field] for field in ("username", "email")} == {"username": name, "email": member.email}
    assert list(told) == ["username", "email", *CODES]
    assert site.stage.rows("SELECT kind FROM outbox WHERE recipient = ?", member.email) == [("reset-password",)]


def test_a_link_that_would_not_work_is_not_mailed(site: Site, token: str, name: str, refused: Refused) -> None:
    member = site.stage.member(f"{name}@example.org", username=name)
    site.stage.call(site.stage.parts.administration.disable, SYSTEM, member.id)
    refused(target("POST", token, path_of(name) + b"/reset_password"), 403)


def test_whose_address_nobody_confirmed_gets_roles_after_a_new_password(
    site: Site, token: str, name: str, refused: Refused
) -> None:
    member, parts = site.stage.member(f"{name}@example.org", username=name), site.stage.parts
    site.stage.call(parts.own_account.rename, site.stage.principal(member), "Ada", f"{name}@example.net")
    refused(target("PATCH", token, path_of(name), {"api_roles": ["viewer"]}), 403)
    code = site.ask(target("POST", token, path_of(name) + b"/reset_password")).json()["one_time_code"]
    site.stage.call(parts.password_reset.complete, code, "another good one", claiming=True)
    assert updated(site, token, name, api_roles=["viewer"])["api_roles"] == ["viewer"]


SPELLINGS = {
    "a/b": [b"a%2Fb", b"A%2fB"],
    "a+b@x.io": [b"a+b@x.io", b"a%2Bb%40x.io", b"a%2bB@X.io"],
    "a%40b": [b"a%2540b"],
    "100 %": [b"100%20%", b"100%20%25", b"%31%30%30 %25"],
    "ü ß": [b"%C3%BC%20%C3%9F", b"%C3%9C%20ss", b"u%CC%88%20%C3%9F", b"\xc3\xbc%20\xc3\x9f"],
    "a?b#c": [b"a%3Fb%23c"],
    "reset_password": [b"reset_password", b"reset%5Fpassword"],
    "a\\b;c&d=e": [b"a%5Cb;c&d=e"],
    "{username}": [b"%7Busername%7D", b"{username}"],
    "...": [b"...", b"%2E.."],
}


@pytest.mark.parametrize("username", SPELLINGS)
def test_a_segment_of_a_path_is_decoded_once(site: Site, token: str, username: str) -> None:
    made = site.ask(
        target("POST", token, body={"email": f"spelling{next(_numbers)}@example.org", "username": username})
    )
    assert made.status == 201, made.body
    for spelling in SPELLINGS[username]:
        for method, tail, body in (("GET", b"", None), ("PATCH", b"", {}), ("POST", b"/reset_password", None)):
            if method != "POST" or spelling is SPELLINGS[username][0]:
                answer = site.ask(target(method, token, USERS + b"/" + spelling + tail, body))
                assert (answer.status, answer.json()["username"]) == (200, username), (spelling, answer.body)


@pytest.mark.parametrize(
    ("segment", "id"),
    [
        (b"nobody", "nobody"),
        (b"a%252Fb", "a%2Fb"),
        (b"%00", "\x00"),
        (b"x" * 300, "x" * 300),
        (b"%E2%80%AE", "\u202e"),
        (b"\xc3\xb6", "ö"),
    ],
)
def test_who_is_not_there_is_told_by_the_name_that_was_asked_for(
    refused: Refused, token: str, segment: bytes, id: str
) -> None:
    assert refused(target("GET", token, USERS + b"/" + segment), 404)["id"] == id


def test_what_follows_a_question_mark_is_no_part_of_a_name(site: Site, token: str, name: str) -> None:
    created(site, token, name)
    assert site.ask(target("GET", token, path_of(f"{name}?b"))).json()["username"] == name


def test_a_name_that_is_not_utf_8_is_nobodys(refused: Refused, token: str) -> None:
    refused(target("GET", token, USERS + b"/%ff"), 404)
