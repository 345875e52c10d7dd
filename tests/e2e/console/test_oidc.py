"""A browser goes to a real OIDC provider and comes back signed in."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.console.conftest import PASSWORD, PHONE, press, sign_in
from tests.kit.backstage import Backstage, backstage
from tests.kit.engines import Install
from tests.kit.oidc import ACCOUNTS, CLIENT_ID, CLIENT_SECRET, OidcProvider
from tests.kit.server import Server, free_port, serving

PROFILES: dict[str, dict[str, Any]] = {"ada": {}, "linus": {"java_script_enabled": False}, "ken": PHONE}
"""Who signs in with what browser: on a desk, without scripts, on a phone."""

COMPANY = {"name": "company", "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "button_text": "Sign in at work"}


@pytest.fixture(scope="module")
def provider_port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def server(install: Install, provider_port: int) -> Iterator[Server]:
    """Run a server whose provider is not there yet."""
    providers = json.dumps([COMPANY | {"issuer": f"http://127.0.0.1:{provider_port}"}])
    with serving(install("oidc"), GATEPOST_OIDC__PROVIDERS=providers) as running:
        yield running


@pytest.fixture(scope="module")
def behind(server: Server) -> Iterator[Backstage]:
    with backstage(server.data) as opened:
        yield opened


@pytest.fixture(scope="module")
def provider(server: Server, provider_port: int) -> Iterator[OidcProvider]:
    uris = [f"{server.url}/sign-in/oidc/company/callback"]
    people = {name: ACCOUNTS["ada"] | {"email": f"{name}@example.org"} for name in PROFILES}
    running = OidcProvider.start(port=provider_port, redirect_uris=uris, accounts=people)
    yield running
    running.stop()


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    context = browser.new_context()
    yield context.new_page()
    context.close()


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


@pytest.mark.parametrize("person", PROFILES)
def test_a_newcomer_signs_in_at_the_provider_and_comes_back_to_a_token(
    browser: Browser, server: Server, provider: OidcProvider, person: str
) -> None:
    context = browser.new_context(**PROFILES[person])
    page = context.new_page()
    page.goto(f"{server.url}/tokens")
    page.get_by_role("link", name="Sign in at work").click()
    heading(page, "Who are you?")
    assert page.url.startswith(provider.issuer)
    press(page, person)
    heading(page, "My tokens")
    assert page.url == f"{server.url}/tokens"
    expect(page.get_by_text(f"{person}@example.org")).to_be_visible()
    cookies = {cookie["name"]: cookie for cookie in context.cookies(server.url)}
    assert [name for name in cookies if name.startswith("gatepost")] == ["gatepost"]
    press(page, "Sign out")
    expect(page.get_by_role("status")).to_have_text("You are signed out.")
    context.close()


def test_who_declines_is_told_and_signs_in_another_way(
    page: Page, server: Server, behind: Backstage, provider: OidcProvider
) -> None:
    member = behind.member(password=PASSWORD)
    page.goto(f"{server.url}/sign-in")
    page.get_by_role("link", name="Sign in at work").click()
    press(page, "nobody")
    heading(page, "You cannot sign in")
    page.get_by_role("link", name="Sign in again").click()
    sign_in(page, member.email)
    heading(page, "My tokens")


def test_going_back_to_an_old_answer_changes_nothing(page: Page, server: Server, provider: OidcProvider) -> None:
    page.goto(f"{server.url}/sign-in")
    page.get_by_role("link", name="Sign in at work").click()
    with page.expect_request(lambda request: "/callback?" in request.url) as returned:
        press(page, "ada")
    heading(page, "My tokens")
    page.goto(returned.value.url)
    heading(page, "This sign-in cannot be finished")
    page.goto(f"{server.url}/tokens")
    heading(page, "My tokens")


def test_who_comes_by_another_name_of_the_server_gets_in_too(
    page: Page, server: Server, provider: OidcProvider
) -> None:
    page.goto(f"http://localhost:{server.port}/sign-in")
    page.get_by_role("link", name="Sign in at work").click()
    press(page, "ada")
    heading(page, "My tokens")
    assert page.url.startswith(server.url)
