"""Cases 65 to 69 of the wire contract: py-homebox 0.6.0, unmodified, in all its calls about people and their groups."""

from typing import Any

import pytest
import requests
from homebox import HomeboxClient
from homebox.models import (
    APIKeyCreate,
    ChangePassword,
    CreateRequest,
    ForgotPasswordRequest,
    GroupInvitationCreate,
    GroupMemberAdd,
    GroupUpdate,
    ResetPasswordRequest,
    UserRegistration,
    UserUpdate,
)

from tests.conformance.homebox.test_oidc import FAILED
from tests.kit.cases import improved, kept
from tests.kit.homebox import NOBODY, PASSWORD, House, Person

NEW = "another good password"


def connected(person: Person) -> Any:
    """Give a client that has logged in."""
    client = HomeboxClient(person.house.url)
    client.login(person.email, PASSWORD)
    return client


@pytest.fixture
def client(ann: Person) -> Any:
    return connected(ann)


def refused(call: Any, *arguments: Any) -> int:
    """Give the status of a call that is refused."""
    with pytest.raises(requests.HTTPError) as error:
        call(*arguments)
    assert error.value.response is not None
    return error.value.response.status_code


@improved(65, "the client logs in, and a refresh gives it no token", "a refresh gives it one that works")
def test_login_and_refresh(house: House, ann: Person, client: Any) -> None:
    assert client.users.get_user_self().email == ann.email
    token = client.users.user_token_refresh().token
    assert token is not None
    assert HomeboxClient(house.url, token).users.get_user_self().email == ann.email
    assert refused(client.users.get_user_self) == 401


@kept(66, "the client reads the settings of somebody new as empty ones")
def test_settings(client: Any) -> None:
    assert client.users.get_user_settings().model_dump() == {}
    assert client.users.update_user_settings({"theme": "dark", "page": {"size": 20}}).theme == "dark"
    assert client.users.get_user_settings().model_dump() == {"theme": "dark", "page": {"size": 20}}


@improved(67, "the client changes a password: 404", "it does")
def test_changing_a_password(house: House, ann: Person, client: Any) -> None:
    client.users.change_password(ChangePassword(current=PASSWORD, new=NEW))
    assert HomeboxClient(house.url).login(ann.email, NEW).token is not None
    assert refused(client.users.change_password, ChangePassword(current=PASSWORD, new=NEW)) == 400
    assert refused(client.users.change_password, ChangePassword(current=NEW, new=None)) == 400


@kept(68, "the client updates an account, and is told the address as it is kept")
def test_updating_an_account(ann: Person, client: Any) -> None:
    updated = client.users.update_account(UserUpdate(name="Ann B", email=f" {ann.email.title()} "))
    assert (updated.name, updated.email) == ("Ann B", ann.email)


@kept(69, "the client is sent to the provider, and without cookies not back")
def test_the_provider(work: House, provider: Any) -> None:
    client = HomeboxClient(work.url)
    assert client.users.oidc_login().startswith(f"{provider.issuer}/auth?")
    assert client.users.oidc_callback("x", "y") == FAILED


def test_the_status(house: House) -> None:
    info = HomeboxClient(house.url).application_info()
    assert (info.health, info.title, info.allowRegistration, info.demo) == (True, "Homebox", True, False)
    assert (info.oidc.enabled, info.oidc.allowLocal) == (False, True)


def test_registering_and_leaving(house: House) -> None:
    client = HomeboxClient(house.url)
    client.users.register_new_user(UserRegistration(name="Cleo", email="cleo@example.com", password=PASSWORD))
    assert client.login("cleo@example.com", PASSWORD, stay_logged_in=True).attachmentToken is not None
    user = client.users.get_user_self()
    assert (user.name, user.isSuperuser, user.groupIds) == ("Cleo", False, [user.defaultGroupId])
    client.users.delete_account()
    assert refused(client.users.get_user_self) == 401
    assert refused(client.login, "cleo@example.com", PASSWORD) == 401


def test_logging_out(client: Any) -> None:
    client.users.user_logout()
    assert refused(client.users.user_logout) == 401


def test_a_forgotten_password(house: House, ann: Person) -> None:
    client = HomeboxClient(house.url)
    client.users.forgot_password(ForgotPasswordRequest(email=ann.email))
    client.users.reset_password(ResetPasswordRequest(token=house.reset_token(ann.email), password=NEW))
    assert client.login(ann.email, NEW).token is not None


def test_keys(house: House, ann: Person, client: Any) -> None:
    assert client.users.get_api_keys() == []
    key = client.users.create_api_key(APIKeyCreate(name="ci"))
    assert HomeboxClient(house.url, key.token).users.get_user_self().email == ann.email
    (listed,) = client.users.get_api_keys()
    assert (listed.id, listed.name) == (key.id, "ci")
    client.users.delete_api_key(key.id)
    assert client.users.get_api_keys() == []
    assert refused(client.users.delete_api_key, key.id) == 404


def test_groups(client: Any) -> None:
    group = client.groups.get_group()
    changed = client.groups.update_group(GroupUpdate(name="Attic", currency="EUR"))
    assert (changed.id, changed.name, changed.currency) == (group.id, "Attic", "EUR")
    client.groups.create_group(CreateRequest(name="Cellar"))
    assert {one.name for one in client.groups.get_all_groups()} == {"Attic", "Cellar"}
    client.groups.delete_group()
    assert client.groups.get_group().name == "Cellar"
    assert refused(client.groups.delete_group) == 400


def test_invitations_and_members(house: House, ann: Person, bob: Person, client: Any) -> None:
    invitation = client.groups.create_group_invitation(GroupInvitationCreate(uses=1))
    assert [one.uses for one in client.groups.get_group_invitations()] == [1]
    joined = connected(bob).groups.accept_group_invitation(invitation.token)
    assert (joined.id, joined.name) == (ann.item()["defaultGroupId"], f"{ann.name}'s Home")
    assert [one.email for one in client.groups.get_group_members()] == [ann.email, bob.email]
    client.groups.delete_group_invitation(invitation.id)
    assert client.groups.get_group_invitations() == []
    assert refused(client.groups.delete_group_invitation, invitation.id) == 404
    assert refused(client.groups.accept_group_invitation, invitation.token) == 404
    assert refused(client.groups.remove_group_member, NOBODY) == 404
    client.groups.remove_group_member(bob.id)
    assert [one.email for one in client.groups.get_group_members()] == [ann.email]
    assert refused(client.groups.add_group_member, GroupMemberAdd(userId=bob.id)) == 405
