"""A real server, a real Chromium, and a look into the server's outbox."""

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from gatepost.server.domain.principal import SYSTEM
from tests.kit.backstage import Backstage, backstage
from tests.kit.engines import Install
from tests.kit.server import Server, serving

PASSWORD = "a few words in a row"
# A name that browsers do not count as safe without TLS, unlike `localhost` and 127.0.0.1.
NAMED_HOST = "accounts.test"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--host-resolver-rules=MAP {NAMED_HOST} 127.0.0.1",
]
PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True}

Open = Callable[..., Page]


# Playwright's event loop runs until the browser is closed, and other tests need the thread for loops of their own.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start Debian's Chromium, once for a module."""
    program = shutil.which("chromium")
    assert program is not None, "install the package chromium"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def server(install: Install) -> Iterator[Server]:
    """Run a server with the limits that people meet."""
    with serving(install("server"), GATEPOST_LIMITS__ENABLED="true") as running:
        yield running


@pytest.fixture(scope="session")
def behind(server: Server) -> Iterator[Backstage]:
    """Open the running server's data, as an operator does on its machine."""
    with backstage(server.data) as opened:
        yield opened


@pytest.fixture
def open_(browser: Browser, server: Server) -> Iterator[Open]:
    """Give a function that opens a path in a browser profile of its own; a breach of the policy fails the test."""
    breaches: list[str] = []
    with ExitStack() as contexts:

        def go(path: str, *, host: str = "127.0.0.1", **profile: Any) -> Page:
            context: BrowserContext = browser.new_context(**profile)
            contexts.callback(context.close)
            page = context.new_page()
            page.on("console", lambda message: breaches.append(message.text))
            page.goto(f"http://{host}:{server.port}{path}")
            return page

        yield go
    assert [text for text in breaches if "Content Security Policy" in text] == []


def go(page: Page, path: str) -> None:
    """Open another path of the site, by the name it was reached by."""
    page.goto(re.sub(r"(//[^/]+)/.*", rf"\1{path}", page.url))


def press(page: Page, name: str) -> None:
    """Press a button."""
    page.get_by_role("button", name=name, exact=True).click()


def sign_in(page: Page, name: str, password: str = PASSWORD) -> None:
    """Fill in and send the form of `/sign-in`."""
    page.get_by_label("E-mail address or username").fill(name)
    page.get_by_label("Password").fill(password)
    press(page, "Sign in")


def confirmation_path(behind: Backstage, email: str) -> str:
    """Give the path of the link in the newest mail to an address."""
    newest = next(mail for mail in behind.call(behind.parts.mails.page, SYSTEM) if mail.recipient == email)
    _, composed = behind.call(behind.parts.mails.show, SYSTEM, newest.id)
    assert composed is not None
    found = re.search(r"http://[^/]+(/confirm/\S+)", composed.text)
    assert found is not None
    return found[1]
