"""Signing in at an OIDC provider through the pages, in this process; the provider is a real one."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest

from gatepost.server.domain.accounts import State
from gatepost.server.domain.clock import MINUTE
from gatepost.server.domain.principal import SYSTEM
from tests.kit.forged_oidc import METADATA, ForgedProvider, forging
from tests.kit.oidc import CLIENT_ID, CLIENT_SECRET, OidcProvider
from tests.kit.scripted import answer as answering
from tests.kit.scripted import refused
from tests.web.console.conftest import OpenSite, Site, Visitor
from tests.web.console.page import Page

pytestmark = pytest.mark.anyio

START = "/sign-in/oidc/company"
CALLBACK = f"{START}/callback"
REDIRECT_URIS = [f"{scheme}://accounts.test{CALLBACK}" for scheme in ("http", "https")]


@pytest.fixture(scope="module")
def provider() -> Iterator[OidcProvider]:
    running = OidcProvider.start(redirect_uris=REDIRECT_URIS)
    yield running
    running.stop()


@pytest.fixture
def forged() -> Iterator[ForgedProvider]:
    with forging() as running:
        yield running


def company(issuer: str, **more: object) -> dict[str, object]:
    """Give the settings of a provider."""
    named = {"name": "company", "issuer": issuer, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    return named | more


@pytest.fixture
async def site(open_site: OpenSite, provider: OidcProvider) -> Site:
    return await open_site(oidc__providers=[company(provider.issuer, button_text="Sign in at work")])


async def out(visitor: Visitor, then: str = "/tokens") -> str:
    """Press the button; give the provider's address."""
    away = await visitor.get(f"{START}?{urlencode({'next': then})}")
    assert away.status_code == 303, away.text
    return str(away.headers["location"])


async def back(visitor: Visitor, answer: dict[str, str]) -> httpx.Response:
    """Come back from the provider, as its page makes the browser do."""
    return await visitor.http.get(f"{CALLBACK}?{urlencode(answer)}", headers={"sec-fetch-site": "cross-site"})


async def sign_in(site: Site, provider: OidcProvider, account: str = "ada") -> tuple[Visitor, httpx.Response]:
    visitor = site.visitor()
    return visitor, await back(visitor, provider.walk(await out(visitor), account))


async def forged_sign_in(site: Site, forged: ForgedProvider) -> httpx.Response:
    visitor = site.visitor()
    asked = dict(parse_qsl(urlsplit(await out(visitor)).query))
    forged.nonce = asked["nonce"]
    return await back(visitor, {"code": "code", "state": asked["state"]})


def said(answer: httpx.Response) -> str:
    """Read a page that says why nobody was signed in; the flow's cookie must be gone and no session begun."""
    Page(answer.text).check()
    cookies = answer.headers.get_list("set-cookie")
    assert [cookie.partition(";")[0] for cookie in cookies] == ["gatepost-flow="]
    assert "/sign-in" in Page(answer.text).links
    return re.sub(r"\s+", " ", answer.text)


async def test_the_button_leads_to_the_provider_and_back_to_where_one_was_going(
    site: Site, provider: OidcProvider
) -> None:
    visitor = site.visitor()
    page = await visitor.page("/sign-in?next=/tokens%3Fdone%3Drevoked")
    button = f"http://accounts.test{START}?next=/tokens%3Fdone%3Drevoked"
    assert "Sign in at work" in (await visitor.get("/sign-in")).text
    assert button in page.links
    away = await visitor.get(button)
    answer = await back(visitor, provider.walk(away.headers["location"], "ada"))
    assert (answer.status_code, answer.headers["location"]) == (303, "/tokens?done=revoked")
    assert "ada@example.org" in (await visitor.get("/tokens")).text
    (account,) = await site.parts.administration.page(SYSTEM)
    assert (account.first_name, account.last_name, account.email_verified) == ("Ada", "Lovelace", True)
    assert account.last_sign_in_at is not None


async def test_the_flow_is_kept_out_of_reach(site: Site) -> None:
    away = await site.visitor().get(START)
    cookie, *flags = away.headers["set-cookie"].split("; ")
    assert set(flags) == {"Path=/", "HttpOnly", "SameSite=Lax", "Max-Age=600"}
    asked = dict(parse_qsl(urlsplit(away.headers["location"]).query))
    assert not any(asked[name] in cookie for name in ("state", "nonce"))
    assert away.headers["cache-control"] == "no-store"


