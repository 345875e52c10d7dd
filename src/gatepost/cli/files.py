"""Files that commands write: complete or not there at all, and for their owner's eyes only."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gatepost.cli.invocation import Failure

if TYPE_CHECKING:
    from gatepost.server.config import Settings

Force = Annotated[bool, typer.Option("--force", metavar="", help="Replace what is there.")]


@contextmanager
def new_file(path: Path, settings: "Settings", *, force: bool) -> Iterator[Path]:
    """Lend an empty file that takes its place at `path` once the block has ended well.

    Raises Failure when something is at `path`, unless `force` allows to replace a file. The installation's own
    database and key file are never replaced.
    """
    _spare(settings, path)
    if path.exists() and not (force and path.is_file()):
        raise Failure(f"{path} exists; --force replaces it" if path.is_file() else f"{path} is not a file")
    if not path.parent.is_dir():
        raise Failure(f"there is no directory {path.parent}")
    with draft_of(path) as draft:
        yield draft
        draft.replace(path)


@contextmanager
def draft_of(path: Path) -> Iterator[Path]:
    """Lend an empty file beside `path` for its owner's eyes only; whatever is left there goes when the block ends."""
    draft = path.with_name(f".{path.name}.unfinished")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600, exist_ok=False)  # in a directory that others write to, it must not be theirs
    try:
        yield draft
    finally:
        draft.unlink(missing_ok=True)
        remove_logs(draft)


def remove_logs(database: Path) -> None:
    """Remove what SQLite keeps beside a database while it is open."""
    for ending in ("-wal", "-shm"):
        database.with_name(database.name + ending).unlink(missing_ok=True)


def _spare(settings: "Settings", path: Path) -> None:
    for name, own in (("database", settings.database_path), ("key file", settings.key_path)):
        if path.exists() and own.exists() and path.samefile(own):
            raise Failure(f"{path} is the {name} itself")
