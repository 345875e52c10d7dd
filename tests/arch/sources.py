"""The files of the repository, as the tests of its habits see them."""

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = (".ci", "bench", "deploy", "docs", "requirements", "src", "tests", "tools")
MADE = {"__pycache__", "node_modules", "results"}
"""Folders that programs fill and version control leaves out."""


def modules(*folders: str) -> list[Path]:
    """List the Python files below the given folders."""
    found = sorted(path for folder in folders for path in _below(ROOT / folder) if path.suffix == ".py")
    assert found, folders
    return found


def name(path: Path) -> str:
    """Give the path as a reader of the repository knows it."""
    return path.relative_to(ROOT).as_posix()


def lines() -> Iterator[tuple[str, str]]:
    """Yield (path:line, text) of every line of every text file of the repository."""
    for path in [*_top(), *(path for folder in FOLDERS for path in _below(ROOT / folder))]:
        for number, line in enumerate(_text(path).splitlines(), start=1):
            yield f"{name(path)}:{number}", line


def _top() -> list[Path]:
    return [path for path in ROOT.iterdir() if path.is_file()]


def _below(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file() and not MADE.intersection(path.parts))


def _text(path: Path) -> str:
    content = path.read_bytes()
    return "" if b"\0" in content else content.decode(errors="replace")
