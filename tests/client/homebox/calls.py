"""Every call of the client, with arguments that work."""

from collections.abc import Callable
from typing import Any

from gatepost.homebox.models import (
    APIKeyCreate,
    ChangePassword,
    CreateRequest,
    ForgotPasswordRequest,
    GroupInvitationCreate,
    GroupMemberAdd,
    GroupUpdate,
    ResetPasswordRequest,
    UserRegistration,
    UserSettings,
    UserUpdate,
)

Make = Callable[[Any], Any]

PUBLIC: dict[str, Make] = {
    "login": lambda client: client.login("ann@example.com", "secret1"),
    "application_info": lambda client: client.application_info(),
    "register_new_user": lambda client: client.users.register_new_user(
        UserRegistration(name="Ann", email="ann@example.com", password="secret1")
    ),
    "forgot_password": lambda client: client.users.forgot_password(ForgotPasswordRequest(email="ann@example.com")),
    "reset_password": lambda client: client.users.reset_password(
        ResetPasswordRequest(token="RESETTOKEN", password="brand-new-pw")
    ),
    "oidc_login": lambda client: client.users.oidc_login(),
    "oidc_callback": lambda client: client.users.oidc_callback("c0de", "st4te"),
}
"""Those that need no token."""

PRIVATE: dict[str, Make] = {
    "change_password": lambda client: client.users.change_password(ChangePassword(current="secret1", new="newpass1")),
    "user_logout": lambda client: client.users.user_logout(),
    "logout_all": lambda client: client.users.logout_all(),
    "user_token_refresh": lambda client: client.users.user_token_refresh(),
    "get_user_self": lambda client: client.users.get_user_self(),
    "update_account": lambda client: client.users.update_account(UserUpdate(name="Ann", email="ann@example.com")),
    "get_user_settings": lambda client: client.users.get_user_settings(),
    "update_user_settings": lambda client: client.users.update_user_settings(UserSettings(theme="dark")),
    "get_api_keys": lambda client: client.users.get_api_keys(),
    "create_api_key": lambda client: client.users.create_api_key(APIKeyCreate(name="ci")),
    "delete_api_key": lambda client: client.users.delete_api_key("key-1"),
    "delete_account": lambda client: client.users.delete_account(),
    "get_group": lambda client: client.groups.get_group(),
    "get_all_groups": lambda client: client.groups.get_all_groups(),
    "create_group": lambda client: client.groups.create_group(CreateRequest(name="Home")),
    "update_group": lambda client: client.groups.update_group(GroupUpdate(name="Home", currency="EUR")),
    "delete_group": lambda client: client.groups.delete_group(),
    "create_group_invitation": lambda client: client.groups.create_group_invitation(GroupInvitationCreate(uses=1)),
    "get_group_invitations": lambda client: client.groups.get_group_invitations(),
    "accept_group_invitation": lambda client: client.groups.accept_group_invitation("INVITATION"),
    "delete_group_invitation": lambda client: client.groups.delete_group_invitation("invitation-1"),
    "get_group_members": lambda client: client.groups.get_group_members(),
    "add_group_member": lambda client: client.groups.add_group_member(GroupMemberAdd(userId="user-1")),
    "remove_group_member": lambda client: client.groups.remove_group_member("user-1"),
}
"""Those that carry the token."""

ALL = PUBLIC | PRIVATE
