"""The program at a real terminal: what it asks, and what only people see."""

import json
import os
import pty
import select
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.kit.engines import OnSqlite
from tests.kit.program import SECONDS, Shell, start


@pytest.fixture(scope="session")
def engine(sqlite: OnSqlite) -> OnSqlite:
    """What a terminal shows does not depend on what is stored where."""
    return sqlite


class Terminal:
    """A command that runs at a terminal of its own, and what is seen there."""

    def __init__(self, *arguments: str | Path) -> None:
        self._ours, theirs = pty.openpty()
        self.process = start(
            *arguments, settings={"TERM": "xterm"}, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
        )
        os.close(theirs)
        self.seen = ""

    def answer(self, question: str, line: str) -> None:
        """Wait for a question and type the answer."""
        while question not in self.seen:
            assert self._read(), self.seen
        self.seen = self.seen.partition(question)[2]
        os.write(self._ours, f"{line}\n".encode())

    def end(self) -> int:
        """Wait for the end and give the exit status."""
        while self._read():
            pass
        return self.process.wait(SECONDS)

    def close(self) -> None:
        """End the command if it still runs."""
        self.process.kill()
        self.process.wait()
        os.close(self._ours)

    def _read(self) -> bool:
        assert select.select([self._ours], [], [], SECONDS)[0], self.seen
        piece = b""
        with suppress(OSError):  # so Linux says that the other side is closed
            piece = os.read(self._ours, 65_536)
        self.seen += piece.decode(errors="replace").replace("\r\n", "\n")
        return bool(piece)


@contextmanager
def at_terminal(*arguments: str | Path) -> Iterator[Terminal]:
    terminal = Terminal(*arguments)
    try:
        yield terminal
    finally:
        terminal.close()


@pytest.fixture(autouse=True)
def ada(shell: Shell) -> None:
    shell("users", "create", "--email", "ada@example.org")


def stored_hash(shell: Shell) -> str | None:
    stored: str | None = json.loads(shell("users", "export", "-").out)["password_hash"]
    return stored


def test_a_password_is_asked_for_twice_and_never_shown(shell: Shell, data: Path) -> None:
    with at_terminal("users", "set-password", "ada@example.org", "--data", data) as terminal:
        terminal.answer("New password: ", "correct horse")
        terminal.answer("Once more: ", "correct horse")
        assert terminal.end() == 0
        assert terminal.seen == "\nada@example.org has a new password and is signed out everywhere\n"
    assert stored_hash(shell) is not None


def test_two_passwords_that_differ_change_nothing(shell: Shell, data: Path) -> None:
    with at_terminal("users", "set-password", "ada@example.org", "--data", data) as terminal:
        terminal.answer("New password: ", "correct horse")
        terminal.answer("Once more: ", "battery staple")
        assert terminal.end() == 1
        assert terminal.seen == "\ngatepost: the two passwords differ; nothing was changed\n"
    assert stored_hash(shell) is None


@pytest.mark.parametrize(("answer", "status", "left"), [("n", 1, 1), ("y", 0, 0)])
def test_deleting_asks_first(shell: Shell, data: Path, answer: str, status: int, left: int) -> None:
    with at_terminal("users", "delete", "ada@example.org", "--data", data) as terminal:
        terminal.answer("Delete ada@example.org (active) and everything of it? [y/N]: ", answer)
        assert terminal.end() == status
    assert len(shell("users", "list", "--json").json) == left


def test_people_see_titles_that_stand_out_and_json_they_can_read(data: Path) -> None:
    with at_terminal("users", "list", "--data", data) as terminal:
        assert terminal.end() == 0
        assert terminal.seen.startswith("\x1b[1mE-MAIL")
    with at_terminal("users", "show", "ada@example.org", "--json", "--data", data) as terminal:
        assert terminal.end() == 0
        assert '\n  "email": "ada@example.org",\n' in terminal.seen


def test_an_import_shows_its_progress_without_disturbing_the_answer(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "accounts.ndjson"
    file.write_text('{"email": "bob@example.org"}\n')
    with at_terminal("users", "import", file, "--data", data) as terminal:
        assert terminal.end() == 0
        assert "Importing" in terminal.seen
        assert terminal.seen.endswith("1 account imported\n")


def test_a_copy_shows_its_steps_without_disturbing_the_answer(data: Path, tmp_path: Path) -> None:
    there = f"sqlite:///{tmp_path / 'there.db'}"
    with at_terminal("migrate", "--to", there, "--json", "--data", data) as terminal:
        assert terminal.end() == 0
        assert "Checking" in terminal.seen
        assert terminal.seen.endswith("}\n")
