import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from tests.kit.backstage import backstage
from tests.kit.damage import spoil
from tests.kit.engines import OnSqlite
from tests.kit.program import Shell, authorize
from tests.kit.server import serving


@pytest.fixture(scope="session")
def engine(sqlite: OnSqlite) -> OnSqlite:
    """What is copied here is a file; copies of the other engine are in `e2e/postgresql`."""
    return sqlite


def emails(shell: Shell, data: Path) -> list[str]:
    return [account["email"] for account in shell.on(data, "users", "list", "--json").json]


def test_a_backup_restores_everything_elsewhere(shell: Shell, tmp_path: Path) -> None:
    file, there = tmp_path / "backup.db", tmp_path / "there"
    shell("users", "create", "--email", "ada@example.org")
    shell("tokens", "create", "--user", "ada@example.org", "--name", "ci")
    made = shell("backup", file, "--json").json
    assert made == {"file": str(file), "bytes": file.stat().st_size, "schema": made["schema"]}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    restored = shell.on(there, "restore", file)
    assert f"Put the key file of that installation at {there / 'gatepost.key'}" in restored.out
    tokens = ("tokens", "list", "--user", "ada@example.org", "--json")
    assert shell.on(there, *tokens).json == shell(*tokens).json
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backup.db", "data", "there"]


def test_a_backup_is_whole_while_others_write(shell: Shell, data: Path, tmp_path: Path) -> None:
    shell("users", "create", "--email", "ada@example.org")
    with closing(sqlite3.connect(data / "gatepost.db", isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE accounts SET about = 'half done'")
        assert shell("backup", tmp_path / "backup.db").status == 0
        writer.execute("COMMIT")
    with closing(sqlite3.connect(tmp_path / "backup.db")) as copy:
        assert copy.execute("SELECT about FROM accounts").fetchall() == [(None,)]


def test_nothing_is_replaced_unasked(shell: Shell, data: Path, tmp_path: Path) -> None:
    file, database = tmp_path / "backup.db", data / "gatepost.db"
    assert shell("backup", file).status == 0
    shell("users", "create", "--email", "ada@example.org")
    assert shell("backup", file).complaint == f"{file} exists; --force replaces it"
    assert shell("backup", database, "--force").complaint == f"{database} is the database itself"
    assert shell("restore", file).complaint == f"there is a database at {database}; --force replaces it"
    assert emails(shell, data) == ["ada@example.org"]
    assert shell("restore", file, "--force").status == 0
    assert emails(shell, data) == []


@pytest.mark.parametrize("command", [("backup",), ("users", "export")])
@pytest.mark.parametrize(("name", "file"), [("database", "gatepost.db"), ("key file", "gatepost.key")])
def test_the_installation_s_own_files_are_never_replaced(
    shell: Shell, data: Path, command: tuple[str, ...], name: str, file: str
) -> None:
    shell("users", "create", "--email", "ada@example.org")
    own = data / file
    before = own.read_bytes()
    assert shell(*command, own, "--force").complaint == f"{own} is the {name} itself"
    assert own.read_bytes() == before


@pytest.mark.parametrize(
    ("content", "complaint"),
    [(b"no database" * 500, "not a database"), (b"", "is empty"), (None, "there is no file")],
    ids=["garbage", "empty", "missing"],
)
def test_only_a_sound_backup_is_restored(shell: Shell, data: Path, content: bytes | None, complaint: str) -> None:
    file = data.parent / "bad"
    if content is not None:
        file.write_bytes(content)
    shell("users", "create", "--email", "ada@example.org")
    assert complaint in shell("restore", file, "--force").complaint
    assert emails(shell, data) == ["ada@example.org"]


def test_a_damaged_backup_is_refused(shell: Shell, data: Path, tmp_path: Path) -> None:
    file = tmp_path / "damaged.db"
    shell("backup", file)
    spoil(file, "ix_accounts_state")
    shell("users", "create", "--email", "ada@example.org")
    assert f"{file} is damaged" in shell("restore", file, "--force").complaint
    assert emails(shell, data) == ["ada@example.org"]


def test_a_backup_of_a_newer_program_is_refused(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "newer.db"
    shell("backup", file)
    with closing(sqlite3.connect(file)) as newer, newer:
        newer.execute("UPDATE alembic_version SET version_num = '9999'")
    assert "use a newer Gatepost" in shell("restore", file, "--force").complaint


def test_a_database_beyond_repair_is_put_aside(shell: Shell, data: Path, tmp_path: Path) -> None:
    shell("users", "create", "--email", "ada@example.org")
    shell("backup", tmp_path / "backup.db")
    (data / "gatepost.db").write_bytes(b"garbage" * 1_000)
    assert "is kept as" in shell("restore", tmp_path / "backup.db", "--force").out
    assert emails(shell, data) == ["ada@example.org"]
    (aside,) = data.glob("gatepost.db.*.damaged")
    assert aside.read_bytes() == b"garbage" * 1_000


def test_a_running_server_goes_on_with_what_was_restored(shell: Shell, data: Path, tmp_path: Path) -> None:
    with backstage(data) as stage:
        kept = stage.member("kept@example.org")
    shell("backup", tmp_path / "backup.db")
    with backstage(data) as stage:
        late = stage.member("late@example.org")
    with serving(data) as server:
        assert [authorize(server.port, member.token) for member in (kept, late)] == [200, 200]
        assert shell("restore", tmp_path / "backup.db", "--force").status == 0
        assert [authorize(server.port, member.token) for member in (kept, late)] == [200, 401]
