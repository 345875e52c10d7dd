"""How the service is found and entered."""

from typing import Unpack

import httpx

from gatepost._core.secrets import header_secret
from gatepost._core.service import ClientSettings, Service, Static, service
from gatepost.kipu.environment import HubUserClientEnvironment


def hub_service(
    base_url: str | None,
    environment: HubUserClientEnvironment | None,
    api_key: str | None,
    client: httpx.Client | httpx.AsyncClient | None,
    **settings: Unpack[ClientSettings],
) -> Service:
    """Put together what the constructor was given; without a token the calls that need none still work.

    Raises:
        ValueError: neither `base_url` nor `environment` is given, or one of the values cannot be used.
    """
    if base_url is None:
        if environment is None:
            raise ValueError("Please pass in either base_url or environment to construct the client")
        base_url = HubUserClientEnvironment(environment).value
    token = {} if api_key is None else {"X-Auth-Token": header_secret(api_key, "api_key")}
    return service(base_url, Static(token), client, **settings)
