import re

import pytest

from tests.kit.program import Shell

SECRET = re.compile(r"gp_sec_[0-9A-Za-z]{36}")


def test_a_client_is_made_and_its_secret_shown_once(shell: Shell) -> None:
    made = shell("clients", "create", "--name", "ci", "--role", "viewer", "--role", "administrator", "--json").json
    assert SECRET.fullmatch(made.pop("client_secret"))
    assert set(made) == {"client_id", "name", "roles", "created_at"}
    assert (made["name"], made["roles"]) == ("ci", ["administrator", "viewer"])
    assert shell("clients", "list", "--json").json == [made]


def test_people_get_id_and_secret_and_a_list_without_secrets(shell: Shell) -> None:
    id, secret, *_ = shell("clients", "create", "--name", "ci").out.splitlines()
    assert SECRET.search(secret)
    listed = shell("clients", "list").out
    assert id.split()[-1] in listed
    assert "none" in listed
    assert not SECRET.search(listed)


def test_a_revoked_client_is_gone_and_cannot_be_revoked_again(shell: Shell) -> None:
    id = shell("clients", "create", "--name", "ci", "--json").json["client_id"]
    assert shell("clients", "revoke", id, "--json").json == {"client_id": id, "revoked": True}
    assert shell("clients", "list", "--json").json == []
    assert shell("clients", "list").out == "There are no clients.\n"
    assert shell("clients", "revoke", id).complaint == "There is no such client."


def test_keys_are_rotated_with_and_without_an_overlap(shell: Shell) -> None:
    first, second = (shell("clients", "rotate-keys", "--json").json["key"] for _ in range(2))
    third = re.search(r"the key (\S+) from now on", shell("clients", "rotate-keys", "--at-once").out)
    assert third
    assert len({first, second, third[1]}) == 3


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--name", " "], "name must be printable text that is not blank"),
        (["--name", "ci", "--role", "emperor"], "there is no role 'emperor'"),
    ],
)
def test_an_impossible_client_is_refused(shell: Shell, arguments: list[str], complaint: str) -> None:
    assert complaint in shell("clients", "create", *arguments).complaint
