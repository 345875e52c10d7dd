import re
from itertools import count
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect
from qhub.api.user.client import HubUserClient
from qhub.api.user.errors import UnauthorizedError

from tests.e2e.console.conftest import NAMED_HOST, PASSWORD, PHONE, Open, confirmation_path, go, press, sign_in
from tests.kit.backstage import Backstage
from tests.kit.server import Server

numbers = count(1)

PROFILES: dict[str, dict[str, Any]] = {
    "desktop": {},
    "without scripts": {"java_script_enabled": False},
    "phone": PHONE,
    "plain http by name": {"host": NAMED_HOST},
}


def email_of(server: Server, token: str) -> str | None:
    """Ask the official client whom a token acts for; None when the API turns it away."""
    with httpx.Client() as connections:
        hub = HubUserClient(base_url=f"{server.url}/kipu/user-service", api_key=token, httpx_client=connections)
        try:
            user = hub.user_settings.get_current_user()
        except UnauthorizedError:
            return None
        return str(user.email)


@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)
def test_a_newcomer_gets_to_a_working_token_and_ends_it(
    open_: Open, server: Server, behind: Backstage, profile: dict[str, Any]
) -> None:
    email = f"newcomer{next(numbers)}@example.org"
    page = open_("/", **profile)
    sign_up(page, email)
    confirm(page, behind, email)
    sign_in(page, email)
    default, token = read_default(page), create(page)
    assert [email_of(server, default), email_of(server, token)] == [email, email]
    go(page, "/tokens")
    assert token not in page.content()
    revoke(page)
    assert email_of(server, token) is None
    replace_default(page)
    assert email_of(server, default) is None
    sign_out(page)


def sign_up(page: Page, email: str) -> None:
    page.get_by_role("link", name="Create an account").click()
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("First name").fill("Ann")
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Sign up")
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your mail")


def confirm(page: Page, behind: Backstage, email: str) -> None:
    go(page, confirmation_path(behind, email))
    expect(page.get_by_role("main")).to_contain_text(email)
    press(page, "Yes, confirm my address")
    page.get_by_role("link", name="Sign in").click()


def read_default(page: Page) -> str:
    expect(page.get_by_role("heading", level=1)).to_have_text("My tokens")
    page.locator("summary", has_text="Show token").click()
    return page.get_by_label("The default token").input_value()


def create(page: Page) -> str:
    page.get_by_label("Name").fill("build server")
    press(page, "Create token")
    return page.get_by_label("The new token").input_value()


def revoke(page: Page) -> None:
    page.locator("summary", has_text="Revoke").click()
    press(page, "Revoke token")
    expect(page.get_by_role("status")).to_contain_text("The token is revoked.")


def replace_default(page: Page) -> None:
    page.locator("summary", has_text="Replace").click()
    press(page, "Replace the default token")
    expect(page.get_by_role("status")).to_contain_text("The default token is replaced.")


def sign_out(page: Page) -> None:
    press(page, "Sign out")
    expect(page.get_by_role("status")).to_have_text("You are signed out.")
    go(page, "/tokens")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_the_printed_link_makes_the_first_owner(open_: Open, server: Server) -> None:
    printed = re.search(r"http://\S+?(/setup/\S+)", server.log.read_text())
    assert printed is not None
    page = open_(printed[1])
    page.get_by_label("E-mail address").fill("owner@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Create the owner’s account")
    expect(page.get_by_role("heading", level=1)).to_have_text("My tokens")
    again = open_(printed[1])
    expect(again.get_by_role("heading", level=1)).to_have_text("This link does not work")
