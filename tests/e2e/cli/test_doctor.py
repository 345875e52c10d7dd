import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import create_server
from threading import Thread
from typing import Any

import pytest
from typing_extensions import override

from gatepost.cli.checks import machine
from gatepost.server.domain.principal import CredentialKind, Principal
from gatepost.server.store.sqlite import connection
from tests.kit.backstage import backstage
from tests.kit.damage import spoil
from tests.kit.engines import OnSqlite
from tests.kit.program import Done, Shell
from tests.kit.server import free_port


@pytest.fixture(scope="session")
def engine(sqlite: OnSqlite) -> OnSqlite:
    """What is wrong here is wrong with files; what may be with the other engine is in `e2e/postgresql`."""
    return sqlite


@pytest.fixture(autouse=True)
def owner(shell: Shell) -> None:
    shell("users", "create", "--email", "ada@example.org", "--role", "owner")


def wrong(done: Done) -> dict[str, dict[str, Any]]:
    """Give the findings that are not well by name; the text and the exit status must agree with them."""
    document = json.loads(done.out)
    found = {finding["name"]: finding for finding in document["findings"] if not finding["well"]}
    assert all(finding["advice"] for finding in found.values())
    assert (document["well"], done.status) == ((False, 1) if found else (True, 0))
    assert done.err == (f"gatepost: not well: {', '.join(name.lower() for name in found)}\n" if found else "")
    return found


def execute(data: Path, sql: str) -> None:
    with closing(sqlite3.connect(data / "gatepost.db")) as database, database:
        database.execute(sql)


def test_a_sound_installation_is_well_and_stays_as_it_is(shell: Shell, data: Path) -> None:
    before = {path.name: path.read_bytes() for path in data.iterdir()}
    assert wrong(shell("doctor", "--json")) == {}
    text = shell("doctor")
    assert text.status == 0
    assert "✗" not in text.out
    assert "ada@example.org" in text.out
    assert {path.name: path.read_bytes() for path in data.iterdir()} == before


def test_nothing_is_made_where_nothing_is(shell: Shell, tmp_path: Path) -> None:
    assert list(wrong(shell.on(tmp_path / "no", "doctor", "--json"))) == ["Data directory"]
    assert not (tmp_path / "no").exists()
    (tmp_path / "empty").mkdir(mode=0o700)
    assert list(wrong(shell.on(tmp_path / "empty", "doctor", "--json"))) == ["Key file", "Database"]
    assert list((tmp_path / "empty").iterdir()) == []


def test_people_are_told_what_to_do(shell: Shell, data: Path) -> None:
    (data / "gatepost.key").chmod(0o644)
    done = shell("doctor")
    assert done.complaint == "not well: key file"
    assert f"✗ Key file         {data / 'gatepost.key'} is open to others" in done.out
    assert f"→ chmod 600 {data / 'gatepost.key'}" in done.out


def test_a_data_directory_open_to_everybody_is_seen(shell: Shell, data: Path) -> None:
    data.chmod(0o755)
    assert list(wrong(shell("doctor", "--json"))) == ["Data directory"]


def test_a_lost_key_file_is_seen_and_not_replaced(shell: Shell, data: Path) -> None:
    (data / "gatepost.key").unlink()
    assert "a new key opens no default token" in wrong(shell("doctor", "--json"))["Key file"]["advice"]
    assert not (data / "gatepost.key").exists()


def test_a_garbled_key_file_is_seen(shell: Shell, data: Path) -> None:
    (data / "gatepost.key").write_text("no key")
    assert list(wrong(shell("doctor", "--json"))) == ["Key file"]


def seal_a_mail(shell: Shell) -> None:
    shell("users", "create", "--email", "bob@example.org", "--pending")
    shell("users", "approve", "bob@example.org")


def seal_a_default_token(shell: Shell) -> None:
    with backstage(shell.data) as stage:
        owner = Principal(stage.account().id, CredentialKind.SESSION)
        stage.call(stage.parts.tokens.list_own, owner)


@pytest.mark.parametrize("seal", [seal_a_mail, seal_a_default_token])
def test_another_installations_key_file_is_seen(
    shell: Shell, data: Path, tmp_path: Path, seal: Callable[[Shell], None]
) -> None:
    seal(shell)
    assert wrong(shell("doctor", "--json")) == {}
    shell.on(tmp_path / "other", "users", "create", "--email", "eve@example.org")
    (tmp_path / "other" / "gatepost.key").replace(data / "gatepost.key")
    assert list(wrong(shell("doctor", "--json"))) == ["Sealed secrets"]


