import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

import gatepost
from tests.kit.engines import OnSqlite
from tests.kit.program import SECONDS, Shell, run, start


@pytest.fixture(scope="session")
def engine(sqlite: OnSqlite) -> OnSqlite:
    """What fails here are files; how the other engine fails is in `e2e/postgresql`."""
    return sqlite


def test_where_no_database_is_none_is_made(shell: Shell, tmp_path: Path) -> None:
    there = tmp_path / "elsewhere"
    for arguments in (
        ["users", "list"],
        ["tokens", "list", "--user", "x"],
        ["mail", "list"],
        ["audit", "list"],
        ["backup", "copy"],
    ):
        complaint = shell.on(there, *arguments).complaint
        assert complaint == (
            f"there is no database at {there / 'gatepost.db'}; 'gatepost serve' makes one, --data names another"
        )
    assert not there.exists()


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["users", "create"], "Missing option '--email'. See 'gatepost users create --help'."),
        (["users", "destroy"], "No such command 'destroy'. See 'gatepost users --help'."),
        (["users", "list", "--sate", "active"], "No such option: --sate"),
        (["users", "list", "--state", "great"], "'great' is not one of 'unverified', 'pending', 'active', 'rejected'"),
        (["users", "create", "--email", "a@b.org", "--pending", "--unverified"], "exclude each other"),
        (["users", "set-password", "ada@example.org"], "there is no terminal to ask on; use --password-stdin"),
        (["audit", "list", "--action", "account.made"], "'account.made' is not one of 'account.signed_up'"),
        (["audit", "list", "--since", "yesterday"], "'yesterday' does not match the formats '%Y-%m-%d'"),
        (["audit", "list", "--limit", "0"], "Invalid value for '--limit'"),
        (["mail", "show"], "Missing argument 'ID'. See 'gatepost mail show --help'."),
    ],
)
def test_wrong_usage_is_told_in_one_line_and_has_its_own_status(
    shell: Shell, arguments: list[str], complaint: str
) -> None:
    shell("users", "create", "--email", "ada@example.org")
    done = shell(*arguments)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("gatepost: ")
    assert complaint in done.err
    assert done.err.count("\n") == 1


def test_a_configuration_that_cannot_be_used_is_named(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "my.toml"
    assert shell("users", "list", "--config", file).complaint == f"{file} cannot be read: No such file or directory"
    file.write_text("[server]\nprot = 1\n")
    assert shell("users", "list", "--config", file).complaint == (
        f'"server.prot" in {file} is not a setting; the nearest is server.port'
    )


def test_a_database_of_a_newer_program_is_left_alone(shell: Shell, data: Path) -> None:
    shell("users", "create", "--email", "ada@example.org")
    with closing(sqlite3.connect(data / "gatepost.db")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    for arguments in (["users", "list"], ["migrate"], ["serve"]):
        assert "The database has schema 9999" in shell(*arguments).complaint


def test_what_is_no_database_is_told_so(shell: Shell, data: Path, tmp_path: Path) -> None:
    (data / "gatepost.db").write_bytes(b"no database " * 1_000)
    assert "not a database" in shell("users", "list").complaint
    assert shell("users", "list", "--database", f"sqlite:///{tmp_path}").complaint == f"{tmp_path} is not a file"


def test_a_directory_that_cannot_be_made_is_named(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    create = ("users", "create", "--email", "ada@example.org")
    assert shell.on(tmp_path / "file", *create).complaint == f"{tmp_path / 'file'}: File exists"
    assert shell.on(tmp_path / "file" / "below", *create).complaint == f"{tmp_path / 'file' / 'below'}: Not a directory"


def test_the_program_runs_as_a_module_and_knows_its_version() -> None:
    assert run("--version").out == f"gatepost {gatepost.__version__}\n"


@pytest.mark.parametrize("buffered", ["", "1"])
def test_whoever_stops_reading_gets_no_complaint(shell: Shell, data: Path, buffered: str) -> None:
    shell("users", "create", "--email", "ada@example.org")
    process = start("users", "list", "--data", data, settings={"PYTHONUNBUFFERED": buffered})
    assert process.stdout
    process.stdout.close()  # before anything is written
    assert process.communicate(timeout=SECONDS)[1] == ""
    assert process.returncode == 1
