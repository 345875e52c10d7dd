"""Pages as tests read them: what a reader types, where links lead, and the code that is shown.

Comments say what a test does with a page; no reader sees them:

- `<!-- tested -->` before a block: its commands are run, or it is written to the file its title names.
- `<!-- prints -->` before a block: that is what the commands before it print.
- `<!-- run: COMMAND -->`: a command that only a test needs.
- `<!-- step: NAME -->`: something a person does with a browser.
"""

import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"

_COMMENT = re.compile(r"<!--\s*(\w+)(?::\s*(.*?))?\s*-->", re.DOTALL)
_TITLE = re.compile(r'title="([^"]+)"')
_SLUG_DROPS = re.compile(r"[^\w\s-]")


class Block(NamedTuple):
    """A fenced block: its language, the file it stands for, its text, and the comment right before it."""

    language: str
    title: str | None
    text: str
    mark: str = ""


class Instruction(NamedTuple):
    """A comment that stands for itself: `run` or `step`, and what follows the colon."""

    kind: str
    text: str


class Page:
    """One Markdown file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.text = path.read_text(encoding="utf-8")

    def __repr__(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @cached_property
    def _tokens(self) -> list[Token]:
        return MarkdownIt("commonmark").enable("table").parse(self.text)

    @cached_property
    def doings(self) -> list[Block | Instruction]:
        """What to do, in order: marked blocks and instructions."""
        return list(self._doings())

    def _doings(self) -> Iterator[Block | Instruction]:
        mark = ""
        for token in self._tokens:
            if token.type == "fence" and mark:
                yield _block(token)._replace(mark=mark)
            mark = ""
            for kind, text in _COMMENT.findall(token.content if token.type == "html_block" else ""):
                if kind in {"tested", "prints"}:
                    mark = kind
                elif kind in {"run", "step"}:
                    yield Instruction(kind, text)

    @property
    def tested(self) -> bool:
        """Whether a test does what the page says."""
        return any(isinstance(doing, Block) for doing in self.doings)

    @property
    def blocks(self) -> list[Block]:
        """Every fenced block."""
        return [_block(token) for token in self._tokens if token.type == "fence"]

    @property
    def links(self) -> list[str]:
        """The targets of links and images."""
        inline = [child for token in self._tokens for child in token.children or ()]
        found = [str(one.attrGet("href") or one.attrGet("src") or "") for one in inline]
        return [target for target in found if target]

    @property
    def anchors(self) -> set[str]:
        """The ids of the headings."""
        pairs = zip(self._tokens, self._tokens[1:], strict=False)
        return {_slug(content.content) for opening, content in pairs if opening.type == "heading_open"}

    @property
    def prose(self) -> str:
        """The running text: without code, addresses, tables' lines and comments."""
        inline = [child for token in self._tokens for child in token.children or ()]
        return " ".join(child.content for child in inline if child.type == "text")

    @property
    def names(self) -> set[str]:
        """What is set as code in running text and tables."""
        inline = [child for token in self._tokens for child in token.children or ()]
        return {child.content for child in inline if child.type == "code_inline"}


def _block(token: Token) -> Block:
    language, _, rest = token.info.partition(" ")
    title = _TITLE.search(rest)
    return Block(language, title and title[1], token.content)


def _slug(heading: str) -> str:
    return re.sub(r"[-\s]+", "-", _SLUG_DROPS.sub("", heading.replace("`", "")).strip().lower())


def pages(*folders: str) -> list[Page]:
    """List the pages below `docs/`, or below some of its folders."""
    found = [Page(path) for folder in folders or (".",) for path in sorted((DOCS / folder).rglob("*.md"))]
    assert found, folders
    return found


def top_pages() -> list[Page]:
    """List the pages that lie beside `docs/`."""
    return [Page(path) for path in sorted(ROOT.glob("*.md"))]
