import json
from pathlib import Path
from time import sleep

import pytest

from gatepost.server.store.postgres.listener import BELIEVED_SECONDS
from tests.kit.postgres import Cluster
from tests.kit.program import Shell, authorize
from tests.kit.server import serving

ADA = "ada@example.org"


def test_every_group_of_commands_works(shell: Shell, tmp_path: Path) -> None:
    assert shell("users", "create", "--email", ADA, "--role", "owner", "--json").json["state"] == "active"
    token = shell("tokens", "create", "--user", ADA, "--name", "ci", "--json").json
    assert [shown["id"] for shown in shell("tokens", "list", "--user", ADA, "--json").json] == [token["id"]]
    assert shell("tokens", "revoke", "--user", ADA, token["id"]).status == 0
    assert shell("clients", "create", "--name", "crawler", "--json").json["client_secret"]
    shell("users", "create", "--email", "bob@example.org", "--pending")
    assert shell("users", "approve", "bob@example.org").status == 0
    (mail,) = shell("mail", "list", "--json").json
    assert shell("mail", "show", mail["id"], "--json").json["text"]
    assert "account.created" in {event["action"] for event in shell("audit", "list", "--json").json}
    assert shell("users", "export", tmp_path / "all.jsonl").status == 0
    shell("users", "delete", "bob@example.org", "--yes")
    again = shell("users", "import", tmp_path / "all.jsonl", "--json").json
    assert (again["imported"], again["skipped"], again["refused"]) == (1, 1, [])
    assert shell("users", "set-password", ADA, "--password-stdin", typed="a better one than before").status == 0


def test_the_configuration_shows_no_password(shell: Shell, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEPOST_DATABASE__URL", url.replace("postgres@", "postgres:geheim@"))
    assert "geheim" not in shell("config").out
    assert "geheim" not in json.dumps(shell("config", "--json").json)
    assert "geheim" not in shell("migrate", "--json").out


def test_a_migration_says_where_it_stands(shell: Shell, url: str) -> None:
    report = shell("migrate", "--json").json
    assert report["database"] == url
    assert report["before"] == report["after"]


def test_a_backup_restores_everything_on_either_engine(shell: Shell, data: Path, tmp_path: Path) -> None:
    file, there = tmp_path / "backup.db", tmp_path / "there"
    shell("users", "create", "--email", ADA)
    shell("tokens", "create", "--user", ADA, "--name", "ci")
    assert shell("backup", file, "--json").json["bytes"] == file.stat().st_size
    tokens = ("tokens", "list", "--user", ADA, "--json")
    before = shell(*tokens).json
    shell("users", "delete", ADA, "--yes")
    shell("users", "create", "--email", "eve@example.org")
    assert "holds data already" in shell("restore", file).complaint
    assert "--force replaces it" in shell("restore", file).complaint
    assert shell("restore", file, "--force").status == 0
    assert shell(*tokens).json == before
    assert [account["email"] for account in shell("users", "list", "--json").json] == [ADA]
    on_sqlite = ("--database", f"sqlite:///{there / 'gatepost.db'}")
    assert shell.on(there, "restore", file, *on_sqlite).status == 0
    assert shell.on(there, *tokens, *on_sqlite).json == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backup.db", "data", "there"]
    assert sorted(path.name for path in data.iterdir()) == ["gatepost.key"]


def test_a_running_server_goes_on_with_what_was_restored(shell: Shell, data: Path, url: str, tmp_path: Path) -> None:
    made = ("tokens", "create", "--name", "ci", "--json", "--user")
    shell("users", "create", "--email", ADA)
    kept = shell(*made, ADA).json["value"]
    shell("backup", tmp_path / "backup.db")
    shell("users", "create", "--email", "late@example.org")
    late = shell(*made, "late@example.org").json["value"]
    with serving(data, GATEPOST_DATABASE__URL=url) as server:
        assert [authorize(server.port, token) for token in (kept, late)] == [200, 200]
        assert shell("restore", tmp_path / "backup.db", "--force").status == 0
        sleep(BELIEVED_SECONDS)
        assert [authorize(server.port, token) for token in (kept, late)] == [200, 401]


def test_another_programs_database_is_left_alone(
    shell: Shell, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = cluster.create("another_program")
    cluster.execute("CREATE TABLE notes (text text)", "another_program")
    monkeypatch.setenv("GATEPOST_DATABASE__URL", url)
    for command in (("migrate",), ("users", "list"), ("backup", "here.db")):
        assert "is the database of another program" in shell(*command).complaint
    assert cluster.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'", "another_program") == [(1,)]
    cluster.drop("another_program")
