"""How the service is found and entered."""

import ssl
from collections.abc import Mapping
from typing import Any

import httpx
import msgspec

from gatepost._core.drive import trusted_authorities
from gatepost._core.flow import Flow
from gatepost._core.logs import Log, LogConfig
from gatepost._core.secrets import Secret, SecretHeaders, header_secret
from gatepost._core.service import Service, Static, service
from gatepost.ubiops.configuration import DEFAULT_HOST, Configuration
from gatepost.ubiops.errors import ApiValueError, refusal
from gatepost.ubiops.hidden import Hidden

AUTHORIZATION = "Authorization"
DEBUGGING: LogConfig = {"level": "debug", "silent": False}


class ConfiguredCredential:
    """The token of a configuration as it is when a call is made, and the other headers that may be secrets."""

    def __init__(self, configuration: Configuration, others: Mapping[str, str]) -> None:
        self._configuration = configuration
        self._others = others

    def headers(self) -> Flow[SecretHeaders]:
        """Give the headers.

        Raises:
            ApiValueError: one of them cannot travel in a header.
        """
        yield from ()
        values = Hidden(self._others)
        if AUTHORIZATION in self._configuration.api_key:
            values[AUTHORIZATION] = self._configuration.get_api_key_with_prefix(AUTHORIZATION) or ""
        return {name: _secret(name, values) for name in values if values[name]}

    def renew(self, refused: SecretHeaders) -> Flow[bool]:
        """Give up: the hook has had its turn."""
        yield from ()
        return False


def _secret(name: str, values: Hidden[str]) -> Secret:
    try:
        return header_secret(values[name], name)
    except (TypeError, ValueError) as refused:
        problem = str(refused)
    raise ApiValueError(problem)  # not chained to the one above, whose frames have the value


def unconfigured(client: httpx.Client | httpx.AsyncClient | None) -> Service:
    """Put together what a client knows without its configuration."""
    return service(DEFAULT_HOST, Static({}), client, refusal=refusal)


def configured(unconfigured: Service, configuration: Configuration, headers: Mapping[str, str]) -> Service:
    """Add what a configuration says now; `headers` go out as well, to the configured host only."""
    return msgspec.structs.replace(
        unconfigured,
        base_url=configuration.host,
        credential=ConfiguredCredential(configuration, headers),
        max_retries=configuration.max_retries if configuration.auto_retry_rate_limiting else 0,
        log=Log.of(configuration.logging or (DEBUGGING if configuration.debug else None)),
    )


def connecting(configuration: Configuration) -> dict[str, Any]:
    """Give the settings of an HTTP client: whom it trusts, how it shows itself, through which proxy it goes."""
    proxy = httpx.Proxy(configuration.proxy, headers=configuration.proxy_headers) if configuration.proxy else None
    return {"verify": _trust(configuration), "proxy": proxy}


def _trust(configuration: Configuration) -> ssl.SSLContext:
    if configuration.verify_ssl and not configuration.ssl_ca_cert and not configuration.cert_file:
        return trusted_authorities()

    authorities = configuration.ssl_ca_cert
    context = ssl.create_default_context(cafile=authorities) if authorities else httpx.create_ssl_context()
    if not configuration.verify_ssl:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if configuration.cert_file:
        context.load_cert_chain(configuration.cert_file, configuration.key_file)
    return context
