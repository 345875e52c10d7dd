# Written from _async_client.py by make gen: change that file.
"""The client."""

from collections.abc import Callable, Mapping
from functools import cached_property

import httpx
from msgspec import UNSET, UnsetType

from gatepost._core._sync import ApiClient, Session
from gatepost._core.drive import Driver
from gatepost._core.logs import LogSetting
from gatepost.vectara._sync_users import UsersClient
from gatepost.vectara.environment import VectaraEnvironment
from gatepost.vectara.service import vectara_service


class Vectara(ApiClient):
    """The users of a Vectara account.

    Managing users takes an OAuth2 client, or a token, or a personal API key where the service lets that do. What is
    not passed is read, when the client is made, from the environment variables VECTARA_API_KEY, VECTARA_CLIENT_ID
    and VECTARA_CLIENT_SECRET, unless a credential of another kind is passed. None reads and sends none.

    Args:
        environment: where the service is.
        request_timeout: seconds the server may work on a request, at least 1; how long the client waits is `timeout`.
        request_timeout_millis: the same in milliseconds.
        api_key: sent as `x-api-key`, also beside a token.
        client_id: id of an OAuth2 client; its tokens are fetched when needed.
        client_secret: secret of the OAuth2 client.
        token: bearer token, or a function that gives one and is called before every call; wins over the OAuth2
            client.
        headers: added to every request; one set to None is left out.
        timeout: seconds each for connecting, sending, and for the answer to begin and to end; 60, or with an HTTP
            client of your own what that one says.
        max_retries: how often a call that met a transient failure and may be repeated is made again; 2.
        follow_redirects: whether reads follow redirects; another origin never gets a credential.
        httpx_client: an HTTP client of your own; it stays yours to close.
        logging: a logger, or its settings; silent unless told.

    Raises:
        TypeError: a credential is not a text.
        ValueError: a value cannot be used, or one of `client_id` and `client_secret` is missing.

    Source: Vectara Python SDK, "Users".
    """

    def __init__(
        self,
        *,
        environment: VectaraEnvironment = VectaraEnvironment.PRODUCTION,
        request_timeout: int | None = None,
        request_timeout_millis: int | None = None,
        api_key: str | UnsetType | None = UNSET,
        client_id: str | UnsetType | None = UNSET,
        client_secret: str | UnsetType | None = UNSET,
        token: str | Callable[[], str] | None = None,
        headers: Mapping[str, str | None] | None = None,
        timeout: float | None = None,
        max_retries: int | None = None,
        follow_redirects: bool | None = True,
        httpx_client: httpx.Client | None = None,
        logging: LogSetting = None,
    ) -> None:
        service = vectara_service(
            environment,
            httpx_client,
            api_key=api_key,
            client_id=client_id,
            client_secret=client_secret,
            token=token,
            request_timeout=request_timeout,
            request_timeout_millis=request_timeout_millis,
            headers=headers,
            timeout=timeout,
            max_retries=max_retries,
            follow_redirects=follow_redirects,
            log=logging,
        )
        self._session = Session(service, Driver(httpx_client))

    @cached_property
    def users(self) -> UsersClient:
        """The users of the account."""
        return UsersClient(self._session)
