"""Client of the Kipu Quantum Hub user-service, against the real service or Gatepost."""

from gatepost._core._async import AsyncHttpResponse
from gatepost._core._sync import HttpResponse
from gatepost._core.files import File
from gatepost._core.logs import LogConfig, Logger
from gatepost._core.options import RequestOptions
from gatepost.kipu._async_client import AsyncHubUserClient
from gatepost.kipu._sync_client import HubUserClient
from gatepost.kipu.environment import HubUserClientEnvironment
from gatepost.kipu.errors import (
    ApiError,
    BadRequestError,
    ForbiddenError,
    NotFoundError,
    ParsingError,
    UnauthorizedError,
)
from gatepost.kipu.models import (
    AccessTokenDto,
    AccessTokensDto,
    BatchUserResponseDto,
    DefaultAccessTokenDto,
    PersonalAccessTokenPrincipal,
    RegistrationResponse,
    RegistrationResponseStatus,
    UserDto,
    UserOverviewDto,
    UserSearchDto,
)

__all__ = [
    "AccessTokenDto",
    "AccessTokensDto",
    "ApiError",
    "AsyncHttpResponse",
    "AsyncHubUserClient",
    "BadRequestError",
    "BatchUserResponseDto",
    "DefaultAccessTokenDto",
    "File",
    "ForbiddenError",
    "HttpResponse",
    "HubUserClient",
    "HubUserClientEnvironment",
    "LogConfig",
    "Logger",
    "NotFoundError",
    "ParsingError",
    "PersonalAccessTokenPrincipal",
    "RegistrationResponse",
    "RegistrationResponseStatus",
    "RequestOptions",
    "UnauthorizedError",
    "UserDto",
    "UserOverviewDto",
    "UserSearchDto",
]
