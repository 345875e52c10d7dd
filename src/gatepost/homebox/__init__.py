"""Client of the Homebox user API, against the real server or Gatepost."""

from gatepost._core._async import AsyncHttpResponse
from gatepost._core._sync import HttpResponse
from gatepost._core.logs import LogConfig, Logger
from gatepost._core.options import RequestOptions
from gatepost.homebox._async_client import AsyncHomeboxClient
from gatepost.homebox._async_groups import AsyncGroupsClient
from gatepost.homebox._async_users import AsyncUsersClient
from gatepost.homebox._sync_client import HomeboxClient
from gatepost.homebox._sync_groups import GroupsClient
from gatepost.homebox._sync_users import UsersClient
from gatepost.homebox.errors import (
    ApiError,
    BadRequestError,
    ConflictError,
    ForbiddenError,
    NotFoundError,
    ParsingError,
    RejectedInputError,
    TooManyRequestsError,
    UnauthorizedError,
    UnprocessableEntityError,
)
from gatepost.homebox.models import (
    APIKeyCreate,
    APIKeyCreatedOut,
    APIKeyOut,
    APISummary,
    Build,
    ChangePassword,
    CreateRequest,
    ForgotPasswordRequest,
    Group,
    GroupAcceptInvitationResponse,
    GroupInvitation,
    GroupInvitationCreate,
    GroupMemberAdd,
    GroupUpdate,
    Latest,
    OIDCStatus,
    ResetPasswordRequest,
    TokenResponse,
    UserOut,
    UserRegistration,
    UserSettings,
    UserSummary,
    UserUpdate,
)

__all__ = [
    "APIKeyCreate",
    "APIKeyCreatedOut",
    "APIKeyOut",
    "APISummary",
    "ApiError",
    "AsyncGroupsClient",
    "AsyncHomeboxClient",
    "AsyncHttpResponse",
    "AsyncUsersClient",
    "BadRequestError",
    "Build",
    "ChangePassword",
    "ConflictError",
    "CreateRequest",
    "ForbiddenError",
    "ForgotPasswordRequest",
    "Group",
    "GroupAcceptInvitationResponse",
    "GroupInvitation",
    "GroupInvitationCreate",
    "GroupMemberAdd",
    "GroupUpdate",
    "GroupsClient",
    "HomeboxClient",
    "HttpResponse",
    "Latest",
    "LogConfig",
    "Logger",
    "NotFoundError",
    "OIDCStatus",
    "ParsingError",
    "RejectedInputError",
    "RequestOptions",
    "ResetPasswordRequest",
    "TokenResponse",
    "TooManyRequestsError",
    "UnauthorizedError",
    "UnprocessableEntityError",
    "UserOut",
    "UserRegistration",
    "UserSettings",
    "UserSummary",
    "UserUpdate",
    "UsersClient",
]
