"""The client."""

from collections.abc import Mapping
from functools import cached_property

import httpx

from gatepost._core._async import AsyncApiClient, AsyncSession
from gatepost._core.drive import AsyncDriver
from gatepost._core.logs import LogSetting
from gatepost._core.options import RequestOptions
from gatepost.homebox import entry, ops
from gatepost.homebox._async_groups import AsyncGroupsClient
from gatepost.homebox._async_users import AsyncUsersClient
from gatepost.homebox.models import APISummary, TokenResponse
from gatepost.homebox.service import homebox_service, keyring


class AsyncHomeboxClient(AsyncApiClient):
    """The user API of Homebox: sessions, accounts, settings, API keys, groups with members and invitations.

    Args:
        base_url: where the API is, ending in `/api`; without one the environment variable `HOMEBOX_URL`.
        token: session token or API key, with or without `Bearer ` before it; without one `HOMEBOX_TOKEN`, and without
            that `login` gets one.
        headers: added to every request, such as `X-Tenant`, the id of the group that calls are about; one set to
            None is left out.
        timeout: seconds each for connecting, sending, and for the answer to begin and to end; 60, or with an HTTP
            client of your own what that one says.
        max_retries: how often a call that met a transient failure and may be repeated is made again; 2.
        follow_redirects: whether reads follow redirects; another origin never gets the token.
        httpx_client: an HTTP client of your own; it stays yours to close, and its cookies are not sent.
        logging: a logger, or its settings; silent unless told.

    Raises:
        ValueError: no address, one that does not end in `/api`, or a value that cannot be used.

    Source: py-homebox reference, HomeboxClient.
    """

    def __init__(
        self,
        base_url: str | None = None,
        token: str | None = None,
        *,
        headers: Mapping[str, str | None] | None = None,
        timeout: float | None = None,
        max_retries: int | None = None,
        follow_redirects: bool | None = True,
        httpx_client: httpx.AsyncClient | None = None,
        logging: LogSetting = None,
    ) -> None:
        service = homebox_service(
            base_url,
            token,
            httpx_client,
            headers=headers,
            timeout=timeout,
            max_retries=max_retries,
            follow_redirects=follow_redirects,
            log=logging,
        )
        self._session = AsyncSession(service, AsyncDriver(httpx_client))

    @property
    def base_url(self) -> str:
        """Where the API is."""
        return self._session.service.base_url

    @property
    def token(self) -> str | None:
        """The token that calls carry, with `Bearer ` before it; None before a login and after a logout."""
        return keyring(self._session.service).token

    @token.setter
    def token(self, token: str | None) -> None:
        keys = keyring(self._session.service)
        keys.drop() if token is None else keys.adopt(token)

    async def login(
        self,
        username: str,
        password: str,
        stay_logged_in: bool = False,
        provider: str | None = None,
        *,
        request_options: RequestOptions | None = None,
    ) -> TokenResponse:
        """Begin a session; calls carry its token from now on.

        Args:
            username: e-mail address of the account.
            password: its password.
            stay_logged_in: whether the session lasts for 28 days instead of 7.
            provider: who checks the password; servers know `local`, which is the default.
            request_options: settings of this call.

        Raises:
            UnauthorizedError: there is no such account, or the password is another.
            ForbiddenError: the server lets nobody in by password.
            TooManyRequestsError: too many attempts failed, also after the wait the server asked for.
            ApiError: the answer is not Homebox's; the client keeps the token it had.
        """
        operation = entry.login(keyring(self._session.service), username, password, stay_logged_in, provider)
        del password  # a traceback from the call must not show it
        return await self._session.run(operation, request_options)

    async def application_info(self, *, request_options: RequestOptions | None = None) -> APISummary:
        """Get the state of the server; a check, too, that `base_url` is right.

        Args:
            request_options: settings of this call.

        Raises:
            ApiError: the answer is a web page or anything else but JSON.
        """
        return await self._session.run(ops.application_info(), request_options)

    @cached_property
    def users(self) -> AsyncUsersClient:
        """Accounts, sessions and API keys."""
        return AsyncUsersClient(self)

    @cached_property
    def groups(self) -> AsyncGroupsClient:
        """Groups, their members and invitations."""
        return AsyncGroupsClient(self)
