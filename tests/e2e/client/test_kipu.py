"""Every code sample of the reference document, pasted, against a running server.

Only the import, the address and the token change. The official client runs the same samples with the same outcome.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gatepost.kipu import AsyncHubUserClient, HubUserClient, NotFoundError, UnauthorizedError
from gatepost.server.domain.principal import SYSTEM
from tests.e2e.client.notebook import Notebook
from tests.kit.backstage import Backstage, Member
from tests.kit.kipu import FOREIGN
from tests.kit.pictures import picture
from tests.kit.server import Server

PREFIX = "/kipu/user-service"
LATER = "2999-01-01"
"""Stands for the document's day, which will have passed."""

QUICKSTART = """
from qhub.api.user import HubUserClient

user = HubUserClient(api_key="YOUR_PERSONAL_ACCESS_TOKEN")

me = user.user_settings.get_current_user()
tokens = user.user_settings_personal_access_tokens.get_personal_access_tokens()

print(me.email, [t.name for t in tokens.access_tokens or []])
"""
GET_CURRENT_USER = """
me = user.user_settings.get_current_user()
print(me.id, me.email, me.firstname, me.lastname)
"""
UPDATE_CURRENT_USER = """
me = user.user_settings.update_current_user(
    current_position="Quantum Engineer",
    homepage="https://example.com",
    about="Working on variational algorithms.",
)
"""
DELETE_CURRENT_USER = """
user.user_settings.delete_current_user()
"""
UPDATE_IMAGE = """
with open("avatar.png", "rb") as f:
    user.user_settings.update_current_user_profile_image(file=f)
"""
DELETE_IMAGE = """
user.user_settings.delete_current_user_profile_image()
"""
LIST_TOKENS = """
tokens = user.user_settings_personal_access_tokens.get_personal_access_tokens()
for token in tokens.access_tokens or []:
    print(token.id, token.name, token.expires_at)
"""
CREATE_TOKEN = """
token = user.user_settings_personal_access_tokens.create_personal_access_token(
    name="ci-token",
    expires_at="2027-01-01",
)
print(token.value)  # shown only here
"""
DELETE_TOKEN = """
user.user_settings_personal_access_tokens.delete_personal_access_token(token_id)
"""
REGENERATE_DEFAULT_TOKEN = """
result = user.user_settings_personal_access_tokens.regenerate_default_personal_access_token()
print(result.default_token)  # shown only here
"""
AUTHORIZE = """
principal = user.authentication.authorize_by_personal_access_token()
print(principal.id, principal.access_token.name if principal.access_token else None)
"""
GET_USER = """
overview = user.users.get_user_by_id(user_id)
print(overview.firstname, overview.lastname)
"""
CHECK_USER = """
from qhub.api.user.errors import NotFoundError

try:
    user.users.check_user_exists(user_id)
    exists = True
except NotFoundError:
    exists = False
"""
GET_IMAGE = """
image = user.users.get_user_profile_image(user_id)
"""
REGISTRATION_STATUS = """
status = user.user_registration_status.get_user_registration_status(
    email="someone@example.com",
)
print(status.status, status.message)
"""
SEARCH = """
results = user.search.users(q="alice")
for match in results:
    print(match.id, match.firstname, match.lastname)
"""


@pytest.fixture
def alice(stage: Backstage) -> Iterator[Member]:
    """Make a member called Alice, who leaves after the test if the test did not remove her."""
    member = stage.member(first_name="Alice", last_name="Liddell")
    yield member
    if stage.rows("SELECT 1 FROM accounts WHERE id = ?", member.id):
        stage.call(stage.parts.administration.delete, SYSTEM, member.id)


@pytest.fixture(params=["gatepost.kipu", "qhub.api.user"])
def notebook(
    request: pytest.FixtureRequest, server: Server, alice: Member, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Notebook]:
    """Give a notebook in which the quickstart has been run as Alice, with a picture in the current directory."""
    (tmp_path / "avatar.png").write_bytes(picture())
    monkeypatch.chdir(tmp_path)
    arguments = f'base_url="{server.url}{PREFIX}", api_key="{alice.token}"'
    replacements = {
        "qhub.api.user": request.param,
        'api_key="YOUR_PERSONAL_ACCESS_TOKEN"': arguments,
        "2027-01-01": LATER,
    }
    pasted = Notebook(replacements, user_id=alice.id, token_id=alice.token_id)
    assert pasted.run(QUICKSTART) == f"{alice.email} ['first']\n"
    yield pasted
    close(pasted.names["user"])


def close(user: Any) -> None:
    """Close the connections; the official client cannot do so itself."""
    connections = user if hasattr(user, "close") else user._client_wrapper.httpx_client.httpx_client
    connections.close()


