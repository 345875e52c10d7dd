"""The files of the repository, as the tests of its habits see them."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]


def modules(*folders: str) -> list[Path]:
    """List the Python files below the given folders."""
    found = sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    assert found, folders
    return found


def name(path: Path) -> str:
    """Give the path as a reader of the repository knows it."""
    return path.relative_to(ROOT).as_posix()


def tracked_lines() -> Iterator[tuple[str, str]]:
    """Yield (path:line, text) of every line of every text file under version control."""
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True)
    for entry in filter(None, listing.stdout.split("\0")):
        yield from _lines(ROOT / entry)


def _lines(path: Path) -> Iterator[tuple[str, str]]:
    content = path.read_bytes() if path.is_file() else b""
    if b"\0" in content:
        return
    for number, line in enumerate(content.decode(errors="replace").splitlines(), start=1):
        yield f"{name(path)}:{number}", line
