"""How the service is found and entered."""

import os
from collections.abc import Callable, Mapping

import httpx

from gatepost._core.logs import LogSetting
from gatepost._core.service import Credential, Service, Static, service
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
    headers: Mapping[str, str | None] | None,
    timeout: float | None,
    max_retries: int | None,
    follow_redirects: bool | None,
    log: LogSetting,
) -> Service:
    """Put together what the constructor was given, the service that gives tokens included.

    Raises:
        TypeError: a credential is not a text.
        ValueError: one of the values cannot be used.
    """
    limits = time_limit(request_timeout) | time_limit(request_timeout_millis, "request_timeout_millis")

    def at(base_url: str, shown: Credential, refused: Callable[[httpx.Response], Exception]) -> Service:
        return service(
            base_url,
            shown,
            client,
            headers={**(headers or {}), **limits},
            timeout=timeout,
            max_retries=max_retries,
            follow_redirects=follow_redirects,
            log=log,
            refusal=refused,
        )

    tokens = at(environment.auth, Static({}), token_refusal)
    known = found(api_key, client_id, client_secret, token, os.environ)
    return at(environment.default, credential(*known, token, tokens), refusal)
