# Written from _async_client.py by make gen: change that file.
"""The client."""

from collections.abc import Mapping
from functools import cached_property

import httpx

from gatepost._core._sync import ApiClient, Session
from gatepost._core.drive import Driver
from gatepost._core.logs import LogSetting
from gatepost.kipu._sync_account import UserSettingsClient, UserSettingsPersonalAccessTokensClient
from gatepost.kipu._sync_people import (
    AuthenticationClient,
    SearchClient,
    UserRegistrationStatusClient,
    UsersClient,
)
from gatepost.kipu.environment import HubUserClientEnvironment
from gatepost.kipu.service import hub_service


class HubUserClient(ApiClient):
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
        httpx_client: httpx.Client | None = None,
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
        self._session = Session(service, Driver(httpx_client))

    @cached_property
    def user_settings(self) -> UserSettingsClient:
        """The profile of the current user."""
        return UserSettingsClient(self._session)

    @cached_property
    def user_settings_personal_access_tokens(self) -> UserSettingsPersonalAccessTokensClient:
        """The personal access tokens of the current user."""
        return UserSettingsPersonalAccessTokensClient(self._session)

    @cached_property
    def authentication(self) -> AuthenticationClient:
        """Who a token stands for."""
        return AuthenticationClient(self._session)

    @cached_property
    def users(self) -> UsersClient:
        """What everybody may see of users."""
        return UsersClient(self._session)

    @cached_property
    def user_registration_status(self) -> UserRegistrationStatusClient:
        """How far a registration has come."""
        return UserRegistrationStatusClient(self._session)

    @cached_property
    def search(self) -> SearchClient:
        """The directory of users."""
        return SearchClient(self._session)
