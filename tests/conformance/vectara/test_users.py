"""One user: made, read, changed, removed and reset; sections 3.1 to 3.6 of the contract."""

from datetime import UTC, datetime
from typing import Any

import pytest
from vectara import AgentRole, CorpusRole
from vectara.core.api_error import ApiError
from vectara.errors import BadRequestError, NotFoundError
from vectara.users.types import CreateUsersResponse

from tests.conformance.vectara.official import Official, refused
from tests.kit.backstage import Backstage
from tests.kit.cases import rows
from tests.kit.homebox import PASSWORD
from tests.kit.mailbox import kinds
from tests.kit.twins import finished

pytestmark = pytest.mark.anyio

EVERYTHING = {
    "description": "Curator",
    "api_roles": ["corpus_viewer"],
    "corpus_roles": [CorpusRole(corpus_key="k", role="viewer")],
    "agent_roles": [AgentRole(agent_key="ag", role="agent_user")],
}


@rows(19, 24, 41)
async def test_a_user_from_an_address_alone(users: Any, stage: Backstage, name: str) -> None:
    created = await finished(users.create(email=name))
    assert isinstance(created, CreateUsersResponse)
    assert (created.username, created.email, created.enabled, created.description) == (name, name, True, None)
    assert (created.api_roles, created.corpus_roles, created.agent_roles) == ([], [], [])
    assert str(created.id).startswith("usr_")
    ((made_at,),) = stage.rows("SELECT created_at FROM accounts WHERE email = ?", name)
    assert created.created_at == datetime.fromtimestamp(made_at / 1000, UTC)
    assert created.updated_at == created.created_at
    assert kinds(stage, name) == ["invitation"]


@rows(20, 41)
async def test_a_user_with_everything(users: Any, name: str) -> None:
    created = await finished(users.create(email=name, username=f"u {name}", **EVERYTHING))
    found = await finished(users.get(f"u {name}"))
    assert found.dict().items() <= created.dict().items()
    assert (found.username, found.email, found.description) == (f"u {name}", name, "Curator")
    assert (found.api_roles, found.corpus_roles, found.agent_roles) == (
        EVERYTHING["api_roles"],
        EVERYTHING["corpus_roles"],
        EVERYTHING["agent_roles"],
    )


@rows(21)
async def test_null_is_as_if_nothing_were_said(users: Any, name: str) -> None:
    created = await finished(users.create(email=name, username=None, api_roles=[], corpus_roles=None, description=None))
    assert (created.username, created.api_roles, created.corpus_roles) == (name, [], [])


@rows(22)
@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"email": "bad"}, "email"),
        ({"email": ""}, "email"),
        ({"username": "\x00"}, "username"),
        ({"api_roles": ["king"]}, "api_roles"),
        ({"corpus_roles": [{"corpus_key": "k", "role": "agent_user"}]}, "corpus_roles"),
        ({"agent_roles": [{"agent_key": "a/b", "role": "agent_user"}]}, "agent_roles"),
    ],
)
async def test_what_is_wrong_with_a_new_user_is_told(
    users: Any, stage: Backstage, name: str, given: dict[str, Any], field: str
) -> None:
    before = stage.contents()
    error = await refused(users.create, **{"email": name, **given})
    assert isinstance(error, BadRequestError)
    assert list(error.body["field_errors"]) == [field]
    assert error.body["messages"]
    assert error.body["request_id"]
    assert stage.contents() == before


@rows(23)
@pytest.mark.parametrize("same", ["email", "username"])
async def test_a_duplicate_may_be_sent_again_and_does_nothing(
    users: Any, stage: Backstage, slept: list[float], name: str, same: str
) -> None:
    await finished(users.create(email=name))
    before = stage.contents()
    given = {"email": name.upper()} if same == "email" else {"email": f"other.{name}", "username": name.upper()}
    error = await refused(users.create, **given)
    assert (type(error), error.status_code) == (ApiError, 409)
    assert set(error.body) == {"messages", "request_id"}
    assert slept == [pytest.approx(1, rel=0.11), pytest.approx(2, rel=0.11)]
    assert stage.contents() == before


@rows(26, 27)
@pytest.mark.parametrize("call", ["get", "update", "delete", "reset_password"])
async def test_nobody_is_not_found(users: Any, call: str) -> None:
    error = await refused(getattr(users, call), "nobody")
    assert isinstance(error, NotFoundError)
    assert error.body["id"] == "nobody"
    assert error.body["messages"]


@rows(27)
async def test_an_address_without_anything_is_json_too(users: Any) -> None:
    error = await refused(users.get, "a/b")
    assert isinstance(error, NotFoundError)
    assert error.body["messages"]


