"""The small JSON documents of providers: no redirects, no compression, no cookies, bounded in time and size."""

import asyncio
import ssl
from collections.abc import Callable, Mapping
from functools import cache
from http.cookiejar import DefaultCookiePolicy
from typing import Any, TypeVar
from urllib.parse import urlencode

import httpx
import msgspec

from gatepost.server.oidc.issuers import require_secure

MAX_DOCUMENT = 1024 * 1024
FORM = "application/x-www-form-urlencoded"

Document = TypeVar("Document")


class FetchFailed(Exception):
    """Why a document of a provider could not be had."""


class Hiccup(FetchFailed):
    """The connection broke or a proxy apologised: a failure that may be over in a moment."""


class Rejected(FetchFailed):
    """The provider understood the request and refuses it; `code` is the error it names (RFC 6749, section 5.2)."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code


class _Complaint(msgspec.Struct):
    error: str


class Documents:
    """Fetches documents; `within` bounds each of them in seconds, connecting included."""

    def __init__(self, http: Callable[[], httpx.AsyncClient], within: float) -> None:
        self._http = http
        self._within = within
        self._client: httpx.AsyncClient | None = None

    async def get(self, url: str, shape: type[Document], headers: Mapping[str, str] | None = None) -> Document:
        """Fetch and decode a document; raises FetchFailed."""
        return await self._ask("GET", url, shape, headers or {})

    async def post(
        self, url: str, shape: type[Document], form: Mapping[str, str], headers: Mapping[str, str]
    ) -> Document:
        """Send a form and decode the answer; raises FetchFailed."""
        return await self._ask("POST", url, shape, {**headers, "Content-Type": FORM}, urlencode(form).encode())

    async def aclose(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.aclose()

    async def _ask(
        self, method: str, url: str, shape: type[Document], headers: Mapping[str, str], content: bytes | None = None
    ) -> Document:
        try:
            require_secure(url)
            async with asyncio.timeout(self._within):
                status, body = await self._exchange(method, url, headers, content)
            _require_success(url, status, body)
            return msgspec.json.decode(body, type=shape)
        except (httpx.NetworkError, httpx.RemoteProtocolError) as error:
            raise Hiccup(f"{url}: {error!r}") from error
        except (httpx.HTTPError, OSError, ValueError, RecursionError) as error:
            raise FetchFailed(f"{url}: {error!r}") from error

    async def _exchange(
        self, method: str, url: str, headers: Mapping[str, str], content: bytes | None
    ) -> tuple[int, bytes]:
        # Unlike the body after decompression, the body as sent can be measured while it arrives.
        told = {"Accept": "application/json", "Accept-Encoding": "identity", **headers}
        body = bytearray()
        asked: Any = {"headers": told, "content": content, "follow_redirects": False}
        async with self._connected().stream(method, url, **asked) as response:
            async for chunk in response.aiter_raw():
                body += chunk
                if len(body) > MAX_DOCUMENT:
                    raise ValueError("more than 1 MiB")
        return response.status_code, bytes(body)

    def _connected(self) -> httpx.AsyncClient:
        if self._client is None:
            self._client = self._http()
            # What a provider sets while it deals with one person must not travel with the next.
            self._client.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        return self._client


def connections() -> httpx.AsyncClient:
    """Make the HTTP client that providers are asked with."""
    return httpx.AsyncClient(verify=_trusted_authorities())


@cache
def _trusted_authorities() -> ssl.SSLContext:
    # To read them holds up the loop for tens of milliseconds: once for all providers.
    return httpx.create_ssl_context()


def _require_success(url: str, status: int, body: bytes) -> None:
    if status == httpx.codes.OK:
        return
    if status in {httpx.codes.BAD_GATEWAY, httpx.codes.SERVICE_UNAVAILABLE, httpx.codes.GATEWAY_TIMEOUT}:
        raise Hiccup(f"{url}: status {status}")
    if status in {httpx.codes.BAD_REQUEST, httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}:
        code = _complaint(body)
        raise Rejected(f"{url}: status {status} {code}", code)
    raise FetchFailed(f"{url}: status {status}")


def _complaint(body: bytes) -> str:
    """Give the error that a refusal names, as far as it is fit for a log."""
    try:
        named = msgspec.json.decode(body, type=_Complaint).error
    except (ValueError, RecursionError):
        return ""
    return named if named.isascii() and named.isprintable() and len(named) <= 100 else ""
