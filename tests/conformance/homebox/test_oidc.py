"""Cases 58 to 64 of the wire contract: getting in through an OIDC provider, which is a real one."""

import base64
import hashlib
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest

from tests.conformance.homebox.providers import CALLBACK, REDIRECT_URI, START, trusting
from tests.conformance.homebox.test_entry import days_left
from tests.kit.cases import improved, kept
from tests.kit.engines import Install
from tests.kit.homebox import House, refusal, running, set_cookies
from tests.kit.oidc import CLIENT_ID, OidcProvider
from tests.kit.server import free_port

FLOW = ["oidc_state", "oidc_nonce", "oidc_pkce_verifier"]
FAILED = "/?oidc_error=oidc_auth_failed"


class Visit:
    """Somebody's way to the provider and back; `cookies` are those that a browser would bring along."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.start = house.ask("GET", START)
        self.cookies = {name: value.partition(";")[0] for name, value in set_cookies(self.start).items()}

    def answer_of(self, provider: OidcProvider, account: str) -> dict[str, str]:
        return provider.walk(self.start.headers["location"], account)

    def back(self, answer: dict[str, str]) -> httpx.Response:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return self.house.ask("GET", f"{CALLBACK}?{urlencode(answer)}", cookies=cookies or None)


def enter(house: House, provider: OidcProvider, account: str) -> tuple[httpx.Response, dict[str, Any]]:
    """Go all the way; give the last answer, and what the API shows of the account."""
    visit = Visit(house)
    answer = visit.back(visit.answer_of(provider, account))
    assert answer.headers["location"] == "/home"
    token = set_cookies(answer)["hb.auth.token"].partition(";")[0]
    return answer, house.ask("GET", "/users/self", authorization=token).json()["item"]


def check_failed(answer: httpx.Response) -> None:
    """Assert that nobody got in, and that the flow is over."""
    assert (answer.status_code, answer.headers["location"]) == (302, FAILED)
    assert {name: value.partition(";")[0] for name, value in set_cookies(answer).items()} == dict.fromkeys(FLOW, "")


@kept(58, "no provider: 404 as plain text")
@pytest.mark.parametrize("path", [START, CALLBACK])
def test_no_provider(house: House, path: str) -> None:
    answer = house.ask("GET", path)
    assert (answer.status_code, answer.text) == (404, "404 page not found\n")


@improved(59, "a provider that does not answer: 500", "503 with `Retry-After`, and it is asked again the next time")
def test_a_provider_that_does_not_answer(data: Path) -> None:
    with running(data, **trusting(f"http://127.0.0.1:{free_port()}")) as house:
        answer = house.ask("GET", START)
        assert refusal(answer) == (503, "OIDC provider not available")
        assert int(answer.headers["retry-after"]) > 0
        assert house.ask("GET", "/status").json()["oidc"]["enabled"] is True
        check_failed(house.ask("GET", f"{CALLBACK}?code=x&state=y"))


@kept(60, "the way out: 302, three cookies, eight parameters")
def test_the_way_out(work: House, provider: OidcProvider) -> None:
    visit = Visit(work)
    assert visit.start.status_code == 302
    assert list(visit.cookies) == FLOW
    assert {len(value) for value in visit.cookies.values()} == {43}
    assert all("; HttpOnly; SameSite=Lax" in cookie for cookie in set_cookies(visit.start).values())
    address, _, query = visit.start.headers["location"].partition("?")
    asked = dict(parse_qsl(query))
    assert address == f"{provider.issuer}/auth"
    digest = hashlib.sha256(visit.cookies["oidc_pkce_verifier"].encode()).digest()
    assert asked == {
        "client_id": CLIENT_ID,
        "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
        "code_challenge_method": "S256",
        "nonce": visit.cookies["oidc_nonce"],
        "redirect_uri": REDIRECT_URI,
        "response_type": "code",
        "scope": "openid profile email",
        "state": visit.cookies["oidc_state"],
    }


@improved(61, "somebody new: 302 `/home`, a session of 28 days, a group named `Home`", "the group is `<name>'s Home`")
def test_somebody_new(work: House, provider: OidcProvider) -> None:
    answer, item = enter(work, provider, "ada")
    assert answer.status_code == 302
    cookies = set_cookies(answer)
    assert list(cookies) == [
        "hb.auth.remember",
        "hb.auth.token",
        "hb.auth.session",
        "hb.auth.attachment_token",
        *FLOW,
    ]
    assert cookies["hb.auth.remember"].startswith("true;")
    assert {cookies[name].partition(";")[0] for name in FLOW} == {""}
    assert (item["oidcIssuer"], item["oidcSubject"], item["email"]) == (provider.issuer, "ada", "ada@example.org")
    token = cookies["hb.auth.token"].partition(";")[0]
    assert work.ask("GET", "/groups", authorization=token).json()["name"].endswith("'s Home")
    new = work.ask("GET", "/users/refresh", authorization=token).json()
    assert days_left(new["expiresAt"]) == 7


@kept(62, "whatever goes wrong on the way back: 302 to the error, no session")
def test_ways_back_that_fail(work: House, provider: OidcProvider) -> None:
    def failing(account: str = "grace", without: str = "", **changes: str) -> None:
        visit = Visit(work)
        answer = visit.answer_of(provider, account) | changes
        visit.cookies.pop(without, None)
        check_failed(visit.back({name: value for name, value in answer.items() if value}))

    for cookie in FLOW:
        failing(without=cookie)
    failing(state="another")
    failing(state="")
    failing(code="")
    failing(code="another")
    failing(error="access_denied", code="")
    failing(account="nobody")
    failing(account="unverified")
    visit = Visit(work)
    answer = visit.answer_of(provider, "grace")
    visit.cookies["oidc_nonce"] = "n" * 43
    check_failed(visit.back(answer))


def test_a_way_back_works_once(work: House, provider: OidcProvider) -> None:
    visit = Visit(work)
    answer = visit.answer_of(provider, "linus")
    assert visit.back(answer).headers["location"] == "/home"
    check_failed(visit.back(answer))


def test_a_client_need_not_say_who_the_issuer_is(work: House, provider: OidcProvider) -> None:
    visit = Visit(work)
    answer = visit.answer_of(provider, "linus")
    assert answer.pop("iss") == provider.issuer
    assert visit.back(answer).headers["location"] == "/home"
    visit = Visit(work)
    check_failed(visit.back(visit.answer_of(provider, "linus") | {"iss": "https://elsewhere.example"}))


def test_who_is_in_no_group_that_is_let_in(provider: OidcProvider, data: Path) -> None:
    with running(data, **trusting(provider.issuer, allowed_groups=["staff"])) as house:
        visit = Visit(house)
        check_failed(visit.back(visit.answer_of(provider, "barred")))


@improved(
    63,
    "an address that has an account here: linked to it, and its password still works",
    "the provider must call the address verified; where nobody had confirmed it here, the password ends",
)
def test_an_address_that_is_known(work: House, provider: OidcProvider) -> None:
    account = work.stage.account("known@example.org", password="correct horse battery")
    _, item = enter(work, provider, "known")
    assert (item["id"], item["oidcSubject"]) == (account.id, "known")
    assert work.login("known@example.org").status_code == 200
    work.register(name="Grace", email="grace@example.org")
    before = work.login("grace@example.org").json()["token"]
    _, item = enter(work, provider, "grace")
    assert item["oidcSubject"] == "grace"
    assert work.login("grace@example.org").status_code == 401
    assert work.ask("GET", "/users/self", authorization=before).status_code == 401


@improved(
    64, "no registration, and somebody new through the provider: made", "by `registration.mode` or `sign_up_always`"
)
def test_registration_that_is_not_open(provider: OidcProvider, install: Install) -> None:
    closed = {"GATEPOST_DIALECTS__HOMEBOX__ALLOW_REGISTRATION": "false"}
    with running(install("one"), **closed, **trusting(provider.issuer)) as house:
        assert enter(house, provider, "ada")[1]["oidcSubject"] == "ada"
    closed |= {"GATEPOST_REGISTRATION__MODE": "closed"}
    with running(install("two"), **closed, **trusting(provider.issuer)) as house:
        visit = Visit(house)
        check_failed(visit.back(visit.answer_of(provider, "ada")))
    with running(install("three"), **closed, **trusting(provider.issuer, sign_up_always=True)) as house:
        assert enter(house, provider, "ada")[1]["oidcSubject"] == "ada"


def test_the_provider_is_named_in_the_status(work: House) -> None:
    oidc = work.ask("GET", "/status").json()["oidc"]
    assert oidc == {"enabled": True, "allowLocal": True, "buttonText": "Sign in at work"}
    assert urlsplit(work.ask("GET", START).headers["location"]).query
