"""Migrations: from nothing and from every schema there has been, to exactly the declared one, whole or not at all."""

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from shutil import copyfile

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

import gatepost
from gatepost.server.store import accounts, directory, migrate, tokens
from gatepost.server.store.database import SchemaMismatch
from gatepost.server.store.migrate import alembic_config, upgrade
from gatepost.server.store.migrations import HEAD
from gatepost.server.store.schema import metadata
from gatepost.server.store.sqlite import SqliteDatabase, connect
from tests.contract.dumps import ACCOUNTS, SCHEMAS, restore, schema_of
from tests.contract.population import email_of, id_of

pytestmark = pytest.mark.anyio

KEPT = sorted(SCHEMAS.glob("*.sql"))
KILLED = -signal.SIGKILL

UPGRADE = """
import sys
from pathlib import Path
from gatepost.server.store import migrate

sys.stdout.write("ready\\n")
sys.stdout.flush()
sys.stdin.readline()
migrate.upgrade(Path(sys.argv[1]))
"""

KILLED_ON_THE_WAY = """
import os, signal, sys
from pathlib import Path
from gatepost.server.store import migrate

left = int(sys.argv[2])
connect = migrate.connect

def traced(path):
    connection = connect(path)
    connection.set_trace_callback(count)
    return connection

def count(statement):
    global left
    left -= 1
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)

migrate.connect = traced
migrate.upgrade(Path(sys.argv[1]))
"""


def version_of(path: Path) -> str | None:
    with closing(sqlite3.connect(path)) as connection:
        if not schema_of(connection):
            return None
        version: str = connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]
        return version


def start(program: str, *arguments: object) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", program, *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": str(Path(gatepost.__file__).parents[1])}
    return subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


@pytest.fixture(
    params=[None, *(kept for kept in KEPT if kept.stem < HEAD)], ids=lambda kept: kept.stem if kept else "nothing"
)
def older(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Give the place of a database to upgrade: none yet, or one of an older schema."""
    path = tmp_path / "older.db"
    return path if request.param is None else restore(request.param, path)


def test_the_newest_schema_is_the_last_migration() -> None:
    assert ScriptDirectory.from_config(alembic_config()).get_current_head() == HEAD


def test_the_migrations_end_at_the_declared_schema(older: Path) -> None:
    upgrade(older)
    with create_engine(f"sqlite:///{older}", poolclass=NullPool).connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": declared, "compare_type": True})
        assert compare_metadata(context, metadata) == []


def declared(thing: object, name: str | None, kind: str, reflected: bool, compared: object) -> bool:
    """Leave out the directory, which SQLAlchemy cannot declare."""
    return not (kind == "table" and reflected and str(name).startswith("directory"))


def test_upgrading_tells_from_where_to_where_and_the_second_time_changes_nothing(older: Path) -> None:
    before = version_of(older) if older.exists() else None
    assert upgrade(older) == (before, HEAD)
    content = older.read_bytes()
    assert upgrade(older) == (HEAD, HEAD)
    assert older.read_bytes() == content


def test_an_empty_file_counts_as_none(tmp_path: Path) -> None:
    path = tmp_path / "empty.db"
    path.touch()
    assert upgrade(path) == (None, HEAD)


def test_there_is_a_kept_database_of_every_schema() -> None:
    revisions = ScriptDirectory.from_config(alembic_config()).walk_revisions()
    assert {kept.stem for kept in KEPT} == {revision.revision for revision in revisions}


@pytest.mark.parametrize("kept", KEPT, ids=lambda kept: kept.stem)
def test_a_migration_still_makes_the_schema_it_made_when_it_was_kept(
    kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = command.upgrade
    monkeypatch.setattr(command, "upgrade", lambda config, revision: real(config, kept.stem))
    upgrade(tmp_path / "now.db")
    restore(kept, tmp_path / "then.db")
    with closing(connect(tmp_path / "now.db")) as now, closing(connect(tmp_path / "then.db")) as then:
        assert sorted(schema_of(now)) == sorted(schema_of(then)), "before a release: python -m tests.contract.dumps"


@pytest.mark.parametrize("kept", KEPT, ids=lambda kept: kept.stem)
async def test_what_was_stored_under_an_older_schema_is_still_there(kept: Path, tmp_path: Path) -> None:
    path = restore(kept, tmp_path / "kept.db")
    upgrade(path)
    database = SqliteDatabase(path)
    for number in range(ACCOUNTS):
        account = await database.one(accounts.by_id, id=id_of(number))
        assert account is not None
        assert account.email == email_of(number)
        holder = await database.one(tokens.by_digest, digest=id_of(number).encode())
        assert holder is not None
        assert holder.token.account_id == account.id
        assert [row.id for row in await directory.search(database, account.email, 10)] == [account.id]
    assert database.credential_revision() == 0
    await database.close()


def test_processes_that_start_together_migrate_once(older: Path) -> None:
    processes = [start(UPGRADE, older) for _ in range(4)]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    outputs = [process.communicate("go\n", timeout=60) for process in processes]
    assert [process.returncode for process in processes] == [0] * 4, outputs
    assert version_of(older) == HEAD


def test_a_migration_killed_on_the_way_has_changed_nothing(older: Path, tmp_path: Path) -> None:
    before = version_of(older) if older.exists() else None
    last = statements_of_an_upgrade(copy_of(older, tmp_path / "counted.db"))
    places = {number: copy_of(older, tmp_path / f"{number}.db") for number in (1, last // 3, last - 1, last)}
    for process in [start(KILLED_ON_THE_WAY, path, number) for number, path in places.items()]:
        process.communicate(timeout=60)
        assert process.returncode == KILLED
    for path in places.values():
        assert version_of(path) == before
        upgrade(path)
        assert version_of(path) == HEAD


def copy_of(older: Path, copy: Path) -> Path:
    return Path(copyfile(older, copy)) if older.exists() else copy


def statements_of_an_upgrade(path: Path) -> int:
    """Count the statements up to the commit."""
    statements: list[str] = []

    def traced(path: Path) -> sqlite3.Connection:
        connection = connect(path)
        connection.set_trace_callback(statements.append)
        return connection

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(migrate, "connect", traced)
        upgrade(path)
    assert statements[-1] == "COMMIT"
    return len(statements)


@pytest.mark.parametrize(("version", "message"), [("9999", "run a newer Gatepost on it"), ("0000", "does not know")])
def test_a_database_of_another_version_is_refused_and_left_alone(file: Path, version: str, message: str) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", [version])
        connection.commit()
    before = file.read_bytes()
    with pytest.raises(SchemaMismatch, match=message):
        upgrade(file)
    assert file.read_bytes() == before
