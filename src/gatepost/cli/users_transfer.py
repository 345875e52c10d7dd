"""`gatepost users import` and `export`: accounts as lines of JSON."""

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from gatepost.cli.files import Force, new_file
from gatepost.cli.invocation import Failure, Invocation, command
from gatepost.cli.output import visible, write_json, write_line
from gatepost.cli.progress import progress
from gatepost.server.config import Settings
from gatepost.server.domain.principal import SYSTEM
from gatepost.server.domain.records import LONGEST_LINE
from gatepost.server.parts import Parts
from gatepost.server.services.transfer import Report

STANDARD = Path("-")
MOST_SHOWN = 20

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def register(app: typer.Typer) -> None:
    """Add the two commands to the group they belong to."""
    command(app, "import")(import_)
    command(app, "export")(export)


async def import_(
    call: Invocation,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="File to read; `-` for standard input.")],
) -> None:
    """Make an account of each line of a file.

    A line is a JSON object with `email` and, where there are, `username`, `first_name`, `last_name`, `state`,
    `disabled`, `email_verified`, `roles`, `current_position`, `homepage`, `about`, `phone`, `id` (a UUID), `created_at`
    (ISO 8601), and `password_hash` (Argon2, bcrypt or Django's `pbkdf2_sha256`) or `password`.

    An address counts as confirmed unless its line has `email_verified` false or `state` `unverified`.

    It is safe to repeat: an account whose e-mail address is known is skipped. Lines that cannot become an
    account are named with the reason and the exit status is 1; all others are imported.
    """
    with _reading(file) as stream:
        async with call.parts(create=True) as parts:
            report = await _imported(parts, stream)
    _tell(call, report)
    if report.refused:
        raise Failure(f"{_count(len(report.refused), 'line')} refused")


async def _imported(parts: Parts, stream: BinaryIO) -> Report:
    size, lines = _size(stream), 0
    with progress("Importing", size) as advance:

        def stored(count: int) -> None:
            nonlocal lines
            lines += count
            advance(lines if size is None else stream.tell())

        return await parts.transfer.take_in(SYSTEM, lines_of(stream), stored)


def lines_of(stream: BinaryIO) -> Iterator[bytes]:
    """Read line by line; of a line that is too long only the beginning is kept."""
    mark = _BYTE_ORDER_MARK
    while line := stream.readline(LONGEST_LINE + 1):
        yield line.removeprefix(mark)
        mark = b""
        while line and len(line) > LONGEST_LINE and not line.endswith(b"\n"):
            line = stream.readline(LONGEST_LINE + 1)


def _size(stream: BinaryIO) -> int | None:
    """Give the length of what will be read; None for a pipe."""
    if not stream.seekable():
        return None
    size = stream.seek(0, 2)
    stream.seek(0)
    return size


def _reading(file: Path) -> AbstractContextManager[BinaryIO]:
    return nullcontext(sys.stdin.buffer) if file == STANDARD else file.open("rb")


def _tell(call: Invocation, report: Report) -> None:
    if call.json:
        refused = [{"line": line, "reason": reason} for line, reason in report.refused]
        return write_json({"imported": report.imported, "skipped": report.skipped, "refused": refused})
    write_line(f"{_count(report.imported, 'account')} imported")
    if report.skipped:
        write_line(f"{_count(report.skipped, 'account')} skipped: the e-mail address is known")
    for line, reason in report.refused[:MOST_SHOWN]:
        write_line(f"line {line} refused: {visible(reason)}")
    if len(report.refused) > MOST_SHOWN:
        write_line(f"and {len(report.refused) - MOST_SHOWN:,} more refused; --json lists all of them")
    return None


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


async def export(
    call: Invocation,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="File to write; `-` for standard output.")],
    *,
    without_passwords: Annotated[
        bool, typer.Option("--without-passwords", metavar="", help="Leave the password hashes out.")
    ] = False,
    force: Force = False,
) -> None:
    """Write every account as a line of JSON that `users import` reads.

    Tokens, sessions and images stay where they are; `gatepost backup` keeps everything.
    """
    async with call.parts() as parts:
        with _writing(file, parts.settings, force=force) as stream:
            count = await _exported(parts, stream, with_passwords=not without_passwords)
    if file == STANDARD:
        return None
    if call.json:
        return write_json({"file": str(file), "exported": count})
    return write_line(f"{_count(count, 'account')} exported to {file}")


async def _exported(parts: Parts, stream: BinaryIO, *, with_passwords: bool) -> int:
    count = 0
    with progress("Exporting") as advance:
        async for page in parts.transfer.give_out(SYSTEM, with_passwords=with_passwords):
            stream.write(b"".join(page))
            count += len(page)
            advance(count)
    return count


@contextmanager
def _writing(file: Path, settings: Settings, *, force: bool) -> Iterator[BinaryIO]:
    if file == STANDARD:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    with new_file(file, settings, force=force) as draft, draft.open("wb") as stream:
        yield stream
