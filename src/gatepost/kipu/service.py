"""How the service is found and entered."""

from collections.abc import Mapping

import httpx

from gatepost._core.logs import LogSetting
from gatepost._core.secrets import header_secret
from gatepost._core.service import Service, Static, service
from gatepost.kipu.environment import HubUserClientEnvironment


def hub_service(
    base_url: str | None,
    environment: HubUserClientEnvironment | None,
    api_key: str | None,
    client: httpx.Client | httpx.AsyncClient | None,
    *,
    headers: Mapping[str, str | None] | None,
    timeout: float | None,
    max_retries: int | None,
    follow_redirects: bool | None,
    log: LogSetting,
) -> Service:
    """Put together what the constructor was given; without a token the calls that need none still work.

    Raises:
        ValueError: neither `base_url` nor `environment` is given, or one of the values cannot be used.
    """
    if base_url is None:
        if environment is None:
            raise ValueError("Please pass in either base_url or environment to construct the client")
        base_url = environment.value
    token = {} if api_key is None else {"X-Auth-Token": header_secret(api_key, "api_key")}
    return service(
        base_url,
        Static(token),
        client,
        headers=headers,
        timeout=timeout,
        max_retries=max_retries,
        follow_redirects=follow_redirects,
        log=log,
    )
