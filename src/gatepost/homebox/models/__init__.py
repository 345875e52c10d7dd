"""The records of the Homebox user API."""

from gatepost.homebox.models.entry import (
    APIKeyCreate,
    APIKeyCreatedOut,
    APIKeyOut,
    ChangePassword,
    ForgotPasswordRequest,
    ResetPasswordRequest,
    TokenResponse,
)
from gatepost.homebox.models.groups import (
    CreateRequest,
    Group,
    GroupAcceptInvitationResponse,
    GroupInvitation,
    GroupInvitationCreate,
    GroupMemberAdd,
    GroupUpdate,
)
from gatepost.homebox.models.record import UserSettings
from gatepost.homebox.models.status import APISummary, Build, Latest, OIDCStatus
from gatepost.homebox.models.users import UserOut, UserRegistration, UserSummary, UserUpdate

__all__ = [
    "APIKeyCreate",
    "APIKeyCreatedOut",
    "APIKeyOut",
    "APISummary",
    "Build",
    "ChangePassword",
    "CreateRequest",
    "ForgotPasswordRequest",
    "Group",
    "GroupAcceptInvitationResponse",
    "GroupInvitation",
    "GroupInvitationCreate",
    "GroupMemberAdd",
    "GroupUpdate",
    "Latest",
    "OIDCStatus",
    "ResetPasswordRequest",
    "TokenResponse",
    "UserOut",
    "UserRegistration",
    "UserSettings",
    "UserSummary",
    "UserUpdate",
]
