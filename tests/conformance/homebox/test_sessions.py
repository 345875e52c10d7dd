"""Cases 32 to 41 of the wire contract, and its table of what ends which credential (1.5)."""

from collections.abc import Callable, Iterator

import pytest

from tests.kit.cases import improved, kept
from tests.kit.engines import Install
from tests.kit.homebox import PASSWORD, House, Person, refusal, running, set_cookies

NEW = "newpass1 and more"
PATHS = ["/users/self/change-password", "/users/change-password"]
GONE = (400, "password reset link is invalid or has expired")


@pytest.fixture(scope="module")
def demo(install: Install) -> Iterator[House]:
    with running(install("demo"), GATEPOST_DIALECTS__HOMEBOX__DEMO="true") as house:
        yield house


def forgotten(person: Person) -> str:
    """Forget the password and give the token that was mailed."""
    assert person.house.ask("POST", "/users/forgot-password", {"email": person.email}).status_code == 204
    return person.house.reset_token(person.email)


@improved(32, "a refresh: `raw`, `attachmentToken`, `expiresAt`; the old token is dead", "`token` as well")
def test_a_refresh(ann: Person) -> None:
    answer = ann.ask("GET", "/users/refresh")
    new = answer.json()
    assert (answer.status_code, set(new)) == (200, {"raw", "token", "attachmentToken", "expiresAt"})
    assert new["token"] == f"Bearer {new['raw']}"
    assert (ann.alive(new["raw"]), ann.alive()) == (200, 401)
    assert set_cookies(answer)["hb.auth.remember"].startswith("false;")
    assert set_cookies(answer)["hb.auth.token"].startswith(f"{new['raw']};")


@kept(33, "a logout: 204, the cookies cleared, the token dead and other sessions alive")
def test_a_logout(ann: Person) -> None:
    other = ann.enter()
    ann.enter()
    answer = ann.ask("POST", "/users/logout")
    assert (answer.status_code, answer.content) == (204, b"")
    values = {name: value.partition(";")[0] for name, value in set_cookies(answer).items()}
    assert values == {
        "hb.auth.remember": "false",
        "hb.auth.token": "",
        "hb.auth.session": "false",
        "hb.auth.attachment_token": "",
    }
    assert all("Expires=Thu, 01 Jan 1970 00:00:00 GMT" in value for value in set_cookies(answer).values())
    assert refusal(ann.ask("POST", "/users/logout")) == (401, "valid authorization token is required")
    assert ann.alive(other) == 200


@kept(34, "a logout everywhere: every session dead, API keys alive")
def test_a_logout_everywhere(ann: Person) -> None:
    other, key = ann.token, ann.key()["token"]
    ann.enter()
    assert ann.ask("POST", "/users/logout/all").status_code == 204
    assert (ann.alive(), ann.alive(other), ann.alive(key)) == (401, 401, 200)


@kept(35, "a password change: 204, other sessions dead, the new password counts")
@pytest.mark.parametrize("path", PATHS)
def test_a_password_change(house: House, ann: Person, path: str) -> None:
    other = ann.token
    ann.enter()
    answer = ann.ask("PUT", path, {"current": PASSWORD, "new": NEW})
    assert (answer.status_code, answer.content) == (204, b"")
    assert (ann.alive(), ann.alive(other)) == (200, 401)
    assert (house.login(ann.email).status_code, house.login(ann.email, NEW).status_code) == (401, 200)


@improved(36, "a wrong current password: 500", "400; so are a new one that is empty, missing or too short")
@pytest.mark.parametrize(
    "body",
    [
        {"current": "another", "new": NEW},
        {"new": NEW},
        {"current": PASSWORD},
        {"current": PASSWORD, "new": None},
        {"current": PASSWORD, "new": ""},
        {"current": PASSWORD, "new": 5},
        {"current": PASSWORD, "new": "short"},
        b"nope",
    ],
)
def test_a_password_change_that_is_refused(house: House, ann: Person, body: object) -> None:
    assert refusal(ann.ask("PUT", PATHS[0], body))[0] == 400
    assert house.login(ann.email).status_code == 200


@improved(37, "the path that the document has: 404", "served as well")
def test_the_documented_path(house: House, ann: Person) -> None:
    assert ann.ask("PUT", PATHS[1], {"current": PASSWORD, "new": NEW}).status_code == 204
    assert house.login(ann.email, NEW).status_code == 200