async def test_over_https_the_flow_s_cookie_is_bound_to_the_host(open_site: OpenSite, provider: OidcProvider) -> None:
    site = await open_site(
        server__public_url="https://accounts.test", oidc__providers=[company(provider.issuer)], oidc__flow_minutes=3
    )
    _, answer = await sign_in(site, provider)
    assert answer.headers.get_list("set-cookie")[0].startswith("__Host-gatepost=gp_ses_")
    assert answer.headers.get_list("set-cookie")[1].startswith("__Host-gatepost-flow=; Max-Age=0")
    away = await site.visitor().get(START)
    assert away.headers["set-cookie"].startswith("__Host-gatepost-flow=")
    assert "; Max-Age=180;" in away.headers["set-cookie"]
    assert "; Secure" in away.headers["set-cookie"]


async def test_each_sign_in_finds_the_account_of_the_first(site: Site, provider: OidcProvider) -> None:
    for _ in range(2):
        _, answer = await sign_in(site, provider)
        assert answer.status_code == 303
    assert len(await site.parts.administration.page(SYSTEM)) == 1
    events = [event.action for event in await site.parts.audit.newest(SYSTEM, 10)]
    assert events == ["session.started", "session.started", "account.provisioned"]


async def test_who_has_a_password_too_keeps_it(site: Site, provider: OidcProvider) -> None:
    account = await site.account("ada@example.org")
    await sign_in(site, provider)
    assert [found.id for found in await site.parts.administration.page(SYSTEM)] == [account.id]
    await site.visitor().sign_in("ada@example.org")


async def test_the_session_before_ends(site: Site, provider: OidcProvider) -> None:
    visitor = site.visitor()
    address = await out(visitor)
    await site.account("ann@example.org")
    await visitor.sign_in("ann@example.org")
    before = visitor.http.cookies["gatepost"]
    await back(visitor, provider.walk(address, "ada"))
    assert visitor.http.cookies["gatepost"] != before
    stale = site.visitor()
    stale.http.cookies.set("gatepost", before)
    assert (await stale.get("/tokens")).headers["location"].startswith("/sign-in")


async def test_who_is_signed_in_is_not_sent_away(site: Site) -> None:
    member = await site.member()
    assert (await member.get(f"{START}?next=/tokens%3Fx")).headers["location"] == "/tokens?x"
    assert (await member.get(f"{START}?next=//evil.test/")).headers["location"] == "/tokens"


@pytest.mark.parametrize("then", ["//evil.test/", "https://evil.test/", "/\\evil.test", "/" + "x" * 1_000])
async def test_afterwards_one_stays_on_this_site(site: Site, provider: OidcProvider, then: str) -> None:
    visitor = site.visitor()
    answer = await back(visitor, provider.walk(await out(visitor, then), "ada"))
    assert answer.headers["location"] == "/tokens"


async def test_an_answer_cannot_be_finished_in_a_browser_that_did_not_ask(site: Site, provider: OidcProvider) -> None:
    """Else somebody could make others work in an account that is not theirs (login CSRF)."""
    attacker, victim = site.visitor(), site.visitor()
    answer = provider.walk(await out(attacker), "ada")
    assert "was not started in this browser" in said(await back(victim, answer))
    await out(victim)
    assert "was not started in this browser" in said(await back(victim, answer))
    assert await site.parts.administration.page(SYSTEM) == []


async def test_a_flow_is_finished_once_even_by_who_kept_its_cookie(open_site: OpenSite, forged: ForgedProvider) -> None:
    forged.id_token |= {"email": "ada@example.org", "email_verified": True}
    site = await open_site(oidc__providers=[company(forged.issuer)])
    visitor = site.visitor()
    asked = dict(parse_qsl(urlsplit(await out(visitor)).query))
    kept, forged.nonce = visitor.http.cookies["gatepost-flow"], asked["nonce"]
    answer = {"code": "code", "state": asked["state"]}
    assert (await back(visitor, answer)).status_code == 303
    thief = site.visitor()
    thief.http.cookies.set("gatepost-flow", kept)
    replayed = await back(thief, answer)
    assert (replayed.status_code, "was finished already" in said(replayed)) == (400, True)


