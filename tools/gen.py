"""Write the files that are generated from code, or with --check name those that are not current.

A generator is a function that yields the path, from the repository's root, and the text of each of its files.
"""

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from gatepost.server import config
from tools import unasync
from tools.reference import audit, commands, directory, errors, homebox, metrics, roles, routes, tokens

Generator = Callable[[], Iterable[tuple[str, str]]]

ROOT = Path(__file__).parents[1]


def settings() -> Iterator[tuple[str, str]]:
    """Give the page of the settings, which they write themselves."""
    yield "docs/reference/settings.md", config.reference()


GENERATORS: tuple[Generator, ...] = (
    settings,
    audit.pages,
    commands.pages,
    directory.pages,
    errors.pages,
    homebox.pages,
    metrics.pages,
    roles.pages,
    routes.pages,
    tokens.pages,
    unasync.pages,
)


def outdated(generators: Sequence[Generator], root: Path) -> Iterator[tuple[Path, str]]:
    """Yield the path and the current text of every generated file that is missing or differs."""
    for generate in generators:
        for name, text in generate():
            path = root / name
            if not path.is_file() or path.read_text(encoding="utf-8") != text:
                yield path, text


def write(path: Path, text: str) -> None:
    """Put the text in place, with the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def run(generators: Sequence[Generator], root: Path, check: bool) -> int:
    """Write what is outdated, or only name it; return the exit status, 1 when a check found something."""
    stale = False
    for path, text in outdated(generators, root):
        stale = True
        print("not current, run make gen:" if check else "wrote", path.relative_to(root))
        if not check:
            write(path, text)
    return int(check and stale)


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="only name what is not current; exit with 1 if any")
    return run(GENERATORS, ROOT, parser.parse_args().check)


if __name__ == "__main__":
    sys.exit(main())