def test_a_full_disk_is_seen(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "LEAST_FREE_BYTES", 1 << 60)
    assert list(wrong(shell("doctor", "--json"))) == ["Disk space"]


def test_a_file_that_is_no_database_is_seen(shell: Shell, data: Path) -> None:
    (data / "gatepost.db").write_bytes(b"no database at all" * 100)
    assert "not a database" in wrong(shell("doctor", "--json"))["Database"]["seen"]


def test_a_damaged_page_is_seen(shell: Shell, data: Path) -> None:
    spoil(data / "gatepost.db", "ix_accounts_state")
    found = wrong(shell("doctor", "--json"))
    assert "gatepost restore FILE --force" in found["Integrity"]["advice"]


def test_a_write_ahead_log_that_cannot_be_had_is_seen(
    shell: Shell, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "_PRAGMAS", ("PRAGMA busy_timeout = 0", *connection._PRAGMAS[1:]))
    with closing(sqlite3.connect(data / "gatepost.db", isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = DELETE")
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM accounts").fetchone()
        assert list(wrong(shell("doctor", "--json"))) == ["Write-ahead log"]


@pytest.mark.parametrize(("version", "advice"), [("0000", "gatepost migrate"), ("9999", "run a newer Gatepost on it")])
def test_another_schema_is_seen(shell: Shell, data: Path, version: str, advice: str) -> None:
    execute(data, f"UPDATE alembic_version SET version_num = '{version}'")  # noqa: S608  constants only
    assert wrong(shell("doctor", "--json"))["Database"]["advice"] == advice


def test_a_missing_owner_is_seen(shell: Shell, data: Path) -> None:
    execute(data, "DELETE FROM grants")
    assert "users grant USER owner" in wrong(shell("doctor", "--json"))["Owner"]["advice"]


def test_a_clock_that_went_back_is_seen(shell: Shell, data: Path) -> None:
    execute(data, "UPDATE audit SET at = 33000000000000")
    assert "before the last change at 3015" in wrong(shell("doctor", "--json"))["Clock"]["seen"]


@pytest.fixture
def mail_port(monkeypatch: pytest.MonkeyPatch) -> int:
    port = free_port()
    monkeypatch.setenv("GATEPOST_MAIL__HOST", "127.0.0.1")
    monkeypatch.setenv("GATEPOST_MAIL__PORT", str(port))
    return port


def test_a_mail_server_is_asked_for_a_connection(shell: Shell, mail_port: int) -> None:
    assert "Mail server" in wrong(shell("doctor", "--json"))
    with create_server(("127.0.0.1", mail_port)):
        assert wrong(shell("doctor", "--json")) == {}


@contextmanager
def website(path: str, body: bytes) -> Iterator[str]:
    """Serve one document at one path."""

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == path else 404)
            self.end_headers()
            self.wfile.write(body if self.path == path else b"")

        @override
        def log_message(self, format: str, *args: Any) -> None:
            """Keep quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def provider(monkeypatch: pytest.MonkeyPatch, issuer: str, jwks_url: str = "", client_id: str = "") -> None:
    table = {
        "name": "company",
        "issuer": issuer,
        "audience": ["gatepost"],
        "jwks_url": jwks_url,
        "client_id": client_id,
    }
    monkeypatch.setenv("GATEPOST_OIDC__PROVIDERS", json.dumps([table]))


DISCOVERY = "/realm/.well-known/openid-configuration"


def test_an_identity_provider_must_answer_for_the_configured_issuer(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider(monkeypatch, f"http://127.0.0.1:{free_port()}")
    assert "Provider company" in wrong(shell("doctor", "--json"))
    with website(DISCOVERY, b'{"issuer": "https://other.example.org"}') as origin:
        provider(monkeypatch, f"{origin}/realm")
        assert "https://other.example.org" in wrong(shell("doctor", "--json"))["Provider company"]["seen"]
        provider(monkeypatch, f"{origin}/elsewhere")
        assert "404" in wrong(shell("doctor", "--json"))["Provider company"]["seen"]


def test_an_identity_provider_that_answers_is_well(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    with website("/keys", b'{"keys": []}') as origin:
        provider(monkeypatch, "https://login.example.org", f"{origin}/keys")
        assert wrong(shell("doctor", "--json")) == {}
        # To sign people in, its keys are not enough.
        provider(monkeypatch, f"{origin}/realm", f"{origin}/keys", "gatepost")
        assert "404" in wrong(shell("doctor", "--json"))["Provider company"]["seen"]
