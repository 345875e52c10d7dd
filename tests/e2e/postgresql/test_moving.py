"""`gatepost migrate --to`: from SQLite to PostgreSQL and back."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.kit.postgres import Cluster
from tests.kit.program import Shell, start
from tests.kit.server import serving

ADA = "ada@example.org"


@pytest.fixture
def here(data: Path, shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """Run commands on an installation on SQLite with one account."""
    monkeypatch.delenv("GATEPOST_DATABASE__URL")
    assert shell("users", "create", "--email", ADA).status == 0
    assert shell("tokens", "create", "--user", ADA, "--name", "ci").status == 0
    return shell


def emails(shell: Shell, *database: str) -> list[str]:
    return [account["email"] for account in shell("users", "list", "--json", *database).json]


def test_everything_moves_there_and_back(here: Shell, url: str, tmp_path: Path) -> None:
    there = here("migrate", "--to", url, "--json").json
    assert there["tables"]["accounts"]["rows"] == 1
    assert emails(here, "--database", url) == [ADA]
    back = tmp_path / "back.db"
    returned = here("migrate", "--database", url, "--to", f"sqlite:///{back}", "--json").json
    marked = {name: rows for name, rows in returned["tables"].items() if name != "revisions"}
    assert marked == {name: rows for name, rows in there["tables"].items() if name != "revisions"}
    assert emails(here, "--database", f"sqlite:///{back}") == [ADA]


def test_people_are_told_what_to_do_next(here: Shell, url: str, data: Path) -> None:
    done = here("migrate", "--to", url.replace("postgres@", "postgres:geheim@"))
    assert "compared by checksums" in done.out
    assert f"The key file stays: {data / 'gatepost.key'}" in done.out
    assert "geheim" not in done.out


def test_a_new_database_gets_its_schema(here: Shell, cluster: Cluster) -> None:
    url = cluster.create("brand_new")
    assert here("migrate", "--to", url).status == 0
    assert emails(here, "--database", url) == [ADA]
    cluster.drop("brand_new")


def test_a_target_that_holds_data_is_refused(here: Shell, url: str, tmp_path: Path) -> None:
    here("users", "create", "--email", "eve@example.org", "--database", url)
    assert here("migrate", "--to", url).complaint.endswith("; name an empty database")
    assert emails(here, "--database", url) == ["eve@example.org"]
    there = tmp_path / "there.db"
    there.write_text("something else")
    assert f"{there} exists" in here("migrate", "--to", f"sqlite:///{there}").complaint
    assert there.read_text() == "something else"


@pytest.mark.parametrize(("version", "advice"), [("0000", "run 'gatepost migrate'"), ("9999", "use a newer Gatepost")])
def test_other_schemas_are_refused_and_left_as_they_are(
    here: Shell, url: str, cluster: Cluster, version: str, advice: str
) -> None:
    name = url.rpartition("/")[2]
    cluster.execute(f"UPDATE alembic_version SET version_num = '{version}'", name)  # noqa: S608  constants only
    assert advice in here("migrate", "--to", url).complaint
    assert advice in here("migrate", "--database", url, "--to", "sqlite:///there.db").complaint
    assert cluster.execute("SELECT version_num FROM alembic_version", name) == [(version,)]
    assert not Path("there.db").exists()


def test_another_programs_database_is_refused(here: Shell, cluster: Cluster) -> None:
    url = cluster.create("somebody_elses")
    cluster.execute("CREATE TABLE accounts (id text)", "somebody_elses")
    assert "is the database of another program" in here("migrate", "--to", url).complaint
    cluster.drop("somebody_elses")


def test_a_running_server_is_noticed(here: Shell, data: Path, url: str) -> None:
    with serving(data):
        assert "is in use: stop 'gatepost serve'" in here("migrate", "--to", url).complaint
    assert here("migrate", "--to", url).status == 0


def test_nothing_to_copy_to_is_wrong_usage(here: Shell) -> None:
    assert here("migrate", "--to", "").status == 2
    assert "expected sqlite:///path" in here("migrate", "--to", "mysql://host/name").complaint


@contextmanager
def held(url: str) -> Iterator[psycopg.Connection]:
    """Make the first row of the directory wait in the middle of a copy, until the block ends."""
    with psycopg.connect(url, autocommit=True) as holder:
        holder.execute("SELECT pg_advisory_lock(1)")
        holder.execute(
            "CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN PERFORM pg_advisory_xact_lock(1); RETURN NEW; END $$"
        )
        holder.execute("CREATE TRIGGER held BEFORE INSERT ON directory FOR EACH ROW EXECUTE FUNCTION hold()")
        yield holder
        holder.execute("SELECT pg_advisory_unlock(1)")
        holder.execute("DROP FUNCTION hold CASCADE")


def await_waiting(holder: psycopg.Connection, process: "subprocess.Popen[str]") -> None:
    """Return when the copy waits for the holder's lock."""
    waiting = "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = 1 AND NOT granted)"
    while holder.execute(waiting.encode()).fetchone() != (True,):
        assert process.poll() is None, process.communicate()


def await_gone(url: str) -> None:
    """Return when the server has noticed that nobody is at the other end of a connection any more."""
    others = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'gatepost' AND datname = %s)"
    with psycopg.connect(url, autocommit=True) as connection:
        while connection.execute(others.encode(), [url.rpartition("/")[2]]).fetchone() != (False,):
            continue


def test_a_copy_that_was_killed_has_changed_nothing_and_is_begun_again(here: Shell, data: Path, url: str) -> None:
    with held(url) as holder:
        process = start("migrate", "--data", data, "--to", url)
        await_waiting(holder, process)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
    await_gone(url)
    assert emails(here) == [ADA]
    assert emails(here, "--database", url) == []
    assert here("migrate", "--to", url).status == 0
    assert emails(here, "--database", url) == [ADA]


def test_a_copy_to_a_file_that_was_killed_is_begun_again(here: Shell, data: Path, url: str, tmp_path: Path) -> None:
    assert here("migrate", "--to", url).status == 0
    there = tmp_path / "there.db"
    with psycopg.connect(url) as holder:
        holder.execute("LOCK TABLE accounts IN ACCESS EXCLUSIVE MODE")
        process = start("migrate", "--data", data, "--database", url, "--to", f"sqlite:///{there}")
        waiting = "SELECT EXISTS (SELECT FROM pg_locks WHERE relation = 'accounts'::regclass AND NOT granted)"
        while holder.execute(waiting.encode()).fetchone() != (True,):
            assert process.poll() is None, process.communicate()
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
    assert not there.exists()
    await_gone(url)
    assert here("migrate", "--database", url, "--to", f"sqlite:///{there}").status == 0
    assert emails(here, "--database", f"sqlite:///{there}") == [ADA]
    assert not list(tmp_path.glob(".*"))
