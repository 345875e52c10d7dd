"""A remote API as one client sees it: where it is, how it is entered, and how patient the client is."""

import platform
from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypedDict

import httpx
import msgspec

from gatepost import __version__
from gatepost._core.checks import require_text
from gatepost._core.errors import refusal
from gatepost._core.flow import Flow
from gatepost._core.logs import Log, LogSetting
from gatepost._core.secrets import SecretHeaders, check_headers

TIMEOUT_SECONDS = 60.0
MAX_RETRIES = 2


class Credential(Protocol):
    """How a client shows who it is."""

    def headers(self) -> Flow[SecretHeaders]:
        """Give the headers that carry it, fetching them first when need be."""
        ...

    def renew(self, refused: SecretHeaders) -> Flow[bool]:
        """After a 401 for these headers, tell whether the call should be made once more with others."""
        ...


class Static:
    """A credential that stays as it was given."""

    def __init__(self, headers: SecretHeaders) -> None:
        self._headers = headers

    def headers(self) -> Flow[SecretHeaders]:
        """Give the headers."""
        yield from ()
        return self._headers

    def renew(self, refused: SecretHeaders) -> Flow[bool]:
        """Give up: there is nothing newer."""
        yield from ()
        return False


class Service(msgspec.Struct, frozen=True):
    """A remote API and the settings of one client for it.

    `timeout` is in seconds; `headers` go out with every request; `refusal` makes the error of an answer that is not a
    success.
    """

    base_url: str
    credential: Credential
    headers: httpx.Headers
    timeout: float | httpx.Timeout
    max_retries: int
    follow_redirects: bool
    log: Log
    refusal: Callable[[httpx.Response], Exception]

    def __repr__(self) -> str:
        """Show where it is, and none of the headers: the caller may enter by them."""
        return f"<Service {self.base_url}>"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """Give rich what `repr` shows."""
        return [("base_url", self.base_url)]


class ClientSettings(TypedDict, total=False):
    """What every client's constructor takes beside address, credential and HTTP client; see `service`."""

    headers: Mapping[str, str | None] | None
    timeout: float | None
    max_retries: int | None
    follow_redirects: bool | None
    log: LogSetting


def service(
    base_url: str,
    credential: Credential,
    client: httpx.Client | httpx.AsyncClient | None = None,
    *,
    headers: Mapping[str, str | None] | None = None,
    timeout: float | None = None,
    max_retries: int | None = None,
    follow_redirects: bool | None = True,
    log: LogSetting = None,
    refusal: Callable[[httpx.Response], Exception] = refusal,
) -> Service:
    """Put together what a client's constructor was given.

    An HTTP client that was passed in lends its headers, and its time-out unless `timeout` is given.

    Raises:
        TypeError: a value has another type.
        ValueError: `base_url` is not one, `timeout` or `max_retries` is negative, or a header cannot
            travel.
    """
    described = Service(
        checked_base_url(base_url),
        credential,
        _headers(client),
        timeout=client.timeout if client else TIMEOUT_SECONDS,
        max_retries=MAX_RETRIES,
        follow_redirects=bool(follow_redirects),
        log=Log.of(log),
        refusal=refusal,
    )
    return adjusted(described, timeout, max_retries, headers)


def adjusted(
    service: Service, timeout: float | None, max_retries: int | None, headers: Mapping[str, str | None] | None
) -> Service:
    """Give the service with other settings; None leaves one as it is, a header set to None is left out.

    Raises:
        TypeError: a value has another type.
        ValueError: `timeout` or `max_retries` is negative, or a header cannot travel.
    """
    if timeout is not None and timeout < 0:
        raise ValueError(f"timeout must be at least 0, not {timeout}")
    if max_retries is not None and max_retries < 0:
        raise ValueError(f"max_retries must be at least 0, not {max_retries}")
    return msgspec.structs.replace(
        service,
        timeout=service.timeout if timeout is None else timeout,
        max_retries=service.max_retries if max_retries is None else max_retries,
        headers=changed(service.headers, headers or {}),
    )


def checked_base_url(url: str) -> str:
    """Give a base URL without trailing slashes; a refusal does not repeat it, for it may hold a password.

    Raises:
        TypeError: it is not a text.
        ValueError: it is no http or https URL, or has a user, a password, a query or a fragment in it.
    """
    require_text(url, "base_url")
    parsed = _parsed(url)
    if parsed.userinfo or {"?", "#"}.intersection(url):
        raise ValueError("base_url must have no user, password, query or fragment")
    if parsed.scheme not in {"http", "https"} or not parsed.host:
        raise ValueError("base_url must begin with http:// or https:// and name a host")
    return url.rstrip("/")


def _parsed(url: str) -> httpx.URL:
    try:
        parsed = httpx.URL(url)
        parsed.host.encode("idna")  # as sockets do, later
    except (httpx.InvalidURL, UnicodeError):
        return httpx.URL()
    return parsed


def _headers(client: httpx.Client | httpx.AsyncClient | None) -> httpx.Headers:
    """Give what every request says of the client, and what the caller's own HTTP client adds to it.

    Answers are asked for uncompressed, for they are small.
    """
    headers = httpx.Headers(
        {
            "accept": "application/json",
            "accept-encoding": "identity",
            "connection": "keep-alive",
            "user-agent": f"gatepost/{__version__} python/{platform.python_version()}",
        }
    )
    if client is not None:
        headers.update({name: value for name, value in client.headers.items() if name not in headers})
    return headers


def changed(headers: httpx.Headers, changes: Mapping[str, str | None]) -> httpx.Headers:
    """Give headers with others in their place; one set to None is left out.

    Raises:
        TypeError: one is not a text.
        ValueError: one cannot travel.
    """
    check_headers(changes)
    result = headers.copy()
    for name, value in changes.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = value
    return result
