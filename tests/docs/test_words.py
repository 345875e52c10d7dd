"""Pages use the words of `docs/explanation/words.md`; names on the wire are set as code and not looked at."""

import re

import pytest

from tests.docs.pages import DOCS, Page, pages

INSTEAD = {
    r"\busers?\b(?! (?:service|API|APIs|and system)\b)": "account, or person",
    r"\b(?:login|logs in|logged in|logon|log out|logout)\b(?!\.)": "sign in, sign out",
    r"\bemails?\b": "e-mail, mail",
    r"\bAPI keys?\b": "token",
    r"\b(?:admin|admins)\b": "administrator",
    r"\bconfigs?\b": "configuration, settings",
}

WIRE = {
    DOCS / "reference" / "homebox.md",
    DOCS / "reference" / "kipu.md",
    DOCS / "reference" / "ubiops.md",
    DOCS / "reference" / "vectara.md",
    DOCS / "explanation" / "words.md",
    *(DOCS / "reference").glob("client-*.md"),
}
"""Where the words of others are the subject."""

HISTORY = DOCS / "decisions"
"""What was decided is never edited."""

PAGES = [page for page in pages() if page.path not in WIRE and HISTORY not in page.path.parents]


def wrong(prose: str) -> dict[str, str]:
    """Give the wrong words with what to say instead."""
    return {match[0]: right for word, right in INSTEAD.items() for match in re.finditer(word, prose, re.IGNORECASE)}


@pytest.mark.parametrize("page", PAGES, ids=repr)
def test_a_page_uses_the_words_of_the_product(page: Page) -> None:
    assert wrong(page.prose) == {}


@pytest.mark.parametrize("prose", ["a user signs up", "Users can", "your login", "log out", "an email", "an API key"])
def test_a_wrong_word_is_noticed(prose: str) -> None:
    assert wrong(prose)


@pytest.mark.parametrize("prose", ["a user service", "existing user APIs", "sign in", "an e-mail"])
def test_a_right_word_is_left_alone(prose: str) -> None:
    assert wrong(prose) == {}
