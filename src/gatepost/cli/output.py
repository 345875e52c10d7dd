"""Answers of commands: JSON for programs, aligned lines and tables for people."""

import sys
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from gatepost.server.domain.clock import to_datetime


def write_json(document: Any) -> None:
    """Print one JSON document, indented when a person reads it."""
    encoded = msgspec.json.encode(document)
    if sys.stdout.isatty():
        encoded = msgspec.json.format(encoded, indent=2)
    sys.stdout.write(encoded.decode() + "\n")


async def write_json_list(items: AsyncIterator[Any]) -> None:
    """Print a JSON array, item by item as they come."""
    opening = "["
    async for item in items:
        sys.stdout.write(opening + msgspec.json.encode(item).decode())
        opening = ",\n "
    sys.stdout.write("]\n" if opening != "[" else "[]\n")


def write_line(text: str = "") -> None:
    """Print one line for people."""
    sys.stdout.write(text + "\n")


class Columns:
    """Prints aligned lines as they come; a cell longer than its column moves the rest of its line."""

    def __init__(self, *columns: tuple[str, int]) -> None:
        self._widths = [width for _, width in columns]
        self._titles = [title for title, _ in columns]
        self.lines = 0

    def write(self, *cells: str) -> None:
        """Print one line, before the first one the titles."""
        if not self.lines:
            write_line(_emphasised(self._aligned(self._titles)))
        self.lines += 1
        write_line(self._aligned(cells))

    def _aligned(self, cells: Sequence[str]) -> str:
        return "  ".join(cell.ljust(width) for cell, width in zip(cells, self._widths, strict=True)).rstrip()


def write_card(fields: Iterable[tuple[str, str | None]]) -> None:
    """Print one thing as a list of its named values, leaving out those it has not."""
    shown = [(name, value) for name, value in fields if value]
    width = max((len(name) for name, _ in shown), default=0)
    for name, value in shown:
        write_line(f"{name.ljust(width)}  {value}")


def _emphasised(text: str) -> str:
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
