"""`homebox-client` 1.0.6, generated from the API's description and unmodified, blocking and awaiting.

It takes 201 for no success of `POST /v1/groups/invitations`, whose description says 200; the answer is in `content`.
"""

import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from homebox_client import AuthenticatedClient, Client
from homebox_client.api.authentication import (
    get_v1_users_login_oidc,
    get_v1_users_login_oidc_callback,
    get_v1_users_refresh,
    post_v1_users_login,
    post_v1_users_logout,
)
from homebox_client.api.base import get_v1_status
from homebox_client.api.group import get_v1_groups, post_v1_groups_invitations, put_v1_groups
from homebox_client.api.user import (
    delete_v1_users_self,
    get_v1_users_self,
    post_v1_users_register,
    put_v1_users_change_password,
    put_v1_users_self,
)
from homebox_client.models import (
    RepoGroupUpdate,
    RepoUserUpdate,
    ServicesUserRegistration,
    V1ChangePassword,
    V1GroupInvitationCreate,
    V1LoginForm,
)

from tests.conformance.homebox.test_oidc import FAILED
from tests.kit.homebox import PASSWORD, House, Person

Call = Callable[..., Any]


@pytest.fixture(params=["sync", "async"])
def call(request: pytest.FixtureRequest, house: House) -> Iterator[Call]:
    """Give a function that makes one call, of the kind that is tested, and waits for its detailed answer."""
    portal, used = house.stage.portal, {}

    def made(operation: Any, client: Any, **arguments: Any) -> Any:
        used[id(client)] = client
        if request.param == "sync":
            return operation.sync_detailed(client=client, **arguments)
        return portal.call(partial(operation.asyncio_detailed, client=client, **arguments))

    yield made
    for client in used.values():
        if request.param == "sync":
            client.get_httpx_client().close()
        else:
            portal.call(client.get_async_httpx_client().aclose)


def anybody(house: House) -> Any:
    return Client(base_url=house.url, raise_on_unexpected_status=True)


def acting(house: House, token: str) -> Any:
    return AuthenticatedClient(base_url=house.url, token=token)


def test_the_status(call: Call, house: House) -> None:
    status = call(get_v1_status, anybody(house)).parsed
    assert (status.health, status.title, status.allow_registration) == (True, "Homebox", True)


def test_registering_logging_in_and_out(call: Call, house: House) -> None:
    public, email = anybody(house), "dora@example.com"
    form = ServicesUserRegistration(name="Dora", email=email, password=PASSWORD)
    assert call(post_v1_users_register, public, body=form).status_code == 204
    login = V1LoginForm(username=email, password=PASSWORD, stay_logged_in=True)
    session = call(post_v1_users_login, public, body=login).parsed
    client = acting(house, session.token.removeprefix("Bearer "))
    assert call(get_v1_users_self, client).parsed.item.email == email
    assert call(post_v1_users_logout, client).status_code == 204
    assert call(get_v1_users_self, client).status_code == 401
    session = call(post_v1_users_login, public, body=login).parsed
    client = acting(house, session.token.removeprefix("Bearer "))
    assert call(delete_v1_users_self, client).status_code == 204
    assert call(get_v1_users_self, client).status_code == 401


def test_changing_an_account(call: Call, house: House, ann: Person) -> None:
    client = acting(house, ann.token)
    body = RepoUserUpdate(name="Ann B", email=ann.email.upper())
    item = call(put_v1_users_self, client, body=body).parsed.item
    assert (item.name, item.email) == ("Ann B", ann.email)
    change = V1ChangePassword(current=PASSWORD, new="another good password")
    assert call(put_v1_users_change_password, client, body=change).status_code == 204
    assert house.login(ann.email, "another good password").status_code == 200


def test_a_refresh_whose_cookies_the_client_keeps(call: Call, house: House, ann: Person) -> None:
    client = acting(house, ann.token)
    answer = call(get_v1_users_refresh, client)
    assert json.loads(answer.content)["token"].startswith("Bearer ")
    # The client goes on sending the old token, beside the cookies that it was given.
    assert call(get_v1_users_self, client).parsed.item.email == ann.email
    assert call(post_v1_users_logout, client).status_code == 204


def test_the_group_and_an_invitation(call: Call, house: House, ann: Person) -> None:
    client = acting(house, ann.token)
    assert call(get_v1_groups, client).parsed.name == f"{ann.name}'s Home"
    changed = call(put_v1_groups, client, body=RepoGroupUpdate(name="Attic", currency="EUR")).parsed
    assert (changed.name, changed.currency) == ("Attic", "EUR")
    answer = call(post_v1_groups_invitations, client, body=V1GroupInvitationCreate(uses=2))
    assert answer.status_code == 201
    token = json.loads(answer.content)["token"]
    form = ServicesUserRegistration(name="Eve", email=f"eve.{ann.email}", password=PASSWORD, token=token)
    assert call(post_v1_users_register, anybody(house), body=form).status_code == 204


def test_the_provider(call: Call, work: House) -> None:
    client = Client(base_url=work.url)
    assert call(get_v1_users_login_oidc, client).status_code == 302
    answer = call(get_v1_users_login_oidc_callback, client, code="x", state="y")
    assert (answer.status_code, answer.headers["location"]) == (302, FAILED)
