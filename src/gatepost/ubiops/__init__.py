"""Client of the UbiOps user operations, against the real service or Gatepost."""

from gatepost.ubiops._async_client import AsyncApiClient
from gatepost.ubiops._async_core_api import AsyncCoreApi, AsyncUser
from gatepost.ubiops._sync_client import ApiClient
from gatepost.ubiops._sync_core_api import CoreApi, User
from gatepost.ubiops.background import AsyncPending, Pending
from gatepost.ubiops.configuration import Configuration
from gatepost.ubiops.errors import (
    ApiConnectionError,
    ApiException,
    ApiKeyError,
    ApiParsingError,
    ApiRequestError,
    ApiTimeoutError,
    ApiTypeError,
    ApiValueError,
    OpenApiException,
    UbiOpsException,
)
from gatepost.ubiops.headers import Headers
from gatepost.ubiops.models import UserDetail, UserPendingCreate, UserPendingDetail
from gatepost.ubiops.options import CallOptions

__all__ = [
    "ApiClient",
    "ApiConnectionError",
    "ApiException",
    "ApiKeyError",
    "ApiParsingError",
    "ApiRequestError",
    "ApiTimeoutError",
    "ApiTypeError",
    "ApiValueError",
    "AsyncApiClient",
    "AsyncCoreApi",
    "AsyncPending",
    "AsyncUser",
    "CallOptions",
    "Configuration",
    "CoreApi",
    "Headers",
    "OpenApiException",
    "Pending",
    "UbiOpsException",
    "User",
    "UserDetail",
    "UserPendingCreate",
    "UserPendingDetail",
]
