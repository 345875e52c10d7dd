"""Hosts that share a database share its key file."""

from pathlib import Path

import pytest

from tests.kit.program import Shell

CREATE = ("users", "create", "--email", "ada@example.org")


@pytest.fixture(autouse=True)
def first_host(shell: Shell) -> None:
    assert shell(*CREATE).status == 0


def test_a_host_without_the_key_file_is_told_to_copy_it_and_makes_none(shell: Shell, tmp_path: Path) -> None:
    other = tmp_path / "other"
    complaint = shell.on(other, "users", "list").complaint
    assert complaint.startswith(f"there is no key file {other / 'gatepost.key'}: copy the one that postgresql://")
    assert not (other / "gatepost.key").exists()


def test_a_host_with_another_key_file_does_nothing_until_it_is_accepted(
    shell: Shell, data: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "gatepost.key").write_text("ab" * 32)
    assert "is not the key file that postgresql://" in shell.on(other, "users", "list").complaint
    assert shell("users", "list").status == 0
    assert shell.on(other, "migrate", "--accept-key").status == 0
    assert shell.on(other, "users", "list").status == 0
    assert "gatepost migrate --accept-key" in shell("users", "list").complaint


def test_hosts_with_the_same_key_file_share_the_database(
    shell: Shell, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mounted = (data / "gatepost.key").rename(tmp_path / "secret")
    monkeypatch.setenv("GATEPOST_KEY_FILE", str(mounted))
    for host in ("one", "two"):
        assert shell.on(tmp_path / host, "users", "list").status == 0
        assert list((tmp_path / host).iterdir()) == []


def test_the_key_file_of_a_copied_database_stays(shell: Shell, tmp_path: Path) -> None:
    there = f"sqlite:///{tmp_path / 'copy.db'}"
    assert shell("migrate", "--to", there).status == 0
    assert shell("users", "list", "--database", there).status == 0