def test_the_profile(notebook: Notebook, alice: Member) -> None:
    assert notebook.run(GET_CURRENT_USER) == f"{alice.id} {alice.email} Alice Liddell\n"
    notebook.run(UPDATE_CURRENT_USER)
    me = notebook.names["me"]
    assert (me.current_position, me.homepage) == ("Quantum Engineer", "https://example.com")
    assert me.about == "Working on variational algorithms."


def test_the_image(notebook: Notebook) -> None:
    assert image(notebook) is None
    notebook.run(UPDATE_IMAGE)
    assert isinstance(image(notebook), str)
    notebook.run(DELETE_IMAGE)
    notebook.run(DELETE_IMAGE)
    assert image(notebook) is None


def image(notebook: Notebook) -> Any:
    notebook.run(GET_IMAGE)
    return notebook.names["image"]


def test_the_tokens(notebook: Notebook, alice: Member) -> None:
    assert notebook.run(LIST_TOKENS) == f"{alice.token_id} first None\n"
    assert notebook.run(CREATE_TOKEN).startswith("gp_pat_")
    made = notebook.names["token"]
    assert f"{made.id} ci-token {LATER}\n" in notebook.run(LIST_TOKENS)
    notebook.names["token_id"] = made.id
    notebook.run(DELETE_TOKEN)
    assert notebook.run(LIST_TOKENS) == f"{alice.token_id} first None\n"


def test_the_default_token(notebook: Notebook) -> None:
    made = notebook.run(REGENERATE_DEFAULT_TOKEN)
    notebook.run(LIST_TOKENS)
    assert made == f"{notebook.names['tokens'].default_token}\n"


def test_the_principal(notebook: Notebook, alice: Member) -> None:
    assert notebook.run(AUTHORIZE) == f"{alice.id} first\n"


def test_the_lookup(notebook: Notebook) -> None:
    assert notebook.run(GET_USER) == "Alice Liddell\n"
    notebook.run(CHECK_USER)
    assert notebook.names["exists"] is True


@pytest.mark.parametrize("notebook", ["gatepost.kipu"], indirect=True)
def test_a_user_who_does_not_exist(notebook: Notebook) -> None:
    notebook.names["user_id"] = "nobody"
    notebook.run(CHECK_USER)
    assert notebook.names["exists"] is False
    with pytest.raises(NotFoundError):
        notebook.run(GET_IMAGE)


def test_the_registration_status(notebook: Notebook) -> None:
    assert notebook.run(REGISTRATION_STATUS).startswith("NOT_FOUND ")


def test_the_search(notebook: Notebook, alice: Member) -> None:
    assert notebook.run(SEARCH) == f"{alice.id} Alice Liddell\n"


@pytest.mark.parametrize("notebook", ["gatepost.kipu"], indirect=True)
def test_the_end(notebook: Notebook) -> None:
    notebook.run(DELETE_CURRENT_USER)
    with pytest.raises(UnauthorizedError):
        notebook.run(GET_CURRENT_USER)


@pytest.mark.anyio
async def test_the_quickstart_awaited(server: Server, alice: Member) -> None:
    async with AsyncHubUserClient(base_url=server.url + PREFIX, api_key=alice.token) as user:
        me = await user.user_settings.get_current_user()
        tokens = await user.user_settings_personal_access_tokens.get_personal_access_tokens()
    assert (me.email, [token.name for token in tokens.access_tokens or []]) == (alice.email, ["first"])


@pytest.mark.anyio
async def test_ids_of_both_kinds_are_told_apart(server: Server, alice: Member) -> None:
    async with AsyncHubUserClient(base_url=server.url + PREFIX, api_key=None) as public:
        batch = await public.users.resolve_users(ids=[alice.id, "nobody"])
        with pytest.raises(UnauthorizedError):
            await public.search.users(q="alice")
    assert ([user.id for user in batch.users or []], batch.not_found) == ([alice.id], "nobody")


def test_a_token_nobody_was_given(server: Server) -> None:
    with HubUserClient(base_url=server.url + PREFIX, api_key=FOREIGN) as user, pytest.raises(UnauthorizedError) as said:
        user.user_settings.get_current_user()
    assert str(said.value).startswith(f"GET {PREFIX}/me answered 401: ")
    assert said.value.body["status"] == 401


def test_an_address_that_is_not_the_service(server: Server, alice: Member) -> None:
    with HubUserClient(base_url=server.url, api_key=alice.token) as user, pytest.raises(NotFoundError) as refused:
        user.user_settings.get_current_user()
    assert "is the base URL right?" in str(refused.value)
