"""What the settings make of this API, and the states of accounts."""

from pathlib import Path

import pytest

from gatepost.server.domain.accounts import State
from tests.kit.backstage import PASSWORD, Backstage
from tests.kit.site import Site, open_site
from tests.kit.wire import Target
from tests.web.homebox.conftest import ask, enter, login, register

ANN = "ann@example.com"


def mails(stage: Backstage) -> list[str]:
    return [kind for (kind,) in stage.rows("SELECT kind FROM outbox ORDER BY id")]


def test_it_can_be_switched_off(data: Path) -> None:
    with open_site(data, GATEPOST_DIALECTS__HOMEBOX__ENABLED="false") as site:
        assert ask(site, "GET", "/status").status == 404


@pytest.mark.parametrize(("host", "status"), [("gatepost.test", 200), ("house.test", 404)])
def test_it_can_have_a_prefix_and_a_host_of_its_own(data: Path, host: str, status: int) -> None:
    settings = {"GATEPOST_DIALECTS__HOMEBOX__PREFIX": "/api", "GATEPOST_DIALECTS__HOMEBOX__HOST": host}
    with open_site(data, **settings) as site:
        assert site.ask(Target("GET", b"/api/v1/status")).status == status
        assert ask(site, "GET", "/status").status == 404


@pytest.mark.parametrize(
    "settings",
    [
        {"GATEPOST_DIALECTS__HOMEBOX__VERIFY_EMAIL": "true"},
        {"GATEPOST_REGISTRATION__ALLOWED_DOMAINS": "example.com"},
    ],
)
def test_an_address_may_have_to_be_confirmed_first(data: Path, settings: dict[str, str]) -> None:
    with open_site(data, **settings) as site:
        assert [register(site, ANN).status for _ in range(2)] == [204, 204]
        assert (login(site, ANN).status, mails(site.stage)) == (401, ["confirm-email"] * 2)


def test_accounts_are_active_at_once_and_their_address_unconfirmed(data: Path) -> None:
    with open_site(data) as site:
        assert register(site, ANN).status == 204
        assert (login(site, ANN).status, mails(site.stage)) == (200, [])
        assert site.stage.rows("SELECT state, email_verified FROM accounts") == [("active", 0)]


def test_who_awaits_approval_is_told(data: Path) -> None:
    with open_site(data, GATEPOST_REGISTRATION__MODE="approval") as site:
        assert register(site, ANN).status == 204
        answer = login(site, ANN)
        assert (answer.status, answer.json()) == (403, {"error": "This account awaits approval by an administrator."})


@pytest.mark.parametrize(("mode", "status"), [("closed", 403), ("invitation", 403)])
def test_registration_as_the_policy_has_it(data: Path, mode: str, status: int) -> None:
    with open_site(data, GATEPOST_REGISTRATION__MODE=mode) as site:
        assert register(site, ANN).status == status
        assert ask(site, "GET", "/status").json()["allowRegistration"] is False


@pytest.mark.parametrize("state", [State.UNVERIFIED, State.PENDING, State.REJECTED, None])
def test_an_account_that_may_not_act_is_refused_with_every_credential(site: Site, state: State | None) -> None:
    email = f"{state or 'disabled'}@example.com"
    account = site.stage.account(email, password=PASSWORD)
    token = enter(site, email)
    key = ask(site, "POST", "/users/self/api-keys", {"name": "ci"}, token).json()["token"]
    if state is None:
        site.stage.write("UPDATE accounts SET disabled = TRUE WHERE id = ?", account.id)
    else:
        site.stage.write("UPDATE accounts SET state = ? WHERE id = ?", state.value, account.id)
    site.stage.end_caches()
    for credential in (token, key):
        assert ask(site, "GET", "/users/self", token=credential).status == 401
    assert login(site, email).status in {401, 403}


