"""Cases 1 to 18 of the wire contract: what anybody may ask, registering and signing in."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from gatepost.homebox import HomeboxClient
from tests.kit.cases import improved, kept
from tests.kit.engines import Install
from tests.kit.homebox import PASSWORD, House, Person, refusal, running, set_cookies

UNAUTHORIZED = (401, "unauthorized")


def days_left(expires_at: str) -> int:
    left = datetime.fromisoformat(expires_at) - datetime.now(UTC)
    return round(left / timedelta(days=1))


@pytest.fixture(scope="module")
def by_invitation(install: Install) -> Iterator[House]:
    settings = {"GATEPOST_DIALECTS__HOMEBOX__ALLOW_REGISTRATION": "false"}
    with running(install("invited"), **settings) as house:
        yield house


@pytest.fixture(scope="module")
def by_provider(install: Install) -> Iterator[House]:
    settings = {"GATEPOST_DIALECTS__HOMEBOX__ALLOW_LOCAL_LOGIN": "false"}
    with running(install("provided"), **settings) as house:
        yield house


@pytest.fixture
def limited(install: Install) -> Iterator[House]:
    with running(install("limited"), GATEPOST_LIMITS__ENABLED="true") as house:
        yield house


@kept(1, "the status: healthy, `Homebox`, no provider")
def test_the_status(house: House) -> None:
    answer = house.ask("GET", "/status")
    status = answer.json()
    assert (answer.status_code, status["health"], status["title"], status["versions"]) == (200, True, "Homebox", None)
    assert status["oidc"] == {"enabled": False, "allowLocal": True}
    assert (status["demo"], status["allowRegistration"], status["telemetry"]) == (False, True, {"enabled": False})


@kept(2, "registering with an empty invitation token: 204, no body")
def test_registering_with_an_empty_token(house: House) -> None:
    answer = house.register(token="")
    assert (answer.status_code, answer.content, answer.headers.get("content-type")) == (204, b"", None)
    assert "set-cookie" not in answer.headers


@kept(3, "registering with the token null, as clients send it: 204")
def test_registering_with_a_null_token(house: House) -> None:
    assert house.register(token=None).status_code == 204


@improved(4, "a password that is too short: 500", "400, with `passwords.min_length` (8 or more) for the 6 bytes there")
def test_a_short_password(house: House) -> None:
    assert refusal(house.register(password="12345")) == (400, "password must have at least 8 characters")
    assert refusal(house.register(password="")) == (400, "password must have at least 8 characters")
    assert house.register(password="wq-x 8!2").status_code == 204


@improved(5, "an address that is taken: 500, in any letter case", "409")
def test_a_taken_address(house: House, ann: Person) -> None:
    answer = house.register(email=ann.email.upper())
    assert refusal(answer) == (409, "There is an account with this e-mail address.")
    assert house.login(ann.email.upper()).status_code == 200
    assert house.login(ann.email).status_code == 200


@improved(6, "registering with an empty body: 500 `EOF`", "400")
@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"name":1}'])
def test_a_registration_that_cannot_be_read(house: House, body: bytes) -> None:
    assert refusal(house.ask("POST", "/users/register", body))[0] == 400


@kept(7, "no registration for who is not invited: 403, and 204 with an invitation")
def test_registering_by_invitation_only(by_invitation: House) -> None:
    assert refusal(by_invitation.register()) == (403, "user registration disabled")
    assert by_invitation.ask("GET", "/status").json()["allowRegistration"] is False
    account = by_invitation.stage.account("owner@example.com", password=PASSWORD)
    owner = Person(by_invitation, "Owner", account.email)
    owner.enter()
    assert by_invitation.register(token=owner.invite()["token"]).status_code == 204


@kept(8, "no local login: 403 at register, login, forgot-password and reset-password")
@pytest.mark.parametrize("path", ["register", "login", "forgot-password", "reset-password"])
def test_getting_in_through_a_provider_only(by_provider: House, path: str) -> None:
    body = {"name": "Ann", "email": "ann@example.com", "username": "ann@example.com", "password": PASSWORD}
    answer = by_provider.ask("POST", f"/users/{path}", body)
    assert refusal(answer) == (403, "local login is not enabled")
    assert by_provider.ask("GET", "/status").json()["oidc"]["allowLocal"] is False


@kept(9, "a login: `Bearer ` and 26 characters, an attachment token, 7 days, four cookies")
def test_a_login(house: House, ann: Person) -> None:
    answer = house.login(ann.email)
    session = answer.json()
    assert (answer.status_code, set(session)) == (200, {"token", "attachmentToken", "expiresAt"})
    assert session["token"].startswith("Bearer ")
    assert (len(session["token"]), len(session["attachmentToken"])) == (33, 26)
    assert days_left(session["expiresAt"]) == 7
    cookies = set_cookies(answer)
    assert list(cookies) == ["hb.auth.remember", "hb.auth.token", "hb.auth.session", "hb.auth.attachment_token"]
    values = [cookie.partition(";")[0] for cookie in cookies.values()]
    assert values == ["true", session["token"].removeprefix("Bearer "), "true", session["attachmentToken"]]
    assert ["HttpOnly" in cookie for cookie in cookies.values()] == [True, True, False, True]
    assert all("; Path=/; Expires=" in cookie and "; SameSite=Lax" in cookie for cookie in cookies.values())


@kept(10, "staying logged in: 28 days")
def test_staying_logged_in(house: House, ann: Person) -> None:
    assert days_left(house.login(ann.email, stayLoggedIn=True).json()["expiresAt"]) == 28


@kept(11, "a login by form; only `true` stays logged in")
@pytest.mark.parametrize(("staying", "days"), [("true", 28), ("1", 7)])
def test_a_login_by_form(house: House, ann: Person, staying: str, days: int) -> None:
    form = f"username={ann.email}&password={PASSWORD.replace(' ', '+')}&stayLoggedIn={staying}".encode()
    answer = house.ask("POST", "/users/login", form, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 200
    assert days_left(answer.json()["expiresAt"]) == days


@improved(12, "a login as `application/json; charset=utf-8`: 401", "200")
@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "Application/JSON;charset=UTF-8"])
def test_a_login_with_a_charset(house: House, ann: Person, kind: str) -> None:
    body = f'{{"username":"{ann.email}","password":"{PASSWORD}"}}'.encode()
    assert house.ask("POST", "/users/login", body, content_type=kind).status_code == 200
    assert refusal(house.ask("POST", "/users/login", body, content_type="text/plain")) == UNAUTHORIZED


@kept(13, "whatever is wrong with a login: the same 401")
def test_logins_that_fail_cannot_be_told_apart(house: House, ann: Person) -> None:
    answers = [
        house.login(ann.email, "another password"),
        house.login("nobody@example.com"),
        house.login(ann.email, ""),
        house.login("", ""),
        house.login(ann.email, stayLoggedIn="yes"),
        house.ask("POST", "/users/login", b"{"),
        house.ask("POST", "/users/login"),
    ]
    assert {refusal(answer) for answer in answers} == {UNAUTHORIZED}


@kept(14, "blanks and letter case of the address do not matter")
def test_an_address_typed_in_another_way(house: House, ann: Person) -> None:
    assert house.login(f"  {ann.email.title()} ").status_code == 200


@kept(15, "another provider than `local`: 400")
def test_a_named_provider(house: House, ann: Person) -> None:
    body = {"username": ann.email, "password": PASSWORD}
    assert refusal(house.ask("POST", "/users/login?provider=oidc", body)) == (400, "invalid auth provider")
    assert house.ask("POST", "/users/login?provider=local", body).status_code == 200


@kept(16, "after six failed logins the seventh: 429 with `Retry-After`; after the wait a right one: 200")
def test_too_many_logins(limited: House) -> None:
    ann = limited.person()
    bad = [limited.login(f"nobody{number}@example.com", "another password") for number in range(6)]
    assert {refusal(answer) for answer in bad} == {UNAUTHORIZED}
    locked = limited.login(ann.email)
    assert refusal(locked) == (429, "too many authentication attempts")
    assert 8 <= int(locked.headers["retry-after"]) <= 10
    with HomeboxClient(limited.url) as client:  # waits for as long as it is told
        assert client.login(ann.email, PASSWORD).token is not None
    assert refusal(limited.login(ann.email, "another password")) == UNAUTHORIZED
    assert limited.login(ann.email).status_code == 200


@kept(17, "another method: 405, `Allow`, no body")
def test_another_method(house: House) -> None:
    answer = house.ask("GET", "/users/login")
    assert (answer.status_code, answer.content) == (405, b"")
    assert "POST" in answer.headers["allow"].split(", ")


@kept(18, "an unknown path: 404 as plain text")
def test_an_unknown_path(house: House) -> None:
    answer = house.ask("GET", "/nope")
    assert (answer.status_code, answer.text) == (404, "404 page not found\n")
    assert answer.headers["content-type"].startswith("text/plain")
