from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from joserfc.jwk import RSAKey

from gatepost.server.oidc import BearerVerifier, Issuer
from tests.kit.oidc import AUDIENCE, OidcProvider
from tests.service.oidc.forger import JWKS, Clock, Forger, Make, Requests, published


@pytest.fixture(scope="module")
def provider() -> Iterator[OidcProvider]:
    running = OidcProvider.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def key() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": "forged", "alg": "RS256", "use": "sig"})


@pytest.fixture
def forger(provider: OidcProvider, key: RSAKey) -> Iterator[Forger]:
    with provider.answering(JWKS, published(key)):
        yield Forger(provider.issuer, key)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def requests() -> Requests:
    return Requests()


@pytest.fixture
async def make(provider: OidcProvider, clock: Clock, requests: Requests) -> AsyncIterator[Make]:
    made: list[BearerVerifier] = []

    def make(url: str = provider.issuer, within: float = 30, **options: Any) -> BearerVerifier:
        issuer = Issuer(**{"name": "test", "url": url, "audiences": (AUDIENCE,), **options})
        made.append(BearerVerifier([issuer], clock, requests.client, within))
        return made[-1]

    yield make
    for verifier in made:
        await verifier.aclose()
