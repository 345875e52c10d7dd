"""What a type checker knows of the Kipu client."""

from typing import assert_type

from msgspec import UNSET

from gatepost.kipu import (
    AccessTokenDto,
    AccessTokensDto,
    ApiError,
    AsyncHubUserClient,
    BatchUserResponseDto,
    DefaultAccessTokenDto,
    HubUserClient,
    NotFoundError,
    PersonalAccessTokenPrincipal,
    RegistrationResponse,
    RegistrationResponseStatus,
    UserDto,
    UserOverviewDto,
    UserSearchDto,
)
from gatepost.kipu.context import Context, ContextResolver
from gatepost.kipu.core import AsyncHttpResponse, HttpResponse
from gatepost.kipu.credentials import (
    ConfigFileCredential,
    CredentialProvider,
    DefaultCredentialsProvider,
    EnvironmentCredential,
    StaticCredential,
)


def plain() -> None:
    with HubUserClient(api_key="t", headers={"X-A": None}, logging={"level": "debug", "silent": False}) as hub:
        assert_type(hub, HubUserClient)
        assert_type(hub.with_options(timeout=5), HubUserClient)
        me = hub.user_settings
        assert_type(me.get_current_user(request_options={"timeout": 1.5, "max_retries": None}), UserDto)
        assert_type(me.update_current_user(current_position="Q", homepage=None, about=UNSET), UserDto)
        me.delete_current_user()
        me.update_current_user_profile_image(file=("a.png", b"abc", "image/png", {"X-A": "1"}))
        with open("a.png", "rb") as file:  # noqa: PTH123  as the document writes it
            me.update_current_user_profile_image(file=file)
        me.delete_current_user_profile_image()
        tokens = hub.user_settings_personal_access_tokens
        assert_type(tokens.get_personal_access_tokens(), AccessTokensDto)
        assert_type(tokens.create_personal_access_token(name="n", expires_at=None), AccessTokenDto)
        tokens.delete_personal_access_token("t1")
        assert_type(tokens.regenerate_default_personal_access_token(), DefaultAccessTokenDto)
        assert_type(hub.authentication.authorize_by_personal_access_token(), PersonalAccessTokenPrincipal)
        assert_type(hub.users.get_user_by_id(id="u1"), UserOverviewDto)
        assert_type(hub.users.check_user_exists("u1"), dict[str, str])
        assert_type(hub.users.get_user_profile_image("u1"), str | None)
        assert_type(hub.users.resolve_users(ids={"u1"}), BatchUserResponseDto)
        status = hub.user_registration_status
        assert_type(status.get_user_registration_status(email="a@x.io"), RegistrationResponse)
        assert_type(hub.search.users(q="a"), list[UserSearchDto])


def raw() -> None:
    hub = HubUserClient(base_url="http://localhost:8080", api_key=None)
    me = hub.user_settings.with_raw_response
    assert_type(me.get_current_user(), HttpResponse[UserDto])
    assert_type(me.update_current_user(), HttpResponse[UserDto])
    assert_type(me.delete_current_user(), HttpResponse[None])
    assert_type(me.update_current_user_profile_image(file=b"abc"), HttpResponse[None])
    assert_type(me.delete_current_user_profile_image(), HttpResponse[None])
    tokens = hub.user_settings_personal_access_tokens.with_raw_response
    assert_type(tokens.get_personal_access_tokens(), HttpResponse[AccessTokensDto])
    assert_type(tokens.create_personal_access_token(name="n"), HttpResponse[AccessTokenDto])
    assert_type(tokens.delete_personal_access_token("t1"), HttpResponse[None])
    assert_type(tokens.regenerate_default_personal_access_token(), HttpResponse[DefaultAccessTokenDto])
    authentication = hub.authentication.with_raw_response
    assert_type(authentication.authorize_by_personal_access_token(), HttpResponse[PersonalAccessTokenPrincipal])
    users = hub.users.with_raw_response
    assert_type(users.get_user_by_id("u1"), HttpResponse[UserOverviewDto])
    assert_type(users.check_user_exists("u1"), HttpResponse[dict[str, str]])
    assert_type(users.get_user_profile_image("u1"), HttpResponse[str | None])
    assert_type(users.resolve_users(ids=["u1"]), HttpResponse[BatchUserResponseDto])
    status = hub.user_registration_status.with_raw_response
    assert_type(status.get_user_registration_status(email="a@x.io"), HttpResponse[RegistrationResponse])
    assert_type(hub.search.with_raw_response.users(q="a"), HttpResponse[list[UserSearchDto]])
    assert_type(me.get_current_user().data, UserDto)
    assert_type(me.get_current_user().headers, dict[str, str])


