from urllib.parse import urlsplit

import pytest

from tests.docs.pages import DOCS, Page, pages, top_pages

ALL = [*top_pages(), *pages()]


@pytest.mark.parametrize("page", ALL, ids=repr)
def test_every_link_leads_somewhere(page: Page) -> None:
    assert [target for target in page.links if not leads_somewhere(page, target)] == []


def leads_somewhere(page: Page, target: str) -> bool:
    link = urlsplit(target)
    if link.scheme:
        return link.scheme in {"https", "mailto"} or link.hostname == "127.0.0.1"
    path = (page.path.parent / link.path).resolve() if link.path else page.path
    if not link.fragment:
        return path.exists()
    return path.is_file() and link.fragment in Page(path).anchors


def test_the_index_leads_to_every_page() -> None:
    index = Page(DOCS / "index.md")
    linked = {(DOCS / urlsplit(target).path).resolve() for target in index.links}
    assert {page.path for page in pages()} - linked == {index.path}


def test_a_broken_link_is_noticed() -> None:
    index = Page(DOCS / "index.md")
    assert leads_somewhere(index, "explanation/words.md#words")
    assert not leads_somewhere(index, "explanation/words.md#no-such-heading")
    assert not leads_somewhere(index, "explanation/no-such-page.md")
    assert not leads_somewhere(index, "http://example.org/")
