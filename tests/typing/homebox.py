"""What type checkers know of the Homebox client; checked by `make types`, never run."""

from typing import Any, assert_type

from gatepost.homebox import (
    APIKeyCreate,
    APIKeyCreatedOut,
    APIKeyOut,
    APISummary,
    AsyncGroupsClient,
    AsyncHomeboxClient,
    AsyncUsersClient,
    ChangePassword,
    Group,
    GroupInvitation,
    GroupInvitationCreate,
    GroupsClient,
    HomeboxClient,
    TokenResponse,
    UserOut,
    UserRegistration,
    UsersClient,
    UserSettings,
    UserSummary,
    UserUpdate,
)


def blocking(client: HomeboxClient) -> None:
    assert_type(client.login("ann@example.com", "secret1", True), TokenResponse)
    assert_type(client.application_info(), APISummary)
    assert_type(client.token, str | None)
    client.token = "hb_key"
    client.token = None
    assert_type(client.with_options(headers={"X-Tenant": "g1"}), HomeboxClient)


def accounts(client: HomeboxClient) -> None:
    assert_type(client.users, UsersClient)
    client.users.register_new_user(UserRegistration(name="Ann", email="ann@example.com", password="secret1"))
    client.users.change_password(ChangePassword(current="secret1", new="newpass1"))
    assert_type(client.users.user_token_refresh(), TokenResponse)
    assert_type(client.users.get_user_self(), UserOut)
    assert_type(client.users.get_user_self().groupIds, list[str] | None)
    assert_type(client.users.update_account(UserUpdate(name="Ann", email="ann@example.com")), UserUpdate)
    assert_type(client.users.update_account(UserUpdate(name="Ann", email="a@x.io")).model_dump(), dict[str, Any])
    assert_type(client.users.oidc_login(), str | None)
    assert_type(client.users.oidc_callback("code", "state", 3.5), str | None)
    assert_type(client.users.get_api_keys(), list[APIKeyOut])
    assert_type(client.users.create_api_key(APIKeyCreate(name="ci")), APIKeyCreatedOut)
    assert_type(client.users.with_raw_response.get_user_self().data, UserOut)


def settings(client: HomeboxClient) -> None:
    settings = client.users.get_user_settings()
    assert_type(settings, UserSettings)
    settings.theme = "dark"
    assert_type(client.users.update_user_settings(settings), UserSettings)
    assert_type(client.users.update_user_settings({"theme": "dark"}), UserSettings)


def groups(client: HomeboxClient) -> None:
    assert_type(client.groups, GroupsClient)
    assert_type(client.groups.get_all_groups(), list[Group])
    assert_type(client.groups.get_group_members(), list[UserSummary])
    assert_type(client.groups.create_group_invitation(GroupInvitationCreate(uses=1)), GroupInvitation)


async def awaiting(client: AsyncHomeboxClient) -> None:
    assert_type(await client.login("ann@example.com", "secret1"), TokenResponse)
    assert_type(await client.application_info(), APISummary)
    assert_type(client.with_options(timeout=5), AsyncHomeboxClient)
    assert_type(client.users, AsyncUsersClient)
    assert_type(await client.users.get_user_self(), UserOut)
    assert_type((await client.users.with_raw_response.get_user_self()).data, UserOut)
    assert_type(await client.users.get_api_keys(), list[APIKeyOut])
    assert_type(client.groups, AsyncGroupsClient)
    assert_type(await client.groups.get_group_members(), list[UserSummary])
    async with client as same:
        assert_type(same, AsyncHomeboxClient)
