"""The client."""

from collections.abc import Mapping
from functools import cached_property

import httpx

from gatepost._core._async import AsyncApiClient, AsyncSession
from gatepost._core.drive import AsyncDriver
from gatepost._core.logs import LogSetting
from gatepost.kipu._async_account import AsyncUserSettingsClient, AsyncUserSettingsPersonalAccessTokensClient
from gatepost.kipu._async_people import (
    AsyncAuthenticationClient,
    AsyncSearchClient,
    AsyncUserRegistrationStatusClient,
    AsyncUsersClient,
)
from gatepost.kipu.environment import HubUserClientEnvironment
from gatepost.kipu.service import hub_service


class AsyncHubUserClient(AsyncApiClient):
    """The Kipu Quantum Hub user-service: profiles, personal access tokens, user lookup and search.

    Args:
        base_url: where the service is; wins over `environment`.
        environment: which of the known addresses to use.
        api_key: personal access token, sent as `X-Auth-Token`; None sends none.
        headers: added to every request; one set to None is left out.
        timeout: seconds each for connecting, sending, and for the answer to begin and to end; 60, or with an HTTP
            client of your own what that one says.
        max_retries: how often a call that met a transient failure and may be repeated is made again; 2.
        follow_redirects: whether reads follow redirects; another origin never gets the token.
        httpx_client: an HTTP client of your own; it stays yours to close.
        logging: a logger, or its settings; silent unless told.

    Raises:
        ValueError: no address, or a value that cannot be used.

    Source: Kipu Quantum Hub API SDK reference, HubUserClient, "Constructor".
    """

    def __init__(
        self,
        *,
        base_url: str | None = None,
        environment: HubUserClientEnvironment | None = HubUserClientEnvironment.DEFAULT,
        api_key: str | None,
        headers: Mapping[str, str | None] | None = None,
        timeout: float | None = None,
        max_retries: int | None = None,
        follow_redirects: bool | None = True,
        httpx_client: httpx.AsyncClient | None = None,
        logging: LogSetting = None,
    ) -> None:
        service = hub_service(
            base_url,
            environment,
            api_key,
            httpx_client,
            headers=headers,
            timeout=timeout,
            max_retries=max_retries,
            follow_redirects=follow_redirects,
            log=logging,
        )
        self._session = AsyncSession(service, AsyncDriver(httpx_client))

    @cached_property
    def user_settings(self) -> AsyncUserSettingsClient:
        """The profile of the current user."""
        return AsyncUserSettingsClient(self._session)

    @cached_property
    def user_settings_personal_access_tokens(self) -> AsyncUserSettingsPersonalAccessTokensClient:
        """The personal access tokens of the current user."""
        return AsyncUserSettingsPersonalAccessTokensClient(self._session)

    @cached_property
    def authentication(self) -> AsyncAuthenticationClient:
        """Who a token stands for."""
        return AsyncAuthenticationClient(self._session)

    @cached_property
    def users(self) -> AsyncUsersClient:
        """What everybody may see of users."""
        return AsyncUsersClient(self._session)

    @cached_property
    def user_registration_status(self) -> AsyncUserRegistrationStatusClient:
        """How far a registration has come."""
        return AsyncUserRegistrationStatusClient(self._session)

    @cached_property
    def search(self) -> AsyncSearchClient:
        """The directory of users."""
        return AsyncSearchClient(self._session)
