"""The signature keys of an issuer: found, fetched, and kept."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import httpx
import msgspec
import structlog
from joserfc.errors import JoseError
from joserfc.jwk import Key, import_key

from gatepost.server.domain.errors import Unavailable
from gatepost.server.oidc.issuers import Issuer, require_secure

FRESH_FOR = 600.0
"""How long fetched keys are used without a look at the issuer, in seconds."""

USABLE_FOR = 86_400.0
"""How long the keys of an issuer that is down still count, in seconds."""

PAUSE_WITH_KEYS = 60.0
PAUSE_WITHOUT_KEYS = 5.0
"""The least time between two fetches, in seconds, with keys at hand and without."""

MAX_DOCUMENT = 1024 * 1024
PUBLIC_MEMBERS = ("kty", "kid", "alg", "n", "e", "crv", "x", "y")
RSA_2048 = 342
"""The length in base64url of the smallest RSA modulus that may sign (RFC 7518, section 3.3)."""

log = structlog.get_logger("gatepost.oidc")
Document = TypeVar("Document")


class FetchFailed(Exception):
    """Why a document of an issuer could not be had."""


class _Discovery(msgspec.Struct):
    issuer: str
    jwks_uri: str


class _KeySet(msgspec.Struct):
    keys: list[dict[str, Any]]


class Documents:
    """Fetches the small JSON documents of issuers: no redirects, no compression, bounded in time and size."""

    def __init__(self, http: Callable[[], httpx.AsyncClient], within: float) -> None:
        self._http = http
        self._within = within
        self._client: httpx.AsyncClient | None = None

    async def get(self, url: str, shape: type[Document]) -> Document:
        """Fetch and decode a document; raises FetchFailed."""
        try:
            require_secure(url)
            async with asyncio.timeout(self._within):
                return msgspec.json.decode(await self._body(url), type=shape)
        except (httpx.HTTPError, OSError, ValueError, RecursionError) as error:
            raise FetchFailed(f"{url}: {error!r}") from error

    async def _body(self, url: str) -> bytes:
        self._client = self._client or self._http()
        # Unlike the body after decompression, the body as sent can be measured while it arrives.
        headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
        body = bytearray()
        async with self._client.stream("GET", url, headers=headers, follow_redirects=False) as response:
            if response.status_code != httpx.codes.OK:
                raise ValueError(f"status {response.status_code}")
            async for chunk in response.aiter_raw():
                body += chunk
                if len(body) > MAX_DOCUMENT:
                    raise ValueError("more than 1 MiB")
        return bytes(body)

    async def aclose(self) -> None:
        if self._client is not None:
            await self._client.aclose()


class IssuerKeys:
    """The signature keys of one issuer, fetched when they are needed and kept."""

    def __init__(self, issuer: Issuer, documents: Documents, clock: Callable[[], float]) -> None:
        self.issuer = issuer
        self._documents = documents
        self._clock = clock
        self._keys: list[Key] | None = None
        self._fetched_at = self._tried_at = -math.inf
        self._fetching = asyncio.Lock()

    async def find(self, kid: str | None) -> Key | None:
        """Give the key of that id, or the only key for no id; raises Unavailable when there are no keys at all."""
        key = self._pick(kid)
        if key and (self._since(self._fetched_at) < FRESH_FOR or self._fetching.locked()):
            return key
        async with self._fetching:
            if self._pause() <= 0:
                await self._fetch()
        if self._keys is None:
            raise Unavailable(
                f"The keys of the identity provider {self.issuer.name} cannot be fetched.",
                retry_after=max(1, math.ceil(self._pause())),
            )
        return self._pick(kid)

    def _pick(self, kid: str | None) -> Key | None:
        keys = [key for key in self._keys or () if kid is None or key.kid == kid]
        return keys[0] if len(keys) == 1 else None

    def _pause(self) -> float:
        return (PAUSE_WITHOUT_KEYS if self._keys is None else PAUSE_WITH_KEYS) - self._since(self._tried_at)

    def _since(self, instant: float) -> float:
        # A clock that was set back must not stop fetches until it has caught up.
        elapsed = self._clock() - instant
        return elapsed if elapsed >= 0 else math.inf

    async def _fetch(self) -> None:
        try:
            self._keys = await self._current_keys()
            self._fetched_at = self._clock()
        except FetchFailed as failure:
            log.warning("issuer keys cannot be fetched", issuer=self.issuer.name, reason=str(failure))
            if self._since(self._fetched_at) > USABLE_FOR:
                self._keys = None
        self._tried_at = self._clock()

    async def _current_keys(self) -> list[Key]:
        url = self.issuer.jwks_url or await self._discover()
        published = await self._documents.get(url, _KeySet)
        return [key for key in map(_signature_key, published.keys) if key is not None]

    async def _discover(self) -> str:
        """Find the address of the keys (OpenID Connect Discovery 1.0, section 4)."""
        url = self.issuer.url.rstrip("/") + "/.well-known/openid-configuration"
        found = await self._documents.get(url, _Discovery)
        if found.issuer != self.issuer.url:
            raise FetchFailed(f"{url} speaks for another issuer, {found.issuer}")
        return found.jwks_uri


def _signature_key(jwk: Mapping[str, Any]) -> Key | None:
    """Import the public part of an asymmetric signature key; None for any other, a weak one, and a broken one."""
    if jwk.get("kty") not in ("RSA", "EC", "OKP") or jwk.get("use", "sig") != "sig":
        return None
    if jwk["kty"] == "RSA" and len(str(jwk.get("n"))) < RSA_2048:
        return None
    public = {name: jwk[name] for name in PUBLIC_MEMBERS if name in jwk}
    try:
        return import_key(public)
    except (JoseError, ValueError, TypeError, KeyError):
        return None
