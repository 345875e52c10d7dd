import json
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from tests.kit.engines import on_sqlite
from tests.kit.program import Done, Shell

BCRYPT = "$2b$04$C6UzMDM.H6dfI/f/IKcEeO7ZgdtyoRcgCAB6K1lVVgV3ZDo1tDAwW"
LIVES = {"id": "01890000-0000-7000-8000-000000000001", "created_at": "2024-02-29T12:00:00Z"}


def imported(shell: Shell, lines: Iterable[dict[str, Any] | str]) -> Done:
    text = "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines)
    return shell("users", "import", "-", "--json", typed=text)


def exported(shell: Shell, *options: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in shell("users", "export", "-", *options).out.splitlines()]


@on_sqlite  # where another directory is another database
def test_what_one_installation_exports_another_takes_over_whole(shell: Shell, tmp_path: Path) -> None:
    ada = {
        "email": "ada@example.org", "username": "ada", "first_name": "Ada", "last_name": "Lövelace",
        "roles": ["owner"], "current_position": "Analyst", "homepage": "https://ada.example.org", "about": "First.",
        "phone": "+31 20 1234567", "description": "Knows engines.", "password_hash": BCRYPT, **LIVES,
    }  # fmt: skip
    assert imported(shell, [
        ada,
        {"email": "out@example.org", "disabled": True},
        {"email": "new@example.org", "state": "unverified"},
        {"email": "late@example.org", "state": "pending", "email_verified": False},
    ]).json == {"imported": 4, "skipped": 0, "refused": []}  # fmt: skip
    file, there = tmp_path / "accounts.ndjson", tmp_path / "there"
    assert shell("users", "export", file, "--json").json == {"file": str(file), "exported": 4}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert shell.on(there, "users", "import", file).out == "4 accounts imported\n"
    assert shell.on(there, "users", "export", "-").out == file.read_text()
    first = json.loads(file.read_text().splitlines()[0])
    assert first == ada | {"state": "active", "disabled": False, "email_verified": True}


def test_password_hashes_stay_at_home_when_asked(shell: Shell) -> None:
    imported(shell, [{"email": "ada@example.org", "password_hash": BCRYPT}])
    (line,) = exported(shell, "--without-passwords")
    assert "password_hash" not in line
    assert exported(shell)[0]["password_hash"] == BCRYPT


def test_an_import_can_be_repeated(shell: Shell) -> None:
    lines = [{"email": "ada@example.org"}, {"email": "new@example.org", "state": "unverified"}]
    assert imported(shell, lines).json["imported"] == 2
    changed = [line | {"first_name": "Other"} for line in lines]
    report = imported(shell, [*changed, {"email": "Bob@example.org"}, {"email": "bob@EXAMPLE.org"}]).json
    assert report == {"imported": 1, "skipped": 3, "refused": []}
    assert imported(shell, changed[1:]).json == {"imported": 0, "skipped": 1, "refused": []}
    assert [line["first_name"] for line in exported(shell)] == [None, None, None]


def test_lines_that_cannot_become_accounts_are_named_and_the_others_imported(shell: Shell) -> None:
    done = imported(shell, [
        {"email": "ada@example.org", "username": "ada", "id": LIVES["id"]},
        "",
        "no JSON",
        {"email": "nobody"},
        {"email": "x@example.org", "firstname": "X"},
        {"email": "x@example.org", "state": "great"},
        {"email": "x@example.org", "id": "1"},
        {"email": "x@example.org", "id": LIVES["id"].upper()},
        {"email": "x@example.org", "username": "ADA"},
        {"email": "x@example.org", "roles": ["king"]},
        {"email": "x@example.org", "password_hash": "md5$x$y"},
        {"email": "x@example.org", "password_hash": "$argon2id$v=19$m=9999999,t=2,p=1$c2FsdA$aGFzaA"},
        {"email": "x@example.org", "password": "short"},
        {"email": "x@example.org", "password": "correct horse", "password_hash": BCRYPT},
        {"email": "x@example.org", "created_at": "2999-01-01T00:00:00Z"},
        {"email": "x@example.org", "created_at": "2024-01-01T00:00:00"},
        {"email": "x@example.org", "homepage": "javascript:alert(1)"},
        {"email": "x\0@example.org"},
        json.dumps({"email": "x@example.org", "about": "x" * 200_000}),
        {"username": "x"},
        "[]",
        {"email": "bob@example.org"},
    ])  # fmt: skip
    assert done.status == 1
    assert done.err == "gatepost: 19 lines refused\n"
    report = json.loads(done.out)
    assert (report["imported"], report["skipped"]) == (2, 0)
    reasons = {refusal["line"]: refusal["reason"] for refusal in report["refused"]}
    assert list(reasons) == [*range(3, 22)]
    for line, part in {
        3: "not JSON", 4: "email is not a valid address", 5: "unknown field `firstname`", 6: "'great'", 7: "UUID",
        8: "an account with this id", 9: "an account with this username", 10: "no role 'king'",
        11: "neither Argon2 nor bcrypt", 12: "costs", 13: "at least 8 characters", 14: "exclude each other",
        15: "future", 16: "timezone", 17: "homepage", 18: "NUL", 19: "longer than", 20: "`email`", 21: "object",
    }.items():  # fmt: skip
        assert part in reasons[line], reasons[line]
    assert [line["email"] for line in exported(shell)] == ["ada@example.org", "bob@example.org"]


def test_people_see_the_first_refusals_and_their_number(shell: Shell) -> None:
    lines = "".join(f'{{"email": "{number}"}}\n' for number in range(25))
    done = shell("users", "import", "-", typed=lines)
    assert done.status == 1
    assert "line 1 refused: email is not a valid address" in done.out
    assert done.out.count("refused:") == 20
    assert "and 5 more refused; --json lists all of them" in done.out


def test_a_byte_order_mark_and_a_missing_last_newline_do_no_harm(shell: Shell) -> None:
    text = '\ufeff{"email": "ada@example.org"}\r\n{"email": "bob@example.org"}'
    assert shell("users", "import", "-", "--json", typed=text).json["imported"] == 2


def test_an_export_replaces_no_file_unasked(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "precious"
    file.write_text("precious")
    assert shell("users", "export", file).complaint == f"{file} exists; --force replaces it"
    assert shell("users", "export", tmp_path, "--force").complaint == f"{tmp_path} is not a file"
    assert shell("users", "export", tmp_path / "no" / "where").complaint == f"there is no directory {tmp_path / 'no'}"
    assert file.read_text() == "precious"
    assert shell("users", "export", file, "--force").out == f"0 accounts exported to {file}\n"
    assert file.read_text() == ""
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize("name", ["missing.ndjson", "."])
def test_an_import_says_what_it_cannot_read(shell: Shell, tmp_path: Path, name: str) -> None:
    assert str(tmp_path / name) in shell("users", "import", tmp_path / name).complaint
