import asyncio
import json

import pytest
from joserfc.jwk import RSAKey

from tests.kit.oidc import OidcProvider
from tests.service.oidc.forger import DISCOVERY, JWKS, Clock, Forger, Make, Requests, published, reason

pytestmark = pytest.mark.anyio


async def test_the_address_of_an_issuer_may_end_with_a_slash(provider: OidcProvider, make: Make, key: RSAKey) -> None:
    url = provider.issuer + "/"
    found = json.dumps({"issuer": url, "jwks_uri": url + "jwks"})
    with provider.answering(DISCOVERY, found), provider.answering(JWKS, published(key)):
        assert (await make(url).verify(Forger(url, key).sign())).issuer == url


async def test_keys_are_fetched_once_for_many_tokens_at_once(provider: OidcProvider, make: Make) -> None:
    token, verifier = provider.sign_in("ada").access_token, make()
    before = provider.requests(JWKS)
    await asyncio.gather(*(verifier.verify(token) for _ in range(20)))
    assert provider.requests(JWKS) == before + 1


async def test_keys_are_looked_at_again_after_ten_minutes(
    provider: OidcProvider, make: Make, clock: Clock, requests: Requests
) -> None:
    token, verifier = provider.sign_in("ada").access_token, make(jwks_url=provider.issuer + JWKS)
    for moved, fetched in ((0, 1), (599, 1), (1, 2), (599, 2)):
        clock.now += moved
        await verifier.verify(token)
        assert len(requests) == fetched


async def test_a_clock_that_is_set_back_does_not_stop_fetches(
    provider: OidcProvider, make: Make, clock: Clock, requests: Requests
) -> None:
    verifier = make(jwks_url=provider.issuer + JWKS, leeway_seconds=600)
    clock.now += 300
    await verifier.verify(provider.sign_in("ada").access_token)
    clock.now -= 300
    await verifier.verify(provider.sign_in("ada").access_token)
    assert len(requests) == 2


async def test_a_new_key_is_found_and_the_old_one_forgotten(provider: OidcProvider, make: Make, clock: Clock) -> None:
    old, verifier = provider.sign_in("ada").access_token, make()
    await verifier.verify(old)
    provider.rotate_keys()
    new = provider.sign_in("ada").access_token
    assert await reason(verifier, new) == "unknown key", "the pause between two fetches"
    clock.now += 60
    await verifier.verify(new)
    assert await reason(verifier, old) == "unknown key"


async def test_old_and_new_keys_count_while_both_are_published(
    provider: OidcProvider, make: Make, clock: Clock
) -> None:
    old, verifier = provider.sign_in("ada").access_token, make()
    await verifier.verify(old)
    provider.rotate_keys(keep_old=True)
    clock.now += 60
    await verifier.verify(provider.sign_in("ada").access_token)
    await verifier.verify(old)


async def test_invented_key_ids_cost_one_fetch_a_minute(
    make: Make, forger: Forger, clock: Clock, requests: Requests
) -> None:
    verifier = make(jwks_url=forger.issuer + JWKS)
    await verifier.verify(forger.sign())
    clock.now += 60
    for number in range(10):
        assert await reason(verifier, forger.sign({"kid": f"invented {number}"})) == "unknown key"
    assert len(requests) == 2


async def test_keys_that_cannot_sign_are_passed_over(provider: OidcProvider, make: Make, key: RSAKey) -> None:
    good = key.as_dict(private=False)
    useless = [
        {"kty": "oct", "kid": "forged", "k": "c2VjcmV0"},
        {**good, "use": "enc"},
        {**good, "n": "AQAB"},
        {**good, "n": "w" * 171},
        {"kty": "EC", "kid": "forged", "crv": "P-256", "x": "AA", "y": "AA"},
        {"kty": "RSA", "kid": "forged"},
        {"kty": "OKP", "kid": "forged", "crv": [], "x": 5},
        {"kty": ["RSA"]},
        {"kty": "AKP", "kid": "forged"},
        {},
    ]
    with provider.answering(JWKS, json.dumps({"keys": [*useless, good]})):
        assert (await make().verify(Forger(provider.issuer, key).sign())).subject == "ada"