async def awaited() -> None:
    async with AsyncHubUserClient(api_key="t") as hub:
        assert_type(hub, AsyncHubUserClient)
        assert_type(hub.with_options(max_retries=0), AsyncHubUserClient)
        me = hub.user_settings
        assert_type(await me.get_current_user(), UserDto)
        assert_type(await me.update_current_user(about="a"), UserDto)
        await me.delete_current_user()
        await me.update_current_user_profile_image(file="abc")
        await me.delete_current_user_profile_image()
        tokens = hub.user_settings_personal_access_tokens
        assert_type(await tokens.get_personal_access_tokens(), AccessTokensDto)
        assert_type(await tokens.create_personal_access_token(name="n", expires_at="2027-01-01"), AccessTokenDto)
        await tokens.delete_personal_access_token(id="t1")
        assert_type(await tokens.regenerate_default_personal_access_token(), DefaultAccessTokenDto)
        assert_type(await hub.authentication.authorize_by_personal_access_token(), PersonalAccessTokenPrincipal)
        assert_type(await hub.users.get_user_by_id("u1"), UserOverviewDto)
        assert_type(await hub.users.check_user_exists("u1"), dict[str, str])
        assert_type(await hub.users.get_user_profile_image("u1"), str | None)
        assert_type(await hub.users.resolve_users(ids=("u1",)), BatchUserResponseDto)
        status = hub.user_registration_status
        assert_type(await status.get_user_registration_status(email="a@x.io"), RegistrationResponse)
        assert_type(await hub.search.users(q="a"), list[UserSearchDto])


async def awaited_raw() -> None:
    hub = AsyncHubUserClient(api_key="t")
    me = hub.user_settings.with_raw_response
    assert_type(await me.get_current_user(), AsyncHttpResponse[UserDto])
    assert_type(await me.update_current_user(), AsyncHttpResponse[UserDto])
    assert_type(await me.delete_current_user(), AsyncHttpResponse[None])
    assert_type(await me.update_current_user_profile_image(file=b"abc"), AsyncHttpResponse[None])
    assert_type(await me.delete_current_user_profile_image(), AsyncHttpResponse[None])
    tokens = hub.user_settings_personal_access_tokens.with_raw_response
    assert_type(await tokens.get_personal_access_tokens(), AsyncHttpResponse[AccessTokensDto])
    assert_type(await tokens.create_personal_access_token(name="n"), AsyncHttpResponse[AccessTokenDto])
    assert_type(await tokens.delete_personal_access_token("t1"), AsyncHttpResponse[None])
    assert_type(await tokens.regenerate_default_personal_access_token(), AsyncHttpResponse[DefaultAccessTokenDto])
    principal = await hub.authentication.with_raw_response.authorize_by_personal_access_token()
    assert_type(principal, AsyncHttpResponse[PersonalAccessTokenPrincipal])
    users = hub.users.with_raw_response
    assert_type(await users.get_user_by_id("u1"), AsyncHttpResponse[UserOverviewDto])
    assert_type(await users.check_user_exists("u1"), AsyncHttpResponse[dict[str, str]])
    assert_type(await users.get_user_profile_image("u1"), AsyncHttpResponse[str | None])
    assert_type(await users.resolve_users(ids=["u1"]), AsyncHttpResponse[BatchUserResponseDto])
    status = await hub.user_registration_status.with_raw_response.get_user_registration_status(email="a@x.io")
    assert_type(status, AsyncHttpResponse[RegistrationResponse])
    assert_type(await hub.search.with_raw_response.users(q="a"), AsyncHttpResponse[list[UserSearchDto]])
    assert_type(await principal.close(), None)


def records(user: UserDto, token: AccessTokenDto, tokens: AccessTokensDto, batch: BatchUserResponseDto) -> None:
    assert_type(user.current_position, str | None)
    assert_type(token.name, str)
    assert_type(token.value, str | None)
    assert_type(tokens.access_tokens, list[AccessTokenDto] | None)
    assert_type(batch.users, list[UserOverviewDto] | None)
    assert_type(batch.not_found, str | list[str] | None)
    assert_type(RegistrationResponse().status, RegistrationResponseStatus | None)
    assert_type(PersonalAccessTokenPrincipal().access_token, AccessTokenDto | None)
    assert_type(UserDto.from_dict(user.to_dict()), UserDto)


def errors(error: NotFoundError) -> None:
    assert_type(error.status_code, int | None)
    assert_type(error.headers, dict[str, str] | None)
    assert_type(error.request_id, str | None)
    parent: ApiError = error
    del parent


def credentials() -> None:
    providers: list[CredentialProvider] = [
        StaticCredential("t"),
        EnvironmentCredential(),
        ConfigFileCredential(),
        DefaultCredentialsProvider(),
    ]
    assert_type([provider.get_access_token() for provider in providers], list[str])
    assert_type(ContextResolver().get_context(), Context | None)
    assert_type(Context().get_organization_id(), str | None)
