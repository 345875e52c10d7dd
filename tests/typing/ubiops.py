"""What type checkers know of the UbiOps client; checked by `make types`, never run."""

from datetime import datetime
from typing import assert_type

import httpx

from gatepost.ubiops import (
    ApiClient,
    ApiException,
    AsyncApiClient,
    AsyncCoreApi,
    AsyncPending,
    AsyncUser,
    Configuration,
    CoreApi,
    Headers,
    Pending,
    User,
    UserDetail,
    UserPendingCreate,
    UserPendingDetail,
)


def configuring() -> None:
    configuration = Configuration("localhost:8000", api_key={"Authorization": "t"})
    configuration.host = None
    assert_type(configuration.host, str)
    configuration.api_key = {"Authorization": "t"}
    configuration.api_key["Authorization"] = "t"
    configuration.timeout = (3, 30)
    configuration.refresh_api_key_hook = print
    assert_type(configuration.get_api_key_with_prefix("Authorization"), str | None)
    assert_type(Configuration.to_debug_report(), str)


def blocking() -> None:
    with ApiClient(Configuration(), "X-Key", "k", pool_threads=2, httpx_client=httpx.Client()) as api_client:
        assert_type(api_client, ApiClient)
        api = CoreApi(api_client)
    assert_type(api.user, User)
    assert_type(api.user_create(UserPendingCreate(email="a@x.io")), UserPendingDetail)
    assert_type(api.user_create({"email": "a@x.io"}, _request_timeout=5), UserPendingDetail)
    assert_type(api.user_create({}, async_req=True), Pending[UserPendingDetail])
    assert_type(api.user_create({}, _preload_content=False), httpx.Response)
    assert_type(api.user_get(), UserDetail)
    assert_type(api.user_get(_request_timeout=(1, 2.5), _preload_content=True, async_req=False), UserDetail)
    assert_type(api.user_get(async_req=True), Pending[UserDetail])
    assert_type(api.user_get(async_req=True).get(5), UserDetail)
    assert_type(api.user_get(_preload_content=False), httpx.Response)
    assert_type(api.user_get().registration_date, datetime | None)
    assert_type(api.user_delete(async_req=True), Pending[None])
    assert_type(api.user_delete(_preload_content=False), httpx.Response)
    assert_type(api.user.user_get_with_http_info(), UserDetail)
    assert_type(api.user.user_get_with_http_info(_return_http_data_only=False), tuple[UserDetail, int, Headers])
    assert_type(api.user.user_create_with_http_info({}, async_req=True), Pending[UserPendingDetail])
    assert_type(api.user.user_delete_with_http_info(_return_http_data_only=False), tuple[None, int, Headers])


async def awaiting() -> None:
    async with AsyncApiClient(Configuration(), httpx_client=httpx.AsyncClient()) as api_client:
        assert_type(api_client, AsyncApiClient)
        api = AsyncCoreApi(api_client)
    assert_type(api.user, AsyncUser)
    assert_type(await api.user_create(UserPendingCreate(email="a@x.io")), UserPendingDetail)
    pending = assert_type(await api.user_get(async_req=True), AsyncPending[UserDetail])
    assert_type(await pending.get(5), UserDetail)
    assert_type(await api.user_get(_preload_content=False), httpx.Response)
    assert_type(await api.user.user_get_with_http_info(_return_http_data_only=False), tuple[UserDetail, int, Headers])


def failing(error: ApiException) -> None:
    assert_type(error.status, int | None)
    assert_type(error.status_code, int | None)
    assert_type(error.reason, str | None)
    assert_type(error.headers, dict[str, str] | None)
    assert_type(error.request_id, str | None)


def refused(api: CoreApi) -> None:
    api.user_get(foo=1)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]  the document has no such keyword
    api.user_get(_request_timeout="5")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]  no number
