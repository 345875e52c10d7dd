import json
from pathlib import Path
from typing import Any

import pytest

from gatepost.cli.checks import postgres as checks
from tests.kit.pgbouncer import pgbouncer
from tests.kit.postgres import Cluster
from tests.kit.program import Done, Shell
from tests.kit.server import free_port


@pytest.fixture(autouse=True)
def owner(shell: Shell) -> None:
    shell("users", "create", "--email", "ada@example.org", "--role", "owner")


def findings(done: Done) -> dict[str, dict[str, Any]]:
    return {finding["name"]: finding for finding in json.loads(done.out)["findings"]}


def wrong(done: Done) -> dict[str, str]:
    """Give the advice on what is not well, by name."""
    return {name: finding["advice"] for name, finding in findings(done).items() if not finding["well"]}


def test_a_sound_installation_is_well_and_stays_as_it_is(shell: Shell, cluster: Cluster, url: str) -> None:
    def written() -> list[tuple[object, ...]]:
        name = url.rpartition("/")[2]
        return cluster.execute("SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_user_tables", name)

    before = written()
    done = shell("doctor", "--json")
    assert wrong(done) == {}
    assert {
        "Database",
        "PostgreSQL",
        "Connections",
        "Notifications",
        "Clocks",
        "Owner",
        "Shared key",
    } <= set(findings(done))
    assert findings(done)["PostgreSQL"]["seen"].endswith(", a primary")
    assert "postgres@" not in done.out
    assert written() == before


def test_a_server_that_cannot_be_reached_is_told_without_its_password(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GATEPOST_DATABASE__URL", f"postgresql://ada:geheim@127.0.0.1:{free_port()}/gatepost")
    done = shell("doctor", "--json")
    assert "gatepost config" in wrong(done)["Database"]
    assert "Connection refused" in findings(done)["Database"]["seen"]
    assert "geheim" not in done.out + done.err


def test_another_schema_is_seen(shell: Shell, cluster: Cluster, url: str) -> None:
    for version, advice in (("0000", "gatepost migrate"), ("9999", "run a newer Gatepost on it")):
        cluster.execute(f"UPDATE alembic_version SET version_num = '{version}'", url.rpartition("/")[2])  # noqa: S608  constants only
        assert wrong(shell("doctor", "--json")) == {"Database": advice}


def test_a_standby_is_seen(shell: Shell, url: str, cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    cluster.execute(f"ALTER DATABASE {url.rpartition('/')[2]} SET default_transaction_read_only = on")
    assert "session is read-only" in findings(shell("doctor", "--json"))["Database"]["seen"]


def test_another_encoding_is_seen(shell: Shell, cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    cluster.execute("CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C' LOCALE_PROVIDER libc")
    monkeypatch.setenv("GATEPOST_DATABASE__URL", cluster.url("latin"))
    assert "ENCODING 'UTF8'" in findings(shell("doctor", "--json"))["Database"]["seen"]
    cluster.drop("latin")


def test_more_connections_than_the_server_allows_are_seen(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEPOST_DATABASE__CONNECTIONS", "1000")
    assert "lower database.connections" in wrong(shell("doctor", "--json"))["Connections"]


def test_a_pooler_that_passes_no_notifications_on_is_seen(
    shell: Shell, url: str, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pgbouncer(cluster.port) as port:
        monkeypatch.setenv("GATEPOST_DATABASE__URL", url.replace(str(cluster.port), str(port)))
        assert "database.listen_url" in wrong(shell("doctor", "--json"))["Notifications"]
        monkeypatch.setenv("GATEPOST_DATABASE__LISTEN_URL", url)
        done = shell("doctor", "--json")
        assert wrong(done) == {}
        assert findings(done)["Notifications"]["seen"] == "they arrive; statements go through a pooler"


def test_clocks_that_differ_are_seen(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "LARGEST_DIFFERENCE_SECONDS", 0)
    assert "set both clocks" in wrong(shell("doctor", "--json"))["Clocks"]


def test_another_hosts_key_file_is_seen(shell: Shell, data: Path) -> None:
    (data / "gatepost.key").write_text("ab" * 32)
    assert wrong(shell("doctor", "--json")) == {"Shared key": f"put theirs at {data / 'gatepost.key'}"}
