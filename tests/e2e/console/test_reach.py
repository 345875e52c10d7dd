"""Whether everybody can use the pages: by keyboard, on a phone, in the dark."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.console.conftest import PASSWORD, PHONE, Open, go, press, sign_in
from tests.kit.backstage import Backstage, Member

LONG = "x" * 200
PATHS = ["/sign-up", "/sign-in", "/confirm/x", "/nothing", "/tokens"]


@pytest.fixture(scope="module")
def member(behind: Backstage) -> Member:
    """Make a member with a token whose name does not fit on any line."""
    made = behind.member("somebody.with.a.rather.long.name@departments.example.org", password=PASSWORD)
    behind.call(behind.parts.tokens.create, behind.principal(made), LONG)
    return made


def focused(page: Page) -> Any:
    """Tell what has the focus: its id, else its text."""
    return page.evaluate("document.activeElement.id || document.activeElement.innerText.trim()")


def tabbed(page: Page, times: int) -> Iterator[Any]:
    for _ in range(times):
        page.keyboard.press("Tab")
        yield focused(page)


def test_the_focus_goes_through_a_form_in_the_order_of_reading(open_: Open) -> None:
    page = open_("/sign-up")
    assert list(tabbed(page, 7)) == ["Gatepost", "email", "first_name", "last_name", "password", "Sign up", "Sign in"]


def test_the_keyboard_alone_signs_in_and_asks_before_it_revokes(open_: Open, member: Member) -> None:
    page = open_("/sign-in")
    for text in ("", member.email, PASSWORD):
        page.keyboard.press("Tab")
        page.keyboard.type(text)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("My tokens")
    reached = list(tabbed(page, 5))
    assert reached == ["Gatepost", "Sign out", "Show token", "Replace…", "Revoke…"]
    expect(page.get_by_role("button", name="Revoke token").first).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Revoke token").first).to_be_visible()


def test_a_refused_form_begins_with_its_problems(open_: Open) -> None:
    page = open_("/sign-up")
    press(page, "Sign up")
    assert focused(page).startswith("Please check what you entered")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert focused(page) == "email"
    expect(page.get_by_label("E-mail address")).to_have_accessible_description("Enter your e-mail address.")


def test_tabbing_to_a_token_selects_all_of_it(open_: Open, member: Member) -> None:
    page = open_("/sign-in")
    sign_in(page, member.email)
    page.locator("summary", has_text="Show token").click()
    page.keyboard.press("Tab")
    assert focused(page) == "default-value"
    assert page.evaluate("getSelection().toString()") == page.get_by_label("The default token").input_value()


@pytest.mark.parametrize("path", PATHS)
def test_on_a_phone_nothing_is_cut_off_and_everything_can_be_hit(open_: Open, member: Member, path: str) -> None:
    page = open_("/sign-in", **PHONE)
    if path == "/tokens":
        sign_in(page, member.email)
        for summary in page.locator("summary").all():
            summary.click()
    else:
        go(page, path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    for target in page.locator("main button, main summary, main input:not([type=hidden])").all():
        box = target.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 24  # WCAG 2.2, 2.5.8


def test_the_pages_follow_the_system_into_the_dark(open_: Open) -> None:
    papers = {
        scheme: open_("/sign-in", color_scheme=scheme).evaluate("getComputedStyle(document.body).backgroundColor")
        for scheme in ("light", "dark")
    }
    assert papers == {"light": "rgb(244, 245, 248)", "dark": "rgb(18, 20, 25)"}


def test_the_marks_of_the_site_are_loaded(open_: Open) -> None:
    page = open_("/sign-in")
    assert page.evaluate("document.querySelector('header img').naturalWidth") > 0


def test_a_phone_keyboard_fits_the_field(open_: Open) -> None:
    page = open_("/sign-up", **PHONE)
    expect(page.get_by_label("E-mail address")).to_have_attribute("type", "email")
    expect(page.get_by_label("E-mail address")).to_have_attribute("autocapitalize", "none")