@rows(29)
async def test_an_update_of_nothing(users: Any, name: str) -> None:
    created = await finished(users.create(email=name, **EVERYTHING))
    assert (await finished(users.update(name))).dict() == (await finished(users.get(name))).dict()
    assert (await finished(users.get(name))).updated_at == created.updated_at


@rows(30)
async def test_disabling_and_enabling(official: Official, users: Any, stage: Backstage) -> None:
    member = stage.member(roles=("administrator",))
    theirs = official(api_key=member.token).users
    assert (await finished(users.update(member.username, enabled=False))).enabled is False
    assert (await refused(theirs.list)).status_code == 401
    assert (await finished(users.update(member.username, enabled=True))).enabled is True
    assert (await finished(users.get(member.username))).enabled is True


@rows(31)
async def test_a_list_replaces_the_whole_list(users: Any, name: str) -> None:
    await finished(users.create(email=name, **EVERYTHING))
    other = [CorpusRole(corpus_key="other", role="editor")]
    changed = await finished(users.update(name, api_roles=[], corpus_roles=other))
    assert (changed.api_roles, changed.corpus_roles) == ([], other)
    assert changed.agent_roles == EVERYTHING["agent_roles"]
    assert (await finished(users.update(name, agent_roles=[]))).agent_roles == []


@rows(32)
async def test_null_clears_a_description_and_nothing_else(users: Any, name: str) -> None:
    await finished(users.create(email=name, **EVERYTHING))
    nothing = {"enabled": None, "api_roles": None, "corpus_roles": None, "agent_roles": None}
    changed = await finished(users.update(name, description=None, **nothing))
    assert (changed.enabled, changed.description) == (True, None)
    assert changed.api_roles == EVERYTHING["api_roles"]
    assert changed.corpus_roles == EVERYTHING["corpus_roles"]


@pytest.mark.parametrize(("alias", "canonical"), [("corpus_admin", "corpus_administrator"), ("query_writer", "viewer")])
async def test_the_documents_names_of_roles_are_understood(users: Any, name: str, alias: str, canonical: str) -> None:
    assert (await finished(users.create(email=name, api_roles=[alias, canonical]))).api_roles == [canonical]
    assert (await finished(users.update(name, api_roles=[alias]))).api_roles == [canonical]


@rows(33)
@pytest.mark.parametrize("wrong", [{"api_roles": ["king"]}, {"enabled": "maybe"}, {"description": 5}])
async def test_an_update_that_is_wrong_changes_nothing(users: Any, name: str, wrong: dict[str, Any]) -> None:
    before = await finished(users.create(email=name, **EVERYTHING))
    error = await refused(users.update, name, **{"description": "new", **wrong})
    assert (type(error), error.status_code) == (ApiError, 400)
    assert list(error.body["field_errors"]) == list(wrong)
    assert (await finished(users.get(name))).description == before.description


@rows(34)
async def test_deleting(users: Any, stage: Backstage, name: str) -> None:
    await finished(users.create(email=name, **EVERYTHING))
    assert await finished(users.delete(name)) is None
    assert isinstance(await refused(users.get, name), NotFoundError)
    assert stage.rows("SELECT 1 FROM accounts WHERE email = ?", name) == []


@rows(35, 36)
async def test_a_password_is_reset_by_mail(users: Any, stage: Backstage, name: str) -> None:
    stage.account(name)
    reset = await finished(users.reset_password(name))
    assert (reset.username, reset.email) == (name, name)
    assert kinds(stage, name) == ["reset-password"]


@rows(19, 35)
async def test_where_no_mail_is_sent_a_code_and_its_page_are_told(users: Any, stage: Backstage, name: str) -> None:
    created = await finished(users.create(email=name))
    reset = await finished(users.reset_password(name))
    for told in (created, reset):
        assert str(told.one_time_code_link).endswith(f"/reset-password?token={told.one_time_code}")
    stage.call(stage.parts.password_reset.complete, str(reset.one_time_code), PASSWORD)
    assert stage.call(stage.parts.sign_in.by_password, name, PASSWORD, "tests").account.username == name


@rows(28)
async def test_whoever_may_do_more_is_left_alone(official: Official, stage: Backstage) -> None:
    owner, administrator = stage.member(roles=("owner",)), stage.member(roles=("administrator",))
    theirs = official(api_key=administrator.token).users
    for call in (theirs.delete, theirs.reset_password, lambda name: theirs.update(name, enabled=False)):
        error = await refused(call, owner.username)
        assert error.status_code == 403
        assert error.body.messages
    stage.write("DELETE FROM grants WHERE account_id = ?", owner.id)
