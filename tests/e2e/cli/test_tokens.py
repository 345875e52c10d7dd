import re

import pytest

from tests.kit.program import Shell

VALUE = re.compile(r"gp_pat_[0-9A-Za-z]{36}")


@pytest.fixture(autouse=True)
def ada(shell: Shell) -> str:
    id: str = shell("users", "create", "--email", "ada@example.org", "--json").json["id"]
    return id


def test_a_token_is_made_for_an_account_and_its_value_shown_once(shell: Shell, ada: str) -> None:
    made = shell("tokens", "create", "--user", ada, "--name", "ci", "--expires", "2999-12-31", "--json").json
    assert VALUE.fullmatch(made.pop("value"))
    assert set(made) == {"id", "account_id", "name", "created_at", "used_at", "expires_at"}
    assert (made["account_id"], made["name"], made["expires_at"]) == (ada, "ci", "2999-12-31")
    assert shell("tokens", "list", "--user", ada, "--json").json == [made]


def test_people_get_the_value_and_a_way_to_try_it(shell: Shell) -> None:
    value, *hint = shell("tokens", "create", "--user", "ada@example.org", "--name", "ci").out.splitlines()
    assert VALUE.fullmatch(value)
    assert f'curl -H "X-Auth-Token: {value}" http://127.0.0.1:8080/kipu/user-service/me' in "\n".join(hint)
    listed = shell("tokens", "list", "--user", "ada@example.org").out
    assert "ci" in listed
    assert "never" in listed
    assert not VALUE.search(listed)


def test_a_revoked_token_is_gone_and_cannot_be_revoked_again(shell: Shell) -> None:
    id = shell("tokens", "create", "--user", "ada@example.org", "--name", "ci", "--json").json["id"]
    assert shell("tokens", "revoke", "--user", "ada@example.org", id, "--json").json == {"id": id, "revoked": True}
    assert shell("tokens", "list", "--user", "ada@example.org", "--json").json == []
    assert shell("tokens", "list", "--user", "ada@example.org").out == "ada@example.org has no tokens.\n"
    assert shell("tokens", "revoke", "--user", "ada@example.org", id).complaint == "There is no such token."


def test_nobody_elses_token_is_revoked(shell: Shell) -> None:
    shell("users", "create", "--email", "bob@example.org")
    id = shell("tokens", "create", "--user", "bob@example.org", "--name", "bob's", "--json").json["id"]
    assert shell("tokens", "revoke", "--user", "ada@example.org", id).complaint == "There is no such token."
    assert len(shell("tokens", "list", "--user", "bob@example.org", "--json").json) == 1


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--user", "nobody", "--name", "ci"], "There is no account 'nobody'."),
        (["--user", "ada@example.org", "--name", " "], "name must be printable text that is not blank"),
        (["--user", "ada@example.org", "--name", "ci", "--expires", "2001-01-01"], "--expires lies in the past"),
        (
            ["--user", "ada@example.org", "--name", "ci", "--expires", "tomorrow"],
            "--expires must be a date of the form yyyy-MM-dd",
        ),
    ],
)
def test_an_impossible_token_is_refused(shell: Shell, arguments: list[str], complaint: str) -> None:
    assert shell("tokens", "create", *arguments).complaint == complaint
