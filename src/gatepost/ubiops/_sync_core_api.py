# Written from _async_core_api.py by make gen: change that file.
"""The user operations.

Each is there twice, as in the official client: in `CoreApi`, and in `User` under a longer name that can also give
status and headers.
"""

from typing import Any, Unpack, overload

import httpx

from gatepost.ubiops import ops
from gatepost.ubiops._sync_client import ApiClient
from gatepost.ubiops.background import Pending
from gatepost.ubiops.headers import Headers
from gatepost.ubiops.models import UserDetail, UserPendingDetail
from gatepost.ubiops.ops import NewUser
from gatepost.ubiops.options import CallOptions, InBackground, Unread, WithHttpInfo, data_only


class User:
    """The user operations, with status and headers for those who ask for them.

    Args:
        api_client: what the calls go through; None makes one from the environment.

    Source: UbiOps API reference, "User".
    """

    def __init__(self, api_client: ApiClient | None = None) -> None:
        self.api_client = api_client or ApiClient()

    @overload
    def user_create_with_http_info(self, data: NewUser, **options: Unpack[CallOptions]) -> UserPendingDetail: ...

    @overload
    def user_create_with_http_info(
        self, data: NewUser, **options: Unpack[WithHttpInfo]
    ) -> tuple[UserPendingDetail, int, Headers]: ...

    @overload
    def user_create_with_http_info(self, data: NewUser, **options: Unpack[Unread]) -> httpx.Response: ...

    @overload
    def user_create_with_http_info(
        self, data: NewUser, **options: Unpack[InBackground]
    ) -> Pending[UserPendingDetail]: ...

    def user_create_with_http_info(self, data: NewUser, **options: Any) -> Any:
        """Create a user; the service mails a link that activates the account.

        Args:
            data: the user, as `UserPendingCreate` or a dictionary; of a dictionary everything is sent but None.
            options: settings of this call, see `CallOptions`, `WithHttpInfo`.

        Raises:
            ApiValueError: a field breaks a rule, or there are no data; nothing was sent.
            ApiRequestError: 400 when the service does not take the fields, 429 when it asks for patience.
            ApiParsingError: the user was created, and the answer does not say so as documented.
            ApiConnectionError, ApiTimeoutError: no answer came; the user may have been created.
        """
        data = ops.sealed(data)
        checked = self.api_client.configuration.client_side_validation
        return self.api_client.call(ops.user_create(data, checked), options)

    @overload
    def user_delete_with_http_info(self, **options: Unpack[CallOptions]) -> None: ...

    @overload
    def user_delete_with_http_info(self, **options: Unpack[WithHttpInfo]) -> tuple[None, int, Headers]: ...

    @overload
    def user_delete_with_http_info(self, **options: Unpack[Unread]) -> httpx.Response: ...

    @overload
    def user_delete_with_http_info(self, **options: Unpack[InBackground]) -> Pending[None]: ...

    def user_delete_with_http_info(self, **options: Any) -> Any:
        """Delete the user who makes the request, for ever; the token stops working.

        Args:
            options: settings of this call, see `CallOptions`, `WithHttpInfo`.

        Raises:
            ApiRequestError: 401 when the token is missing or wrong, 403 when the user may not be deleted.
            ApiConnectionError, ApiTimeoutError: no answer came; the user may have been deleted.
        """
        return self.api_client.call(ops.user_delete(), options)

    @overload
    def user_get_with_http_info(self, **options: Unpack[CallOptions]) -> UserDetail: ...

    @overload
    def user_get_with_http_info(self, **options: Unpack[WithHttpInfo]) -> tuple[UserDetail, int, Headers]: ...

    @overload
    def user_get_with_http_info(self, **options: Unpack[Unread]) -> httpx.Response: ...

    @overload
    def user_get_with_http_info(self, **options: Unpack[InBackground]) -> Pending[UserDetail]: ...

    def user_get_with_http_info(self, **options: Any) -> Any:
        """Get the user who makes the request.

        Args:
            options: settings of this call, see `CallOptions`, `WithHttpInfo`.

        Raises:
            ApiRequestError: 401 when the token is missing or wrong.
            ApiParsingError: the answer is not as documented.
            ApiConnectionError, ApiTimeoutError: no answer came, also after the retries.
        """
        return self.api_client.call(ops.user_get(), options)


class CoreApi:
    """The user operations.

    Args:
        api_client: what the calls go through; None makes one from the environment.

    Attributes:
        api_client: what the calls go through.
        user: the same operations, with status and headers for those who ask for them.

    Source: UbiOps API reference, "User".
    """

    def __init__(self, api_client: ApiClient | None = None) -> None:
        self.api_client = api_client or ApiClient()
        self.user = User(self.api_client)

    @overload
    def user_create(self, data: NewUser, **options: Unpack[CallOptions]) -> UserPendingDetail: ...

    @overload
    def user_create(self, data: NewUser, **options: Unpack[Unread]) -> httpx.Response: ...

    @overload
    def user_create(self, data: NewUser, **options: Unpack[InBackground]) -> Pending[UserPendingDetail]: ...

    def user_create(self, data: NewUser, **options: Any) -> Any:
        """Create a user; the service mails a link that activates the account.

        Args:
            data: the user, as `UserPendingCreate` or a dictionary; of a dictionary everything is sent but None.
            options: settings of this call, see `CallOptions`.

        Raises:
            ApiValueError: a field breaks a rule, or there are no data; nothing was sent.
            ApiRequestError: 400 when the service does not take the fields, 429 when it asks for patience.
            ApiParsingError: the user was created, and the answer does not say so as documented.
            ApiConnectionError, ApiTimeoutError: no answer came; the user may have been created.
        """
        data = ops.sealed(data)
        checked = self.api_client.configuration.client_side_validation
        return self.api_client.call(ops.user_create(data, checked), data_only(options))

    @overload
    def user_delete(self, **options: Unpack[CallOptions]) -> None: ...

    @overload
    def user_delete(self, **options: Unpack[Unread]) -> httpx.Response: ...

    @overload
    def user_delete(self, **options: Unpack[InBackground]) -> Pending[None]: ...

    def user_delete(self, **options: Any) -> Any:
        """Delete the user who makes the request, for ever; the token stops working.

        Args:
            options: settings of this call, see `CallOptions`.

        Raises:
            ApiRequestError: 401 when the token is missing or wrong, 403 when the user may not be deleted.
            ApiConnectionError, ApiTimeoutError: no answer came; the user may have been deleted.
        """
        return self.api_client.call(ops.user_delete(), data_only(options))

    @overload
    def user_get(self, **options: Unpack[CallOptions]) -> UserDetail: ...

    @overload
    def user_get(self, **options: Unpack[Unread]) -> httpx.Response: ...

    @overload
    def user_get(self, **options: Unpack[InBackground]) -> Pending[UserDetail]: ...

    def user_get(self, **options: Any) -> Any:
        """Get the user who makes the request.

        Args:
            options: settings of this call, see `CallOptions`.

        Raises:
            ApiRequestError: 401 when the token is missing or wrong.
            ApiParsingError: the answer is not as documented.
            ApiConnectionError, ApiTimeoutError: no answer came, also after the retries.
        """
        return self.api_client.call(ops.user_get(), data_only(options))
