import json
from pathlib import Path

import pytest

from gatepost.server.domain.roles import ROLES
from tests.kit.program import Shell

SHAPE = {
    "id", "email", "username", "first_name", "last_name", "state", "disabled", "email_verified", "current_position",
    "homepage", "about", "phone", "description", "created_at", "updated_at", "last_sign_in_at", "roles",
}  # fmt: skip
KNOWN_ROLES = ", ".join(sorted(ROLES))


def emails(shell: Shell, *filters: str) -> list[str]:
    return [account["email"] for account in shell("users", "list", "--json", *filters).json]


def state_of(shell: Shell, user: str) -> str:
    state: str = shell("users", "show", user, "--json").json["state"]
    return state


def test_a_new_account_is_active_and_shown_whole(shell: Shell) -> None:
    made = shell(
        "users", "create", "--email", "Ada@Example.org", "--username", "ada", "--first-name", "Ada",
        "--last-name", "Lovelace", "--role", "owner", "--role", "administrator", "--json",
    ).json  # fmt: skip
    assert set(made) == SHAPE
    assert (made["email"], made["username"], made["state"]) == ("Ada@example.org", "ada", "active")
    assert (made["first_name"], made["last_name"]) == ("Ada", "Lovelace")
    assert made["roles"] == ["administrator", "owner"]
    assert made["email_verified"] is True
    assert shell("users", "show", made["id"], "--json").json == made


def test_an_account_is_found_by_id_email_and_username_in_any_case(shell: Shell) -> None:
    id = shell("users", "create", "--email", "ada@example.org", "--username", "Ada.L", "--json").json["id"]
    for name in (id, "ADA@example.ORG", " ada.l "):
        assert shell("users", "show", name, "--json").json["id"] == id


@pytest.mark.parametrize(("flag", "state"), [("--unverified", "unverified"), ("--pending", "pending")])
def test_an_account_can_be_left_to_be_confirmed_or_approved(shell: Shell, flag: str, state: str) -> None:
    assert shell("users", "create", "--email", "ada@example.org", flag, "--json").json["state"] == state
    assert emails(shell, "--state", state) == ["ada@example.org"]
    assert emails(shell, "--state", "active") == []


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--email", "taken@example.org"], "There is an account with this e-mail address."),
        (["--email", "new@example.org", "--username", "Taken@Example.org"], "There is an account with this username."),
        (["--email", "nobody"], "email is not a valid address"),
        (["--email", "new@example.org", "--role", "king"], f"there is no role 'king'; there are: {KNOWN_ROLES}"),
    ],
)
def test_an_impossible_account_is_refused(shell: Shell, arguments: list[str], complaint: str) -> None:
    shell("users", "create", "--email", "taken@example.org")
    assert complaint in shell("users", "create", *arguments).complaint
    assert emails(shell) == ["taken@example.org"]


def test_a_password_comes_from_standard_input_and_must_be_a_good_one(shell: Shell) -> None:
    create = ("users", "create", "--email", "ada@example.org", "--password-stdin")
    assert shell(*create, typed="short\n").complaint == "password must have at least 8 characters"
    assert shell(*create, typed="").complaint == "the password is empty; nothing was changed"
    assert shell(*create, typed="correct horse battery\nsecond line").status == 0
    assert json.loads(shell("users", "export", "-").out)["password_hash"].startswith("$argon2id$")


def test_setting_a_password_replaces_it(shell: Shell) -> None:
    shell("users", "create", "--email", "ada@example.org")
    assert shell("users", "set-password", "ada@example.org", "--password-stdin", typed="correct horse\n").status == 0
    first = json.loads(shell("users", "export", "-").out)["password_hash"]
    shell("users", "set-password", "ada@example.org", "--password-stdin", typed="battery staple\n")
    assert json.loads(shell("users", "export", "-").out)["password_hash"] not in {None, first}


def test_setting_a_password_ends_tokens_only_when_asked_to(shell: Shell) -> None:
    shell("users", "create", "--email", "ada@example.org")
    shell("tokens", "create", "--user", "ada@example.org", "--name", "ci")
    set_password = ("users", "set-password", "ada@example.org", "--password-stdin")
    done = "ada@example.org has a new password and is signed out everywhere"
    assert shell(*set_password, typed="correct horse\n").out == f"{done}\n"
    assert len(shell("tokens", "list", "--user", "ada@example.org", "--json").json) == 1
    assert shell(*set_password, "--revoke-tokens", typed="battery staple\n").out == f"{done}; its tokens are revoked\n"
    assert shell("tokens", "list", "--user", "ada@example.org", "--json").json == []


def test_a_list_goes_through_every_page(shell: Shell, tmp_path: Path) -> None:
    many = [f"member{number:03}@example.org" for number in range(250)]
    file = tmp_path / "many.ndjson"
    file.write_text("".join(json.dumps({"email": email}) + "\n" for email in many))
    shell("users", "import", file)
    assert sorted(emails(shell)) == many
    lines = shell("users", "list").out.splitlines()
    assert lines[0].split() == ["E-MAIL", "STATE", "NAME", "MADE", "ID"]
    assert len(lines) == 251


