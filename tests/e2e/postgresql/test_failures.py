"""What a command says when its database cannot be used: one line with the reason and without the password."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kit.postgres import Cluster
from tests.kit.program import Shell, run
from tests.kit.server import free_port

COMMANDS = (("users", "list"), ("migrate",), ("backup", "file.db"), ("serve",))


@pytest.fixture
def guarded(cluster: Cluster) -> Iterator[str]:
    """Make a role that must give a password, which is `right`."""
    rules = cluster.data / "pg_hba.conf"
    before = rules.read_text()
    rules.write_text(f"host all ada 127.0.0.1/32 scram-sha-256\n{before}")
    cluster.execute("CREATE ROLE ada LOGIN PASSWORD 'right'")
    cluster.execute("SELECT pg_reload_conf()")
    yield "ada"
    rules.write_text(before)
    cluster.execute("DROP ROLE ada")
    cluster.execute("SELECT pg_reload_conf()")


@pytest.mark.parametrize("command", COMMANDS, ids=lambda words: words[0])
def test_a_wrong_password_is_told_and_not_shown(
    shell: Shell, url: str, guarded: str, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GATEPOST_DATABASE__URL", url.replace("postgres@", f"{guarded}:geheim@"))
    complaint = shell(*command).complaint
    assert 'password authentication failed for user "ada"' in complaint
    assert "geheim" not in complaint


@pytest.mark.parametrize("command", COMMANDS, ids=lambda words: words[0])
@pytest.mark.parametrize(
    "wrong",
    [
        ("postgresql://ada:geheim@127.0.0.1:{free}/gatepost", "Connection refused"),
        ("postgresql://ada:geheim@no-such-host.invalid/gatepost", "resolve"),
        ("postgresql://postgres:geheim@127.0.0.1:{port}/nowhere", 'database "nowhere" does not exist'),
        ("postgresql://ada:geheim%zz@127.0.0.1/gatepost", "no address that PostgreSQL's library understands"),
    ],
)
def test_a_database_that_cannot_be_reached_is_told_in_one_line(
    shell: Shell, cluster: Cluster, command: tuple[str, ...], wrong: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, reason = wrong
    monkeypatch.setenv("GATEPOST_DATABASE__URL", address.format(free=free_port(), port=cluster.port))
    complaint = shell(*command).complaint
    assert reason in complaint
    assert "geheim" not in complaint


def test_the_schema_of_a_newer_program_is_refused_and_left_alone(shell: Shell, cluster: Cluster, url: str) -> None:
    name = url.rpartition("/")[2]
    cluster.execute("UPDATE alembic_version SET version_num = '9999'", name)
    for command in COMMANDS:
        assert "a newer Gatepost" in shell(*command).complaint
    assert cluster.execute("SELECT version_num FROM alembic_version", name) == [("9999",)]


def test_a_server_that_cannot_start_leaves_no_traceback(data: Path) -> None:
    done = run("serve", "--data", data, "--database", f"postgresql://ada:geheim@127.0.0.1:{free_port()}/gatepost")
    assert "cannot be reached" in done.complaint
    assert "geheim" not in done.out + done.err


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_role_that_may_create_nothing_is_told_in_one_line(data: Path, cluster: Cluster, workers: str) -> None:
    name = f"closed{workers}"
    cluster.execute(f"CREATE ROLE {name} LOGIN")
    url = cluster.create(name).replace("postgres@", f"{name}@")
    cluster.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC", name)
    done = run("serve", "--data", data, "--database", url, "--workers", workers)
    assert f"may not create tables in postgresql://127.0.0.1/{name}; make it the owner" in done.complaint
    cluster.drop(name)
    cluster.execute(f"DROP ROLE {name}")
