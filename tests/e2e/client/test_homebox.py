"""Every call of the reference document and those beside it, against a running server, blocking and awaiting."""

import inspect
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from gatepost.homebox import AsyncHomeboxClient, HomeboxClient
from gatepost.homebox.errors import (
    BadRequestError,
    ConflictError,
    NotFoundError,
    UnauthorizedError,
    UnprocessableEntityError,
)
from gatepost.homebox.models import (
    APIKeyCreate,
    ChangePassword,
    CreateRequest,
    ForgotPasswordRequest,
    GroupInvitationCreate,
    GroupUpdate,
    ResetPasswordRequest,
    UserRegistration,
    UserUpdate,
)
from tests.kit.backstage import Backstage
from tests.kit.homebox import PASSWORD, House, Person, forgetful
from tests.kit.server import Server

pytestmark = pytest.mark.anyio

NEW = "another good password"


@pytest.fixture(scope="session")
def house(server: Server, stage: Backstage) -> Iterator[House]:
    with forgetful() as http:
        yield House(server, stage, http)


@pytest.fixture
def ann(house: House) -> Person:
    return house.person()


@pytest.fixture(params=[HomeboxClient, AsyncHomeboxClient], ids=["sync", "async"])
async def client(request: pytest.FixtureRequest, house: House, ann: Person) -> AsyncIterator[Any]:
    """Give a client of either kind that has logged in."""
    opened = request.param(house.url)
    await now(opened.login(ann.email, PASSWORD))
    yield opened
    await now(opened.close())


async def now(result: Any) -> Any:
    """Wait for what an awaiting client gives."""
    return await result if inspect.isawaitable(result) else result


async def test_the_account(client: Any, ann: Person) -> None:
    assert (await now(client.application_info())).title == "Homebox"
    user = await now(client.users.get_user_self())
    assert (user.name, user.email, user.groupIds) == (ann.name, ann.email, [user.defaultGroupId])
    updated = await now(client.users.update_account(UserUpdate(name="Ann B", email=ann.email.upper())))
    assert (updated.name, updated.email) == ("Ann B", ann.email)
    with pytest.raises(BadRequestError):
        await now(client.users.update_account(UserUpdate(name="", email=ann.email)))
    await now(client.users.delete_account())
    with pytest.raises(UnauthorizedError):
        await now(client.login(ann.email, PASSWORD))


async def test_registering(client: Any, ann: Person) -> None:
    form = UserRegistration(name="Ben", email=f"ben.{ann.email}", password=PASSWORD)
    await now(client.users.register_new_user(form))
    with pytest.raises(ConflictError):
        await now(client.users.register_new_user(form))


async def test_sessions(client: Any, ann: Person) -> None:
    before = client.token
    new = await now(client.users.user_token_refresh())
    assert client.token == new.token == f"Bearer {new.raw}" != before
    assert (ann.alive(before), ann.alive(new.raw)) == (401, 200)
    await now(client.users.user_logout())
    assert (client.token, ann.alive(new.raw), ann.alive()) == (None, 401, 200)
    await now(client.login(ann.email, PASSWORD, stay_logged_in=True))
    await now(client.users.logout_all())
    assert ann.alive() == 401


async def test_settings(client: Any) -> None:
    assert (await now(client.users.get_user_settings())).model_dump() == {}
    assert (await now(client.users.update_user_settings({"theme": "dark"}))).theme == "dark"
    assert (await now(client.users.get_user_settings())).model_dump() == {"theme": "dark"}


async def test_passwords(client: Any, house: House, ann: Person) -> None:
    with pytest.raises(BadRequestError):
        await now(client.users.change_password(ChangePassword(current="another", new=NEW)))
    await now(client.users.change_password(ChangePassword(current=PASSWORD, new=NEW)))
    assert (await now(client.users.get_user_self())).email == ann.email
    await now(client.users.forgot_password(ForgotPasswordRequest(email=ann.email)))
    reset = ResetPasswordRequest(token=house.reset_token(ann.email), password=PASSWORD)
    await now(client.users.reset_password(reset))
    with pytest.raises(BadRequestError):
        await now(client.users.reset_password(reset))
    await now(client.login(ann.email, PASSWORD))


async def test_keys(client: Any, ann: Person) -> None:
    key = await now(client.users.create_api_key(APIKeyCreate(name="ci")))
    assert ann.alive(key.token) == 200
    assert [listed.id for listed in await now(client.users.get_api_keys())] == [key.id]
    with pytest.raises(UnprocessableEntityError) as refused:
        await now(client.users.create_api_key(APIKeyCreate(name=" ")))
    assert isinstance(refused.value.body, dict)
    assert list(refused.value.body["fields"]) == ["Name"]
    await now(client.users.delete_api_key(key.id))
    assert ann.alive(key.token) == 401
    with pytest.raises(NotFoundError):
        await now(client.users.delete_api_key(key.id))


async def test_groups(client: Any, house: House, ann: Person) -> None:
    home = await now(client.groups.get_group())
    cellar = await now(client.groups.create_group(CreateRequest(name="Cellar")))
    there = client.with_options(headers={"X-Tenant": cellar.id})
    assert (await now(there.groups.get_group())).name == "Cellar"
    changed = await now(there.groups.update_group(GroupUpdate(name="Attic", currency="EUR")))
    assert (changed.name, changed.currency) == ("Attic", "EUR")
    assert {group.id for group in await now(client.groups.get_all_groups())} == {home.id, cellar.id}
    await now(there.groups.delete_group())
    with pytest.raises(BadRequestError):
        await now(client.groups.delete_group())


async def test_invitations_and_members(client: Any, house: House, ann: Person) -> None:
    invitation = await now(client.groups.create_group_invitation(GroupInvitationCreate(uses=2)))
    bob = house.person(token=invitation.token)
    assert [one.email for one in await now(client.groups.get_group_members())] == [ann.email, bob.email]
    await now(client.groups.remove_group_member(bob.id))
    joining = HomeboxClient(house.url, bob.token)
    assert joining.groups.accept_group_invitation(invitation.token).name == f"{ann.name}'s Home"
    joining.close()
    assert [one.uses for one in await now(client.groups.get_group_invitations())] == [0]
    await now(client.groups.delete_group_invitation(invitation.id))
    assert await now(client.groups.get_group_invitations()) == []