def test_a_list_without_accounts_says_so(shell: Shell) -> None:
    assert shell("users", "list").out == "There are no accounts.\n"
    assert shell("users", "list", "--json").json == []


def test_people_see_an_account_as_a_card(shell: Shell) -> None:
    shell("users", "create", "--email", "ada@example.org", "--first-name", "Ada", "--role", "owner")
    card = dict(line.split(maxsplit=1) for line in shell("users", "show", "ada@example.org").out.splitlines())
    assert card["E-mail"] == "ada@example.org"
    assert card["Name"] == "Ada"
    assert card["Roles"] == "owner"
    assert "Homepage" not in card


@pytest.mark.parametrize(("decision", "state"), [("approve", "active"), ("reject", "rejected")])
def test_a_pending_account_is_decided_upon_once_and_its_owner_told(shell: Shell, decision: str, state: str) -> None:
    shell("users", "create", "--email", "ada@example.org", "--pending")
    assert shell("users", decision, "ada@example.org", "--json").json["state"] == state
    assert state_of(shell, "ada@example.org") == state
    assert [mail["to"] for mail in shell("mail", "list", "--json").json] == ["ada@example.org"]
    assert shell("users", decision, "ada@example.org").complaint == f"The account is {state}, not pending."


def test_disabling_and_enabling_leave_the_state_as_it_is(shell: Shell) -> None:
    shell("users", "create", "--email", "ada@example.org")
    disabled = shell("users", "disable", "ada@example.org", "--json").json
    assert (disabled["disabled"], disabled["state"]) == (True, "active")
    assert "active, disabled" in shell("users", "list").out
    assert shell("users", "enable", "ada@example.org").out == "ada@example.org is active\n"


def test_the_last_owner_can_be_neither_disabled_nor_deleted(shell: Shell) -> None:
    shell("users", "create", "--email", "ada@example.org", "--role", "owner")
    complaint = "This is the last owner; make somebody else an owner first."
    assert shell("users", "disable", "ada@example.org").complaint == complaint
    assert shell("users", "delete", "ada@example.org", "--yes").complaint == complaint
    assert emails(shell) == ["ada@example.org"]


def test_deleting_needs_a_yes_where_nobody_can_be_asked(shell: Shell) -> None:
    id = shell("users", "create", "--email", "ada@example.org", "--json").json["id"]
    assert shell("users", "delete", "ada@example.org", typed="y\n").complaint == "deleting cannot be undone; say --yes"
    assert emails(shell) == ["ada@example.org"]
    gone = shell("users", "delete", "ada@example.org", "--yes", "--json").json
    assert gone == {"id": id, "email": "ada@example.org", "deleted": True}
    assert emails(shell) == []


@pytest.mark.parametrize("verb", ["show", "approve", "reject", "enable", "disable", "delete", "set-password"])
def test_a_stranger_is_named_in_the_refusal(shell: Shell, verb: str) -> None:
    assert shell("users", verb, "nobody").complaint == "There is no account 'nobody'."


def test_a_role_is_given_and_taken(shell: Shell) -> None:
    shell("users", "create", "--email", "ada@example.org")
    granted = shell("users", "grant", "ADA@example.org", "administrator", "--json").json
    assert set(granted) == SHAPE
    assert granted["roles"] == ["administrator"]
    assert shell("users", "grant", "ada@example.org", "owner").out == "ada@example.org is administrator and owner\n"
    assert shell("users", "show", "ada@example.org", "--json").json["roles"] == ["administrator", "owner"]
    assert shell("users", "revoke", "ada@example.org", "administrator").out == "ada@example.org is owner\n"
    assert shell("users", "revoke", "ada@example.org", "owner").complaint == (
        "This is the last owner; make somebody else an owner first."
    )


def test_a_role_is_given_and_taken_on_one_resource(shell: Shell) -> None:
    shell("users", "create", "--email", "ada@example.org", "--role", "viewer")
    given = shell("users", "grant", "ada@example.org", "editor", "--on", "corpus:docs")
    assert given.out == "ada@example.org is editor on corpus:docs\n"
    assert "editor on corpus:docs, viewer" in shell("users", "show", "ada@example.org").out
    assert shell("users", "show", "ada@example.org", "--json").json["roles"] == ["viewer"]
    taken = shell("users", "revoke", "ada@example.org", "editor", "--on", "corpus:docs")
    assert taken.out == "ada@example.org is without a role on corpus:docs\n"
    assert "corpus:KEY" in shell("users", "grant", "ada@example.org", "editor", "--on", "planet:mars").complaint


@pytest.mark.parametrize("verb", ["grant", "revoke"])
def test_a_role_or_an_account_that_is_not_there_is_named_in_the_refusal(shell: Shell, verb: str) -> None:
    shell("users", "create", "--email", "ada@example.org")
    assert shell("users", verb, "nobody", "owner").complaint == "There is no account 'nobody'."
    complaint = shell("users", verb, "ada@example.org", "king").complaint
    assert complaint == f"there is no role 'king'; there are: {KNOWN_ROLES}"