@kept(38, "a demo: 403 for what would take the account from others")
def test_a_demo(demo: House) -> None:
    pat = demo.person()
    forbidden = (403, "Forbidden")
    assert refusal(pat.ask("PUT", PATHS[0], {"current": PASSWORD, "new": NEW})) == forbidden
    assert refusal(pat.ask("DELETE", "/users/self")) == forbidden
    assert refusal(demo.ask("POST", "/users/forgot-password", {"email": pat.email})) == forbidden
    assert refusal(demo.ask("POST", "/users/reset-password", {"token": "x", "password": NEW})) == forbidden
    assert pat.ask("PUT", "/users/self", {"name": "Pat", "email": pat.email}).status_code == 200
    assert demo.ask("GET", "/status").json()["demo"] is True


@kept(39, "a forgotten password: 204 for every address, 400 for a blank one")
def test_a_forgotten_password(house: House, ann: Person) -> None:
    answers = [
        house.ask("POST", "/users/forgot-password", {"email": email}) for email in (ann.email, "nobody@example.com")
    ]
    assert [(answer.status_code, answer.content) for answer in answers] == [(204, b"")] * 2
    assert set(answers[0].headers) == set(answers[1].headers)
    assert (len(house.mails(ann.email)), len(house.mails("nobody@example.com"))) == (1, 0)
    assert refusal(house.ask("POST", "/users/forgot-password", {"email": "  "})) == (400, "email is required")
    assert refusal(house.ask("POST", "/users/forgot-password", b"nope"))[0] == 400


@kept(40, "the mailed token sets a password once, and ends the sessions")
def test_a_reset(house: House, ann: Person) -> None:
    token, key = forgotten(ann), ann.key()["token"]
    answer = house.ask("POST", "/users/reset-password", {"token": token, "password": "brand-new-pw"})
    assert (answer.status_code, answer.content) == (204, b"")
    assert "set-cookie" not in answer.headers
    assert (ann.alive(), ann.alive(key)) == (401, 200)
    assert house.login(ann.email, "brand-new-pw").status_code == 200
    again = house.ask("POST", "/users/reset-password", {"token": token, "password": "brand-new-pw-2"})
    assert refusal(again) == GONE


@improved(41, "a token that is none: 400; a short password: 400, and the token still works", "8 characters for the 6")
def test_a_reset_that_is_refused(house: House, ann: Person) -> None:
    token = forgotten(ann)
    for wrong in ("bogus", "", "gp_rst_" + "0" * 36):
        assert refusal(house.ask("POST", "/users/reset-password", {"token": wrong, "password": NEW})) == GONE
    short = house.ask("POST", "/users/reset-password", {"token": token, "password": "12345"})
    assert refusal(short) == (400, "password must have at least 8 characters")
    assert house.ask("POST", "/users/reset-password", {"token": token, "password": NEW}).status_code == 204


def logging_in(person: Person) -> None:
    assert person.house.login(person.email).status_code == 200


def refreshing(person: Person) -> None:
    assert person.ask("GET", "/users/refresh").status_code == 200


def logging_out(person: Person) -> None:
    assert person.ask("POST", "/users/logout").status_code == 204


def logging_out_everywhere(person: Person) -> None:
    assert person.ask("POST", "/users/logout/all").status_code == 204


def changing(person: Person) -> None:
    assert person.ask("PUT", PATHS[0], {"current": PASSWORD, "new": NEW}).status_code == 204


def changing_by_key(person: Person) -> None:
    key, body = person.key()["token"], {"current": PASSWORD, "new": NEW}
    assert person.house.ask("PUT", PATHS[0], body, authorization=key).status_code == 204


def resetting(person: Person) -> None:
    body = {"token": forgotten(person), "password": NEW}
    assert person.house.ask("POST", "/users/reset-password", body).status_code == 204


def leaving(person: Person) -> None:
    assert person.ask("DELETE", "/users/self").status_code == 204


ENDS = [
    (logging_in, "session attachment other key"),
    (refreshing, "other key"),
    (logging_out, "other key"),
    (logging_out_everywhere, "key"),
    (changing, "session key"),
    (changing_by_key, "key"),
    (resetting, "key"),
    (leaving, ""),
]
"""What stays alive. Here an attachment token dies with its session; the original lets it outlive refresh and logout."""


@pytest.mark.parametrize(("act", "alive"), ENDS)
def test_what_ends_which_credential(ann: Person, act: Callable[[Person], None], alive: str) -> None:
    other = ann.token
    ann.enter()
    tokens = {
        "session": ann.token,
        "attachment": ann.session["attachmentToken"],
        "other": other,
        "key": ann.key()["token"],
    }
    act(ann)
    # 403 means that an attachment token is known, and opens nothing here.
    assert {name for name, token in tokens.items() if ann.alive(token) != 401} == set(alive.split())
