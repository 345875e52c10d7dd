import httpx
import pytest

from gatepost.server.domain.accounts import State
from gatepost.server.domain.clock import DAY
from gatepost.server.domain.principal import SYSTEM
from tests.web.console.conftest import MEMBER, PASSWORD, OpenSite, Site, Visitor
from tests.web.console.page import Page

pytestmark = pytest.mark.anyio

ANN = "ann@example.org"


def cookie_flags(answer: httpx.Response) -> set[str]:
    """Give the parts of the cookie header after its value."""
    return {part.strip() for part in answer.headers["set-cookie"].split(";")[1:]}


async def test_the_form_helps_password_managers(standing: Site) -> None:
    page = await standing.visitor().page("/sign-in")
    assert page.one("input", name="name").attributes["autocomplete"] == "username"
    assert page.one("input", name="password").attributes["autocomplete"] == "current-password"
    assert "/sign-up" in page.links


@pytest.mark.parametrize("name", [ANN, " ANN@Example.org ", "annie"])
async def test_the_address_and_the_username_both_sign_in(site: Site, name: str) -> None:
    await site.account(ANN, username="annie")
    visitor = site.visitor()
    answer = await visitor.sign_in(name)
    assert answer.headers["location"] == "/tokens"
    assert ANN in (await visitor.get("/tokens")).text


async def test_over_plain_http_the_cookie_has_its_plain_name(site: Site) -> None:
    await site.account(ANN)
    answer = await site.visitor().sign_in(ANN)
    assert answer.headers["set-cookie"].startswith("gatepost=gp_ses_")
    assert cookie_flags(answer) == {"Path=/", "HttpOnly", "SameSite=Lax", f"Max-Age={30 * 86_400}"}


async def test_over_https_the_cookie_is_bound_to_the_host(open_site: OpenSite) -> None:
    site: Site = await open_site(server__public_url="https://accounts.test", sessions__days=2)
    await site.account(ANN)
    visitor = site.visitor()
    answer = await visitor.sign_in(ANN)
    assert answer.headers["set-cookie"].startswith("__Host-gatepost=gp_ses_")
    assert cookie_flags(answer) == {"Path=/", "HttpOnly", "SameSite=Lax", "Secure", f"Max-Age={2 * 86_400}"}
    assert (await visitor.get("/tokens")).status_code == 200


@pytest.mark.parametrize(
    ("then", "leads_to"),
    [
        ("/tokens?done=revoked", "/tokens?done=revoked"),
        ("/", "/"),
        ("", "/tokens"),
        ("//evil.test/", "/tokens"),
        ("/\\evil.test/", "/tokens"),
        ("/\t/evil.test/", "/tokens"),
        ("https://evil.test/", "/tokens"),
        ("evil", "/tokens"),
        ("javascript:alert(1)", "/tokens"),
        ("/a\r\nset-cookie: b=c", "/tokens"),
        ("/ä", "/tokens"),
    ],
)
async def test_after_signing_in_one_stays_on_this_site(standing: Site, then: str, leads_to: str) -> None:
    visitor = standing.visitor()
    shown = Page((await visitor.get(str(httpx.URL("/sign-in", params={"next": then})))).text)
    assert shown.value("next") == leads_to
    answer = await visitor.post("/sign-in", name=MEMBER, password=PASSWORD, next=then)
    assert (answer.status_code, answer.headers["location"]) == (303, leads_to)


async def test_a_wrong_password_and_an_unknown_name_are_answered_alike(site: Site) -> None:
    await site.account(ANN)
    wrong = await site.visitor().post("/sign-in", name=ANN, password="not my password")
    unknown = await site.visitor().post("/sign-in", name="bob@example.org", password=PASSWORD)
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.text == unknown.text.replace("bob@example.org", ANN)
    page = Page(wrong.text)
    assert page.problems == ["The e-mail address or the password is wrong, or the address is not confirmed yet."]
    assert page.value("name") == ANN
    assert "not my password" not in wrong.text
    assert "set-cookie" not in wrong.headers


@pytest.mark.parametrize(
    ("name", "password", "problems"),
    [
        ("", "", ["Enter your e-mail address or username.", "Enter your password."]),
        (ANN, "", ["Enter your password."]),
    ],
)
async def test_empty_fields_are_named(standing: Site, name: str, password: str, problems: list[str]) -> None:
    answer = await standing.visitor().post("/sign-in", name=name, password=password)
    assert (answer.status_code, Page(answer.text).problems) == (400, problems)


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (State.PENDING, "This account awaits approval by an administrator."),
        (State.REJECTED, "This account was not approved."),
        (None, "This account is disabled."),
    ],
)
async def test_who_may_not_act_learns_why_but_only_with_the_right_password(
    site: Site, state: State | None, reason: str
) -> None:
    account = await site.account(ANN, state=state or State.ACTIVE)
    if state is None:
        await site.parts.administration.disable(SYSTEM, account.id)
    right = await site.visitor().post("/sign-in", name=ANN, password=PASSWORD)
    wrong = await site.visitor().post("/sign-in", name=ANN, password="not my password")
    assert (right.status_code, wrong.status_code) == (403, 401)
    assert reason in Page(right.text).text
    assert "set-cookie" not in right.headers


async def test_attempts_on_one_account_are_limited(open_site: OpenSite) -> None:
    site: Site = await open_site(limits__sign_in_per_account="2/minute")
    await site.account(ANN)
    names = [ANN, ANN.upper(), ANN, "bob@example.org"]
    answers = [await site.visitor().post("/sign-in", name=name, password=PASSWORD) for name in names]
    assert [answer.status_code for answer in answers] == [303, 303, 429, 401]
    assert 0 < int(answers[2].headers["retry-after"]) <= 60


