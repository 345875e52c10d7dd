"""Answers of commands: JSON for programs, aligned lines and tables for people."""

import re
import sys
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from gatepost.server.domain.clock import to_datetime

_WIDEST = 48

_DELETE_AND_C1 = re.compile(r"[\x7f-\x9f]")
"""Control characters that JSON allows as they are, and terminals obey."""


def write_json(document: Any) -> None:
    """Print one JSON document, indented when a person reads it."""
    encoded = msgspec.json.encode(document)
    if sys.stdout.isatty():
        encoded = msgspec.json.format(encoded, indent=2)
    sys.stdout.write(_harmless(encoded) + "\n")


async def write_json_list(pages: AsyncIterator[Iterable[Any]]) -> None:
    """Print one JSON array, page by page as its items come; no page is empty."""
    separator = "["
    async for page in pages:
        sys.stdout.write(separator + ",\n ".join(_harmless(msgspec.json.encode(item)) for item in page))
        separator = ",\n "
    sys.stdout.write("[]\n" if separator == "[" else "]\n")


def _harmless(encoded: bytes) -> str:
    return _DELETE_AND_C1.sub(lambda found: f"\\u{ord(found[0]):04x}", encoded.decode())


def visible(text: str) -> str:
    """Write text from outside so that a terminal shows it and does not obey it: what cannot be printed is escaped."""
    return "".join(character if character.isprintable() else repr(character)[1:-1] for character in text)


def write_line(text: str = "") -> None:
    """Print one line for people."""
    sys.stdout.write(text + "\n")


class Columns:
    """Prints aligned lines, page by page: a column grows with its cells, and one overlong cell moves its line only."""

    def __init__(self, *titles: str) -> None:
        self._titles = titles
        self._widths = [len(title) for title in titles]
        self._begun = False

    def write(self, rows: Sequence[Sequence[str]]) -> None:
        """Print lines, before the first ones the titles; no rows print nothing."""
        rows = [list(map(visible, row)) for row in rows]
        for row in rows:
            grown = map(max, self._widths, map(len, row))
            self._widths = [min(width, _WIDEST) for width in grown]
        if rows and not self._begun:
            self._begun = True
            write_line(emphasised(self._aligned(self._titles)))
        for row in rows:
            write_line(self._aligned(row))

    def _aligned(self, cells: Sequence[str]) -> str:
        return "  ".join(cell.ljust(width) for cell, width in zip(cells, self._widths, strict=True)).rstrip()


def write_card(fields: Iterable[tuple[str, str | None]]) -> None:
    """Print one thing as a list of its named values, leaving out those it has not."""
    shown = [(name, value) for name, value in fields if value]
    width = max((len(name) for name, _ in shown), default=0)
    for name, value in shown:
        write_line(f"{name.ljust(width)}  {visible(value)}")


def emphasised(text: str) -> str:
    """Make text stand out where it is shown on a terminal."""
    return f"\x1b[1m{text}\x1b[0m" if sys.stdout.isatty() else text


def iso(instant: int | None) -> str | None:
    """Write an instant (milliseconds) for programs: ISO 8601, UTC."""
    if instant is None:
        return None
    return to_datetime(instant).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def readable(instant: int | None) -> str:
    """Write an instant (milliseconds) for people: their own time zone, to the minute."""
    if instant is None:
        return ""
    return datetime.fromtimestamp(instant / 1_000, UTC).astimezone().strftime("%Y-%m-%d %H:%M")