def test_the_last_owner_of_the_service_cannot_leave(site: Site) -> None:
    site.stage.account("owner@example.com", password=PASSWORD, roles=("owner",))
    answer = ask(site, "DELETE", "/users/self", token=enter(site, "owner@example.com"))
    assert answer.status == 409
    assert answer.json().keys() == {"error"}


def test_cookies_are_secure_where_the_service_is(data: Path) -> None:
    with open_site(data, GATEPOST_SERVER__PUBLIC_URL="https://accounts.test") as site:
        register(site, ANN)
        assert login(site, ANN).headers["set-cookie"].endswith("; SameSite=Lax; Secure")


def test_invented_tokens_are_counted(data: Path) -> None:
    limits = {"GATEPOST_LIMITS__ENABLED": "true", "GATEPOST_LIMITS__FAILED_TOKENS_PER_NETWORK": "3/minute"}
    with open_site(data, **limits) as site:
        statuses = [ask(site, "GET", "/users/self", token="x").status for _ in range(4)]
        assert statuses == [401, 401, 401, 429]


@pytest.mark.parametrize("path", ["/users/self/change-password", "/users/change-password"])
def test_guesses_at_the_current_password_are_counted(data: Path, path: str) -> None:
    limits = {"GATEPOST_LIMITS__ENABLED": "true", "GATEPOST_LIMITS__SIGN_IN_PER_ACCOUNT": "2/minute"}
    with open_site(data, **limits) as site:
        site.stage.account(ANN, password=PASSWORD)
        token = enter(site, ANN)
        answers = [ask(site, "PUT", path, {"current": "x", "new": "a good new one"}, token) for _ in range(3)]
        assert [answer.status for answer in answers] == [400, 400, 429]
        assert int(answers[-1].headers["retry-after"]) > 0


@pytest.mark.parametrize("path", ["forgot-password", "register"])
def test_what_sends_mails_and_makes_accounts_is_limited(data: Path, path: str) -> None:
    limits = {"GATEPOST_LIMITS__ENABLED": "true", "GATEPOST_LIMITS__SIGN_UP_PER_NETWORK": "2/minute"}
    with open_site(data, **limits) as site:
        body = {"name": "Ann", "email": ANN, "password": "short"}
        assert ask(site, "POST", f"/users/{path}", body).status in {204, 400}
        assert ask(site, "POST", f"/users/{path}", body).status in {204, 400}
        answer = ask(site, "POST", f"/users/{path}", body)
        assert (answer.status, answer.json()) == (429, {"error": "too many authentication attempts"})
        assert int(answer.headers["retry-after"]) > 0


OPERATIONS = {
    "login": {"username": ANN, "password": "wrong"},
    "forgot-password": {"email": " "},
    "reset-password": {"token": "x", "password": "a good new one"},
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_failures_in_a_row_cost_a_wait_at_this_operation_alone(data: Path, name: str) -> None:
    limits = {"GATEPOST_LIMITS__ENABLED": "true", "GATEPOST_LIMITS__FREE_FAILURES": "2"}
    with open_site(data, **limits) as site:
        answers = [ask(site, "POST", f"/users/{name}", OPERATIONS[name]) for _ in range(4)]
        assert [answer.status >= 400 for answer in answers] == [True] * 4
        assert [answer.status == 429 for answer in answers] == [False, False, False, True]
        assert answers[-1].json() == {"error": "too many authentication attempts"}
        assert answers[-1].headers["retry-after"] == "10"
        others = [other for other in OPERATIONS if other != name]
        assert all(ask(site, "POST", f"/users/{other}", OPERATIONS[other]).status != 429 for other in others)


def test_a_success_in_between_forgives_the_failures(data: Path) -> None:
    limits = {"GATEPOST_LIMITS__ENABLED": "true", "GATEPOST_LIMITS__FREE_FAILURES": "1"}
    with open_site(data, **limits) as site:
        site.stage.account(ANN, password=PASSWORD)
        for _ in range(3):
            assert ask(site, "POST", "/users/login", OPERATIONS["login"]).status == 401
            assert login(site, ANN).status == 200