async def test_a_code_cannot_be_redeemed_twice(site: Site, provider: OidcProvider) -> None:
    visitor = site.visitor()
    answer = provider.walk(await out(visitor), "ada")
    kept = visitor.http.cookies["gatepost-flow"]
    await back(visitor, answer)
    thief = site.visitor()
    thief.http.cookies.set("gatepost-flow", kept)
    assert "did not sign you in" in said(await back(thief, answer))


async def test_a_flow_ends_after_ten_minutes(site: Site, provider: OidcProvider) -> None:
    visitor = site.visitor()
    answer = provider.walk(await out(visitor), "ada")
    site.ahead = 10 * MINUTE
    assert "took too long" in said(await back(visitor, answer))


@pytest.mark.parametrize("cookie", ["", "x", "AAAA", "é", "A" * 5_000])
async def test_a_flow_that_was_tampered_with_is_none(site: Site, cookie: str) -> None:
    answer = await site.visitor().http.get(
        f"{CALLBACK}?code=x&state=x", headers={b"cookie": b"gatepost-flow=" + cookie.encode("latin-1")}
    )
    assert (answer.status_code, "was not started in this browser" in said(answer)) == (400, True)


async def test_a_flow_with_one_provider_is_not_finished_by_another(
    open_site: OpenSite, provider: OidcProvider, forged: ForgedProvider
) -> None:
    site = await open_site(oidc__providers=[company(provider.issuer), company(forged.issuer) | {"name": "other"}])
    page = await site.visitor().page("/sign-in")
    assert [link for link in page.links if "/oidc/" in link] == [
        f"http://accounts.test/sign-in/oidc/{name}?next=/tokens" for name in ("company", "other")
    ]
    visitor = site.visitor()
    answer = provider.walk(await out(visitor), "ada")
    mixed = await visitor.get(f"/sign-in/oidc/other/callback?{urlencode(answer)}")
    assert (mixed.status_code, "was not started" in said(mixed)) == (400, True)
    assert forged.requests("/token") == []


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ({"error": "access_denied", "error_description": "<b>boo</b>"}, 403, "did not agree to sign in"),
        ({"error": "temporarily_unavailable"}, 503, "cannot sign anybody in at the moment"),
        ({"error": "<b>boo</b>"}, 401, "did not sign you in"),
        ({}, 401, "did not sign you in"),
        ({"code": ""}, 401, "did not sign you in"),
    ],
)
async def test_the_provider_s_refusal_is_put_into_our_words(
    site: Site, query: dict[str, str], status: int, words: str
) -> None:
    visitor = site.visitor()
    state = dict(parse_qsl(urlsplit(await out(visitor)).query))["state"]
    answer = await back(visitor, {"state": state} | query)
    assert (answer.status_code, words in said(answer)) == (status, True)
    assert "boo" not in answer.text
    assert ("retry-after" in answer.headers) == (status == 503)


async def test_a_query_that_says_a_thing_twice_is_refused(site: Site) -> None:
    answer = await site.visitor().get(f"{CALLBACK}?state=a&state=b&code=x")
    assert answer.status_code == 400


async def test_an_address_that_nobody_verified_lets_nobody_in(site: Site, provider: OidcProvider) -> None:
    await site.account("grace@example.org")
    _, answer = await sign_in(site, provider, "grace")
    assert (answer.status_code, "no verified e-mail address" in said(answer)) == (403, True)


async def test_who_is_in_no_allowed_group_is_not_let_in(open_site: OpenSite, provider: OidcProvider) -> None:
    site = await open_site(oidc__providers=[company(provider.issuer, allowed_groups=["engineering"])])
    _, answer = await sign_in(site, provider)
    assert (answer.status_code, "None of your groups" in said(answer)) == (403, True)
    assert await site.parts.administration.page(SYSTEM) == []


@pytest.mark.parametrize(
    ("state", "words"),
    [(State.PENDING, "awaits approval"), (State.REJECTED, "not approved"), (None, "is disabled")],
)
async def test_an_account_that_may_not_act_is_not_let_in(
    site: Site, provider: OidcProvider, state: State | None, words: str
) -> None:
    account = await site.account("ada@example.org", state=state or State.ACTIVE)
    if state is None:
        await site.parts.administration.disable(SYSTEM, account.id)
    for _ in range(2):
        _, answer = await sign_in(site, provider)
        assert (answer.status_code, words in said(answer)) == (403, True)


