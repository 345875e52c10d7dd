import pytest

from tests.kit.program import Shell

OTHER = ("users", "create", "--email", "bob@example.org")


@pytest.fixture
def ada(shell: Shell) -> str:
    """Make an account, change it and give its id."""
    id: str = shell("users", "create", "--email", "ada@example.org", "--role", "administrator", "--json").json["id"]
    shell("users", "disable", id)
    return id


def actions(shell: Shell, *filters: str) -> list[str]:
    return [event["action"] for event in shell("audit", "list", "--json", *filters).json]


def test_the_newest_event_comes_first_and_is_shown_whole(shell: Shell, ada: str) -> None:
    newest, oldest = shell("audit", "list", "--json").json
    assert set(newest) == {"id", "at", "actor", "action", "subject", "detail"}
    assert (newest["action"], newest["subject"], newest["actor"]) == ("account.disabled", ada, "system")
    assert (oldest["action"], oldest["detail"]) == ("account.created", {"roles": "administrator"})
    assert newest["at"] > oldest["at"]
    assert newest["at"].endswith("Z")


def test_people_see_a_line_for_each_event(shell: Shell, ada: str) -> None:
    head, newest, oldest = shell("audit", "list").out.splitlines()
    assert head.split() == ["WHEN", "ACTION", "ACCOUNT", "BY", "DETAIL"]
    assert newest.split()[2:] == ["account.disabled", ada, "system"]
    assert oldest.split()[2:] == ["account.created", ada, "system", "roles:", "administrator"]


def test_events_are_found_by_account_action_and_time(shell: Shell, ada: str) -> None:
    shell(*OTHER)
    assert actions(shell) == ["account.created", "account.disabled", "account.created"]
    assert actions(shell, "--account", "ADA@example.org") == ["account.disabled", "account.created"]
    assert actions(shell, "--action", "account.created") == ["account.created", "account.created"]
    assert actions(shell, "--account", ada, "--action", "account.disabled") == ["account.disabled"]
    assert actions(shell, "--since", "9998-12-31T23:59") == []
    assert len(actions(shell, "--since", "2020-01-01")) == 3
    at = shell("audit", "list", "--json").json[1]["at"]
    assert actions(shell, "--since", at) == ["account.created", "account.disabled"]
    assert actions(shell, "--limit", "2") == ["account.created", "account.disabled"]


def test_the_events_of_a_deleted_account_are_found_by_its_id(shell: Shell, ada: str) -> None:
    shell("users", "delete", ada, "--yes")
    assert actions(shell, "--account", ada) == ["account.deleted", "account.disabled", "account.created"]
    assert shell("audit", "list", "--account", "ada@example.org").complaint == (
        "There is no account 'ada@example.org'."
    )


def test_a_trail_without_events_says_so(shell: Shell) -> None:
    assert shell("audit", "list").out == "There are no such events.\n"
    assert shell("audit", "list", "--json").json == []