def from_network(site: Site, address: str) -> Visitor:
    """Bring somebody whom the trusted proxy met at an address."""
    visitor = site.visitor()
    visitor.http.headers["x-forwarded-for"] = address
    return visitor


async def test_nobody_is_locked_out_by_what_others_try_from_elsewhere(open_site: OpenSite) -> None:
    site: Site = await open_site(limits__sign_in_per_account="3/minute", server__trusted_proxies=["127.0.0.1"])
    await site.account(ANN)
    stranger, ann = from_network(site, "203.0.113.7"), from_network(site, "198.51.100.1")
    guesses = [await stranger.post("/sign-in", name=ANN, password="a guess") for _ in range(20)]
    assert {answer.status_code for answer in guesses[3:]} == {429}
    await ann.sign_in(ANN)


async def test_an_account_is_not_guessed_at_from_everywhere(open_site: OpenSite) -> None:
    site: Site = await open_site(limits__sign_in_per_account_anywhere="5/minute", server__trusted_proxies=["127.0.0.1"])
    await site.account(ANN)
    guessers = [from_network(site, f"203.0.113.{number}") for number in range(7)]
    answers = [await guesser.post("/sign-in", name=ANN, password="a guess") for guesser in guessers]
    assert [answer.status_code for answer in answers] == [401] * 5 + [429] * 2


async def test_an_account_has_one_limit_whatever_name_it_is_called_by(open_site: OpenSite) -> None:
    site: Site = await open_site(limits__sign_in_per_account="3/minute")
    await site.account(ANN, username="Ann")
    names = [ANN, "ann", "\uff21nn", " ANN ", f"\uff41{ANN[1:]}"]
    answers = [await site.visitor().post("/sign-in", name=name, password="a guess") for name in names]
    assert [answer.status_code for answer in answers] == [401, 401, 401, 429, 429]


async def test_when_too_many_wait_the_page_says_when_to_come_back(site: Site) -> None:
    site.parts.hasher._places._left = 0
    answer = await site.visitor().post("/sign-in", name=ANN, password=PASSWORD)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")


@pytest.mark.parametrize("start", ["/", "/home"])
async def test_the_start_page_leads_to_what_one_can_do(site: Site, start: str) -> None:
    assert (await site.visitor().get(start)).headers["location"] == "/sign-in"
    member = await site.member(ANN)
    assert (await member.get(start)).headers["location"] == "/tokens"
    assert (await member.get("/sign-in")).headers["location"] == "/tokens"


async def test_signing_out_ends_the_session_itself(site: Site) -> None:
    member = await site.member(ANN)
    session = member.http.cookies["gatepost"]
    answer = await member.post("/sign-out")
    assert answer.headers["location"] == "/sign-in?done=signed-out"
    assert answer.headers["set-cookie"].startswith("gatepost=; Max-Age=0; Path=/")
    assert "You are signed out." in (await member.page("/sign-in?done=signed-out")).text
    thief = site.visitor()
    thief.http.cookies["gatepost"] = session
    assert (await thief.get("/tokens")).status_code == 303


async def test_signing_out_twice_is_no_error(site: Site) -> None:
    visitor = site.visitor()
    assert (await visitor.post("/sign-out")).status_code == 303
    visitor.http.cookies["gatepost"] = "gp_ses_unknown"
    assert (await visitor.post("/sign-out")).status_code == 303


async def test_a_new_session_ends_the_one_it_replaces(site: Site) -> None:
    member = await site.member(ANN)
    before = member.http.cookies["gatepost"]
    await member.sign_in(ANN)
    assert member.http.cookies["gatepost"] != before
    old = site.visitor()
    old.http.cookies["gatepost"] = before
    assert (await old.get("/tokens")).status_code == 303


async def test_an_idle_session_ends(site: Site) -> None:
    member = await site.member(ANN)
    site.ahead = 7 * DAY + DAY
    assert (await member.get("/tokens")).headers["location"] == "/sign-in?next=/tokens"


@pytest.mark.parametrize("path", ["/sign-in?done=%3Cscript%3E", "/sign-in?next=%3Cscript%3E", "/sign-in?done="])
async def test_an_unknown_notice_is_not_shown(standing: Site, path: str) -> None:
    page = await standing.visitor().page(path)
    assert page.all("p", role="status") == []
    assert "script" not in page.text


async def test_a_query_that_is_no_text_is_refused(standing: Site) -> None:
    assert (await standing.visitor().get("/sign-in?next=%FF")).status_code == 400
    assert (await standing.visitor().get("/sign-in?next=/a&next=/b")).status_code == 400


async def test_the_cookie_is_found_among_others_and_in_several_headers(site: Site) -> None:
    session = (await site.member(ANN)).http.cookies["gatepost"]
    for headers in (
        [("cookie", f"a=b; gatepost={session};c=d")],
        [("cookie", "a=b"), ("cookie", f"gatepost={session}")],
    ):
        answer = await site.visitor().http.get("/tokens", headers=headers)
        assert answer.status_code == 200


@pytest.mark.parametrize("cookie", ["gatepost=", "gatepost", "gatepost=gp_ses_x", "other=1", ";;=", "gatepost=ÿ"])
async def test_a_cookie_that_is_no_session_signs_nobody_in(standing: Site, cookie: str) -> None:
    answer = await standing.visitor().http.get("/tokens", headers=[(b"cookie", cookie.encode("latin-1"))])
    assert answer.status_code == 303


async def test_guessing_sessions_is_limited(open_site: OpenSite) -> None:
    site: Site = await open_site(limits__failed_tokens_per_network="2/minute")
    visitor = site.visitor()
    visitor.http.cookies["gatepost"] = "gp_ses_guess"
    assert [(await visitor.get("/tokens")).status_code for _ in range(3)] == [303, 303, 429]
