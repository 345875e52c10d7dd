"""How the service is found and entered."""

import os
from typing import Unpack

import httpx

from gatepost._core.service import ClientSettings, Service, Static, service
from gatepost.vectara.credentials import Setting, Token, credential, found
from gatepost.vectara.environment import VectaraEnvironment
from gatepost.vectara.errors import refusal, token_refusal
from gatepost.vectara.ops import time_limit


def vectara_service(
    environment: VectaraEnvironment,
    client: httpx.Client | httpx.AsyncClient | None,
    *,
    api_key: Setting,
    client_id: Setting,
    client_secret: Setting,
    token: Token,
    request_timeout: int | None,
    request_timeout_millis: int | None,
    **settings: Unpack[ClientSettings],
) -> Service:
    """Put together what the constructor was given, the service that gives tokens included.

    Raises:
        TypeError: a value has another type.
        ValueError: one of the values cannot be used.
    """
    if isinstance(environment, str):
        raise TypeError("environment must be a VectaraEnvironment, such as VectaraEnvironment.at(url)")
    limits = time_limit(request_timeout) | time_limit(request_timeout_millis, "request_timeout_millis")
    settings["headers"] = {**(settings.get("headers") or {}), **limits}
    tokens = service(environment.auth, Static({}), client, refusal=token_refusal, **settings)
    known = found(api_key, client_id, client_secret, token, os.environ)
    entry = credential(*known, token, tokens)
    return service(environment.default, entry, client, refusal=refusal, **settings)
