"""Where the service is, how it is entered, and how a client behaves.

Source: UbiOps API reference, "User", and the official client 4.15.0.
"""

import os
import platform
import re
import sys
from collections.abc import Callable, Mapping

from gatepost import __version__
from gatepost._core.logs import LogSetting
from gatepost._core.service import MAX_RETRIES, TIMEOUT_SECONDS, checked_base_url
from gatepost.ubiops.errors import ApiValueError
from gatepost.ubiops.hidden import Hidden
from gatepost.ubiops.options import TimeLimit

DEFAULT_HOST = "https://api.ubiops.com/v2.1"
HOST_VARIABLE = "UBIOPS_API_HOST"
TOKEN_VARIABLE = "UBIOPS_API_TOKEN"
VERSION_IN_PATH = re.compile(r".*/v[0-9]")
SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


class Configuration:
    """Settings of an `ApiClient`. It reads them at every call, but those of TLS and the proxy when it is made.

    Args:
        host: base URL; one without a scheme gets `https://`, one without a version `/v2`. None or "" takes the
            environment variable `UBIOPS_API_HOST`, or else `https://api.ubiops.com/v2.1`.
        api_key: the token under the name `Authorization`: `Token …`, `Bearer …`, or without such a word, which then
            is `Token`. None or {} takes the environment variable `UBIOPS_API_TOKEN`; without that no token is sent.
        api_key_prefix: the word before the token, under the name `Authorization`.

    Attributes:
        refresh_api_key_hook: called with the configuration before every call that has a token, to replace it.
        timeout: seconds, as in `_request_timeout` of a call; 60. None waits for ever.
        max_retries: how often a call that met a transient failure and may be repeated is made again; 2.
        auto_retry_rate_limiting: False makes every call once.
        client_side_validation: False sends data as they are.
        logging: a logger, or its settings; silent unless told.
        debug: True, without `logging`, writes every request and answer to the standard library's logger `gatepost`,
            without headers and bodies.
        verify_ssl: False trusts every server, and shows it the token.
        ssl_ca_cert: file of the certificates to trust instead of the usual ones.
        cert_file: file of the client's certificate.
        key_file: file of its key, when that is elsewhere.
        proxy: URL of the proxy; None takes the environment variables that httpx knows.
        proxy_headers: headers for the proxy.

    Raises:
        ApiValueError: the host is none.

    Source: UbiOps API reference, "User", "Use authorization parameters".
    """

    __slots__ = (
        "_api_key",
        "_host",
        "api_key_prefix",
        "auto_retry_rate_limiting",
        "cert_file",
        "client_side_validation",
        "debug",
        "key_file",
        "logging",
        "max_retries",
        "proxy",
        "proxy_headers",
        "refresh_api_key_hook",
        "ssl_ca_cert",
        "timeout",
        "verify_ssl",
    )

    def __init__(
        self,
        host: str | None = None,
        api_key: Mapping[str, str] | None = None,
        api_key_prefix: Mapping[str, str] | None = None,
    ) -> None:
        self.host = host
        self.api_key = api_key or _key_of_environment()
        self.api_key_prefix: dict[str, str] = dict(api_key_prefix or {})
        self.refresh_api_key_hook: Callable[[Configuration], object] | None = None
        self.timeout: TimeLimit = TIMEOUT_SECONDS
        self.max_retries = MAX_RETRIES
        self.auto_retry_rate_limiting = True
        self.client_side_validation = True
        self.logging: LogSetting = None
        self.debug = False
        self.verify_ssl = True
        self.ssl_ca_cert: str | None = None
        self.cert_file: str | None = None
        self.key_file: str | None = None
        self.proxy: str | None = None
        self.proxy_headers: Mapping[str, str] | None = None

    @property
    def host(self) -> str:
        """The base URL, with scheme and version."""
        return self._host

    @host.setter
    def host(self, value: str | None) -> None:
        self._host = normalised(value or os.environ.get(HOST_VARIABLE) or DEFAULT_HOST)

    @property
    def api_key(self) -> dict[str, str]:
        """The token under the name `Authorization`; its repr hides it."""
        return self._api_key

    @api_key.setter
    def api_key(self, value: Mapping[str, str]) -> None:
        self._api_key = Hidden(value)

    def get_api_key_with_prefix(self, identifier: str) -> str | None:
        """Give the value of the header of that name, after the hook had its turn; None when there is no token."""
        if self.refresh_api_key_hook is not None:
            self.refresh_api_key_hook(self)
        key = str(self.api_key.get(identifier) or "")
        if not key:
            return None
        prefix = self.api_key_prefix.get(identifier) or ("" if " " in key else "Token")
        return f"{prefix} {key}" if prefix else key

    @staticmethod
    def to_debug_report() -> str:
        """Say what runs here, for a report of a defect; no setting and no secret is in it."""
        return f"gatepost {__version__}\nPython {platform.python_version()} on {sys.platform}\nUbiOps API v2.1"

    def __repr__(self) -> str:
        """Show where requests go, and no credential."""
        return f"<{type(self).__name__} {self.host}>"


def normalised(host: str) -> str:
    """Give a base URL with a scheme, a version and no slash at the end.

    Raises:
        ApiValueError: it is no http or https URL, or has a user, a password, a query or a fragment in it.
    """
    url = (host if SCHEME.match(host) else f"https://{host}").rstrip("/")
    try:
        checked_base_url(url)
    except ValueError:  # said in the words of this API
        raise ApiValueError("`host` must be an address of http or https without user, query and fragment") from None
    return url if VERSION_IN_PATH.match(url) else f"{url}/v2"


def _key_of_environment() -> dict[str, str]:
    key = os.environ.get(TOKEN_VARIABLE, "").strip()
    return {"Authorization": key} if key else {}
