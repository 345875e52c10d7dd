import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from tests.docs.browser import Browser
from tests.docs.pages import DOCS, Block, Page, pages, top_pages
from tests.docs.terminal import Terminal, terminal

TUTORIAL = Page(DOCS / "tutorial" / "first-token.md")
PASSWORD = "a few words in a row"

Steps = Mapping[str, Callable[[], None]]


@pytest.fixture
def at_terminal(tmp_path: Path) -> Iterator[Terminal]:
    with terminal(tmp_path) as opened:
        yield opened


def follow(page: Page, terminal: Terminal, steps: Steps) -> None:
    """Do everything a page says, in order."""
    for doing in page.doings:
        if not isinstance(doing, Block):
            terminal.type(doing.text) if doing.kind == "run" else steps[doing.text]()
        elif doing.mark == "prints":
            assert terminal.output == doing.text
        else:
            terminal.do(doing)


class Person:
    """Does the steps of the tutorial that need a browser: the owner in one window, Ada in a private one."""

    def __init__(self, terminal: Terminal, owner: Browser, ada: Browser) -> None:
        self.terminal = terminal
        self.owner = owner
        self.ada = ada
        self.pressed: set[str] = set()

    @property
    def steps(self) -> Steps:
        return {
            "become the owner": self.become_the_owner,
            "sign up": self.sign_up,
            "note the id": self.note_the_id,
            "confirm and sign in": self.confirm_and_sign_in,
            "make a token": self.make_a_token,
            "revoke the token": self.revoke_the_token,
        }

    def press(self, window: Browser, address: str, button: str, **fields: str) -> str:
        self.pressed.add(button)
        return window.press(address, button, **fields)

    def become_the_owner(self) -> None:
        link = found(r"http://\S+/setup/\S+", self.terminal.greeting)
        form = {"email": "you@example.org", "first_name": "You", "password": PASSWORD}
        assert "My tokens" in self.press(self.owner, link, "Create the owner’s account", **form)

    def sign_up(self) -> None:
        form = {"email": "ada@example.org", "first_name": "Ada", "last_name": "Lovelace", "password": PASSWORD}
        assert "Check your mail" in self.press(self.ada, "/sign-up", "Sign up", **form)

    def note_the_id(self) -> None:
        [line] = [line for line in self.terminal.output.splitlines() if "ada@example.org" in line]
        self.terminal.replaced["mail show ID"] = f"mail show {line.split()[-1]}"

    def confirm_and_sign_in(self) -> None:
        link = found(r"http://\S+/confirm/\S+", self.terminal.output)
        assert "is ready" in self.press(self.ada, link, "Yes, confirm my address")
        page = self.press(self.ada, "/sign-in", "Sign in", name="ada@example.org", password=PASSWORD)
        assert "My tokens" in page

    def make_a_token(self) -> None:
        page = self.press(self.ada, "/tokens", "Create token", name="laptop")
        self.terminal.replaced["gp_pat_…"] = found(r'id="created-value" value="([^"]+)"', page)

    def revoke_the_token(self) -> None:
        assert "does not work any more" in self.press(self.ada, "/tokens", "Revoke token")


def found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    assert match, text
    return match[match.re.groups]


def test_the_tutorial_leads_from_nothing_to_a_token_and_its_end(at_terminal: Terminal) -> None:
    origin = f"http://127.0.0.1:{at_terminal.port}"
    with ExitStack() as windows:
        person = Person(at_terminal, *(windows.enter_context(closing(Browser(origin))) for _ in range(2)))
        follow(TUTORIAL, at_terminal, person.steps)
    assert person.pressed == set(re.findall(r"\*\*(.+?)\*\*", TUTORIAL.text))


TYPED = [page for page in [*top_pages(), *pages()] if page.tested and page.path != TUTORIAL.path]


@pytest.mark.parametrize("page", TYPED, ids=repr)
def test_the_commands_of_a_page_work(page: Page, at_terminal: Terminal) -> None:
    follow(page, at_terminal, {})


def test_the_readme_is_tested() -> None:
    assert "README.md" in map(repr, TYPED)
