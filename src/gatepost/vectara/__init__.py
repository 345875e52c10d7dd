"""Client of the Vectara users API, against the real service or Gatepost."""

from gatepost._core._async import AsyncHttpResponse
from gatepost._core._sync import HttpResponse
from gatepost._core.logs import LogConfig, Logger
from gatepost._core.options import RequestOptions
from gatepost.vectara._async_client import AsyncVectara
from gatepost.vectara._async_pager import AsyncPager
from gatepost.vectara._async_users import AsyncUsersClient
from gatepost.vectara._sync_client import Vectara
from gatepost.vectara._sync_pager import Pager as SyncPager
from gatepost.vectara._sync_users import UsersClient
from gatepost.vectara.environment import VectaraEnvironment
from gatepost.vectara.errors import (
    ApiError,
    BadRequestError,
    ConflictError,
    ForbiddenError,
    NotFoundError,
    PagingError,
    ParsingError,
    TooManyRequestsError,
    UnauthorizedError,
)
from gatepost.vectara.listing import AsyncListing
from gatepost.vectara.models import (
    AgentRole,
    ApiOperationPolicy,
    ApiPolicy,
    CorpusRole,
    CreateUsersResponse,
    Error,
    ListMetadata,
    ListUsersResponse,
    ResetPasswordUsersResponse,
    User,
)

__all__ = [
    "AgentRole",
    "ApiError",
    "ApiOperationPolicy",
    "ApiPolicy",
    "AsyncHttpResponse",
    "AsyncListing",
    "AsyncPager",
    "AsyncUsersClient",
    "AsyncVectara",
    "BadRequestError",
    "ConflictError",
    "CorpusRole",
    "CreateUsersResponse",
    "Error",
    "ForbiddenError",
    "HttpResponse",
    "ListMetadata",
    "ListUsersResponse",
    "LogConfig",
    "Logger",
    "NotFoundError",
    "PagingError",
    "ParsingError",
    "RequestOptions",
    "ResetPasswordUsersResponse",
    "SyncPager",
    "TooManyRequestsError",
    "UnauthorizedError",
    "User",
    "UsersClient",
    "Vectara",
    "VectaraEnvironment",
]
