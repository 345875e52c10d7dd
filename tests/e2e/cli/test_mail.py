import re
from pathlib import Path

import pytest

from gatepost.server.services.registration import SignUp
from tests.kit.backstage import PASSWORD, backstage
from tests.kit.engines import on_sqlite
from tests.kit.program import Shell


@pytest.fixture
def newcomer(data: Path) -> str:
    """Sign somebody up; the confirmation waits in the outbox."""
    with backstage(data) as stage:
        stage.call(stage.parts.registration.sign_up, SignUp("ada@example.org", PASSWORD, "Ada"))
    return "ada@example.org"


def test_a_newcomer_without_a_mail_server_finds_the_link(shell: Shell, newcomer: str) -> None:
    (listed,) = shell("mail", "list", "--json").json
    assert (listed["to"], listed["kind"], listed["state"]) == (newcomer, "confirm-email", "queued")
    assert set(listed) == {
        "id", "to", "subject", "kind", "state", "attempts", "created_at", "due_at", "last_error",
    }  # fmt: skip
    shown = shell("mail", "show", listed["id"], "--json").json
    assert shown == listed | {"text": shown["text"], "html": shown["html"]}
    link = re.search(r"http://127\.0\.0\.1:8080/confirm/gp_cnf_\w+", shown["text"])
    assert link
    assert link[0] in shown["html"]
    assert link[0] in shell("mail", "show", listed["id"]).out.splitlines()


def test_people_see_the_newest_mail_first_and_how_to_read_one(shell: Shell, newcomer: str) -> None:
    shell("users", "create", "--email", "bob@example.org", "--pending")
    shell("users", "approve", "bob@example.org")
    lines = shell("mail", "list").out.splitlines()
    assert lines[0].split() == ["WRITTEN", "STATE", "TO", "SUBJECT", "ID"]
    assert [line.split()[3] for line in lines[1:3]] == ["bob@example.org", newcomer]
    assert lines[-1] == "Read one: gatepost mail show ID"


def test_an_empty_outbox_says_so(shell: Shell) -> None:
    assert shell("mail", "list").out == "There are no mails.\n"
    assert shell("mail", "list", "--json").json == []
    assert shell("mail", "show", "nothing").complaint == "There is no such mail."


@on_sqlite  # where a new key file is accepted unasked
def test_a_mail_sealed_under_another_key_is_shown_without_its_text(shell: Shell, data: Path, newcomer: str) -> None:
    (data / "gatepost.key").unlink()
    (listed,) = shell("mail", "list", "--json").json
    shown = shell("mail", "show", listed["id"], "--json").json
    assert (shown["to"], shown["text"], shown["html"]) == (newcomer, None, None)
    assert "was the key file replaced?" in shell("mail", "show", listed["id"]).out
