import stat
from pathlib import Path

import pytest

from tests.kit.engines import OnSqlite
from tests.kit.program import Shell


@pytest.fixture(scope="session")
def engine(sqlite: OnSqlite) -> OnSqlite:
    """Settings are read and files made; nothing is stored."""
    return sqlite


def test_every_value_tells_where_it_comes_from(shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "gatepost.toml").write_text('[mail]\nhost = "smtp.example.org"\nusername = "me"\n')
    monkeypatch.setenv("GATEPOST_MAIL__PASSWORD", "hunter2")
    shown = shell("config", "--json").json
    assert shown["data"] == {"value": str(shell.data), "origin": "flag"}
    assert shown["mail.host"] == {"value": "smtp.example.org", "origin": "gatepost.toml"}
    assert shown["mail.password"] == {"value": "********", "origin": "GATEPOST_MAIL__PASSWORD"}
    assert shown["server.port"] == {"value": 8080, "origin": "default"}


def test_people_get_an_aligned_table_without_secrets(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEPOST_MAIL__USERNAME", "me")
    monkeypatch.setenv("GATEPOST_MAIL__PASSWORD", "hunter2")
    text = shell("config").out
    assert "hunter2" not in text
    title, *rows = text.splitlines()
    value = title.index("VALUE")
    assert {row[value - 2 : value] for row in rows} == {"  "}
    assert f"{'server.port':<{value}}8080" in text


def test_migrate_makes_the_newest_schema_and_leaves_it_alone_afterwards(shell: Shell, tmp_path: Path) -> None:
    there = tmp_path / "there"
    first = shell.on(there, "migrate", "--json").json
    assert first == {"database": str(there / "gatepost.db"), "before": None, "after": first["after"]}
    assert shell.on(there, "migrate", "--json").json == first | {"before": first["after"]}
    assert shell.on(there, "migrate").out == f"{there / 'gatepost.db'} has schema {first['after']} already\n"


def test_another_database_can_be_named(shell: Shell, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'other.db'}"
    shell("users", "create", "--email", "ada@example.org", "--database", url)
    assert shell("users", "list", "--json").json == []
    assert len(shell("users", "list", "--json", "--database", url).json) == 1
    assert stat.S_IMODE((tmp_path / "other.db").stat().st_mode) == 0o600
