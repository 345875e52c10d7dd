"""How the server is found and entered."""

from os import environ
from typing import Unpack, cast

import httpx

from gatepost._core.options import RequestOptions
from gatepost._core.service import ClientSettings, Service, checked_base_url, service
from gatepost.homebox.keyring import Keyring

URL_VARIABLE = "HOMEBOX_URL"
TOKEN_VARIABLE = "HOMEBOX_TOKEN"


def homebox_service(
    base_url: str | None,
    token: str | None,
    client: httpx.Client | httpx.AsyncClient | None,
    **settings: Unpack[ClientSettings],
) -> Service:
    """Put together what the constructor was given, or the environment where it was given none.

    Raises:
        ValueError: there is no address, or one of the values cannot be used.
    """
    token = token or environ.get(TOKEN_VARIABLE) or None
    return service(api_url(base_url or environ.get(URL_VARIABLE)), Keyring(token), client, **settings)


def api_url(url: str | None) -> str:
    """Check the address of an API: beside it, a server gives its web page with status 200 to whatever is asked.

    Raises:
        ValueError: there is none, it is no address, or it does not end in `/api`.
    """
    if not url:
        raise ValueError(f"Please pass base_url, or set the environment variable {URL_VARIABLE}")
    address = checked_base_url(url)
    if not httpx.URL(address).path.endswith("/api"):
        raise ValueError("base_url must end in /api, as in https://homebox.example.com/api")
    return address


def keyring(service: Service) -> Keyring:
    """Give what a client holds to get in; `homebox_service` made it."""
    return cast(Keyring, service.credential)


def within(timeout: float | None, options: RequestOptions | None) -> RequestOptions:
    """Give the options of a call with another time limit; None leaves the one they have."""
    return options or {} if timeout is None else {**(options or {}), "timeout": timeout}