async def test_who_signs_in_first_may_have_to_wait_for_approval(open_site: OpenSite, provider: OidcProvider) -> None:
    site = await open_site(oidc__providers=[company(provider.issuer)], registration__mode="approval")
    _, answer = await sign_in(site, provider)
    assert "awaits approval" in said(answer)
    (account,) = await site.parts.administration.page(SYSTEM, State.PENDING)
    await site.parts.administration.approve(SYSTEM, account.id)
    assert (await sign_in(site, provider))[1].status_code == 303


async def test_an_address_that_looks_like_another_is_explained(open_site: OpenSite, forged: ForgedProvider) -> None:
    forged.id_token |= {"email": "\u017fam@example.org", "email_verified": True}
    site = await open_site(oidc__providers=[company(forged.issuer)])
    await site.account("sam@example.org")
    answer = await forged_sign_in(site, forged)
    assert (answer.status_code, "too similar" in said(answer)) == (409, True)


async def test_a_forged_answer_says_nothing_of_why(open_site: OpenSite, forged: ForgedProvider) -> None:
    forged.id_token["aud"] = "somebody-else"
    site = await open_site(oidc__providers=[company(forged.issuer)])
    answer = await forged_sign_in(site, forged)
    assert (answer.status_code, "did not sign you in" in said(answer)) == (401, True)
    assert "aud" not in said(answer)


async def test_a_provider_in_trouble_is_told_of_with_when_to_come_back(
    open_site: OpenSite, forged: ForgedProvider
) -> None:
    site = await open_site(oidc__providers=[company(forged.issuer)])
    forged.paths["/token"] = answering(500)
    answer = await forged_sign_in(site, forged)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert "company does not answer as it should" in said(answer)
    assert forged.issuer not in answer.text


async def test_a_provider_that_is_down_keeps_nobody_from_the_other_ways(open_site: OpenSite) -> None:
    site = await open_site(oidc__providers=[company(refused())])
    answer = await site.visitor().get(START)
    assert (answer.status_code, int(answer.headers["retry-after"]) > 0) == (503, True)
    assert "set-cookie" not in answer.headers
    await site.account()
    await site.visitor().sign_in("ann@example.org")


async def test_a_provider_that_comes_back_is_used(
    open_site: OpenSite, forged: ForgedProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gatepost.server.oidc.kept.PAUSE_WITHOUT", 0)
    site = await open_site(oidc__providers=[company(forged.issuer)])
    forged.paths[METADATA] = answering(404)
    assert (await site.visitor().get(START)).status_code == 503
    del forged.paths[METADATA]
    assert (await site.visitor().get(START)).status_code == 303


@pytest.mark.parametrize("path", ["/sign-in/oidc/unknown", "/sign-in/oidc/%FF", "/sign-in/oidc/Company"])
async def test_there_are_no_other_providers(site: Site, path: str) -> None:
    assert (await site.visitor().get(path)).status_code == 404


async def test_a_provider_of_bearer_tokens_alone_has_no_button(open_site: OpenSite, provider: OidcProvider) -> None:
    bearer = {"name": "company", "issuer": provider.issuer, "audience": ["x"]}
    site = await open_site(oidc__providers=[bearer])
    assert not [link for link in (await site.visitor().page("/sign-in")).links if "oidc" in link]
    assert (await site.visitor().get(START)).status_code == 404


async def test_who_only_looks_ahead_begins_and_finishes_nothing(site: Site, provider: OidcProvider) -> None:
    visitor = site.visitor()
    assert (await visitor.http.head(START)).status_code == 405
    answer = provider.walk(await out(visitor), "ada")
    assert (await visitor.http.head(f"{CALLBACK}?{urlencode(answer)}")).status_code == 405
    assert (await back(visitor, answer)).status_code == 303


async def test_attempts_from_one_network_are_limited(open_site: OpenSite, forged: ForgedProvider) -> None:
    site = await open_site(oidc__providers=[company(forged.issuer)], limits__sign_in_per_network="3/minute")
    statuses = [(await site.visitor().get(path)).status_code for path in (START, CALLBACK, START, START, CALLBACK)]
    assert statuses == [303, 400, 303, 429, 429]
