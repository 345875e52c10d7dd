"""What the tests of bearer tokens act with: a clock, a client that tells what it asks, and a forger."""

import asyncio
import base64
import json
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from joserfc import jws
from joserfc.jwk import Key

from gatepost.server.domain.errors import Unauthenticated
from gatepost.server.oidc import BearerVerifier
from gatepost.server.oidc.bearer import REFUSED
from tests.kit.oidc import AUDIENCE, NO_TLS

Make = Callable[..., BearerVerifier]
"""Makes a verifier of the provider's tokens; named arguments change its issuer."""

DISCOVERY = "/.well-known/openid-configuration"
JWKS = "/jwks"


class Clock:
    """The present, until a test moves it."""

    def __init__(self) -> None:
        self.now = time.time()

    def __call__(self) -> float:
        return self.now


class Requests(list[str]):
    """Makes HTTP clients that note the addresses they ask for."""

    def __init__(self) -> None:
        super().__init__()
        self.arrived = asyncio.Event()

    def client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(event_hooks={"request": [self._note]}, trust_env=False, verify=NO_TLS)

    async def _note(self, request: httpx.Request) -> None:
        self.append(str(request.url))
        self.arrived.set()


class Forger:
    """Signs whatever it is told to, with keys the provider publishes as its own."""

    def __init__(self, issuer: str, key: Key) -> None:
        self.issuer = issuer
        self.key = key

    def sign(self, header: dict[str, Any] | None = None, key: Key | None = None, **claims: Any) -> str:
        now = int(time.time())
        stated = {"iss": self.issuer, "sub": "ada", "aud": AUDIENCE, "iat": now, "exp": now + 3600, **claims}
        payload = json.dumps({name: value for name, value in stated.items() if value is not None})
        head = {"alg": "RS256", "kid": "forged", **(header or {})}
        registry = jws.JWSRegistry(algorithms=[head["alg"]], strict_check_header=False)
        return jws.serialize_compact(head, payload, key or self.key, registry=registry)


def published(*keys: Key, **more: Any) -> str:
    return json.dumps({"keys": [key.as_dict(private=False) for key in keys], **more})


def segment(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def encoded(value: object) -> str:
    return segment(json.dumps(value).encode())


async def reason(verifier: BearerVerifier, token: str) -> str:
    """Why a token is refused, which callers are not told."""
    with pytest.raises(Unauthenticated, match=REFUSED) as refused:
        await verifier.verify(token)
    return str(refused.value.__cause__)
