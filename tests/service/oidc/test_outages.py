import asyncio
from typing import Any, Literal

import pytest

from gatepost.server.domain.errors import Unavailable
from tests.kit.oidc import OidcProvider
from tests.service.oidc.forger import DISCOVERY, JWKS, Clock, Forger, Make, Requests, reason

pytestmark = pytest.mark.anyio

MIB = 1024 * 1024
DAY = 86_400


async def test_a_provider_may_be_down_at_first_and_later(make: Make, clock: Clock) -> None:
    provider = OidcProvider.start()
    token = provider.sign_in("ada").access_token
    early, late = make(provider.issuer), make(provider.issuer)
    await early.verify(token)
    provider.stop()

    clock.now += 700
    assert (await early.verify(token)).subject == "ada"
    with pytest.raises(Unavailable) as refused:
        await late.verify(token)
    assert refused.value.retry_after == 5

    revived = OidcProvider.start(port=provider.port)
    try:
        clock.now += 60
        for verifier in (early, late):
            await verifier.verify(revived.sign_in("ada").access_token)
    finally:
        revived.stop()


async def test_cached_keys_do_not_outlive_a_day_of_failures(
    provider: OidcProvider, make: Make, forger: Forger, clock: Clock
) -> None:
    verifier, token = make(), forger.sign(exp=int(clock.now) + 10 * DAY)
    await verifier.verify(token)
    with provider.answering(JWKS, status=500):
        clock.now += DAY
        await verifier.verify(token)
        clock.now += 60
        with pytest.raises(Unavailable):
            await verifier.verify(token)


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        (DISCOVERY, {"status": 404, "body": '{"issuer": "{issuer}", "jwks_uri": "{issuer}/jwks"}'}),
        (DISCOVERY, {"body": "<html>"}),
        (DISCOVERY, {"body": "{}"}),
        (DISCOVERY, {"body": '{"issuer": "http://127.0.0.1:1", "jwks_uri": "{issuer}/jwks"}'}),
        (DISCOVERY, {"body": '{"issuer": "{issuer}/", "jwks_uri": "{issuer}/jwks"}'}),
        (DISCOVERY, {"body": '{"issuer": "{issuer}", "jwks_uri": "http://keys.example.org/jwks"}'}),
        (DISCOVERY, {"body": '{"issuer": "{issuer}", "jwks_uri": "file:///etc/passwd"}'}),
        (DISCOVERY, {"body": '{"issuer": "{issuer}", "jwks_uri": "http://["}'}),
        (JWKS, {"status": 500, "body": '{"keys": []}'}),
        (JWKS, {"status": 302, "headers": {"Location": "/elsewhere"}, "body": '{"keys": []}'}),
        (JWKS, {"body": "\0"}),
        (JWKS, {"body": '{"keys": [{"x": ' + "[" * 100_000}),
        (JWKS, {"body": '{"keys": {}}'}),
        (JWKS, {"body": '{"keys": [5]}'}),
        (JWKS, {"body": '{"keys": []' + " " * MIB + "}"}),
    ],
)
async def test_a_provider_that_answers_wrongly_is_unavailable(
    provider: OidcProvider, make: Make, requests: Requests, path: str, answer: dict[str, Any]
) -> None:
    token, verifier = provider.sign_in("ada").access_token, make()
    answer = {**answer, "body": answer.get("body", "").replace("{issuer}", provider.issuer)}
    with provider.answering(path, **answer), pytest.raises(Unavailable) as refused:
        await verifier.verify(token)
    assert refused.value.retry_after == 5
    assert requests[-1] == provider.issuer + path


async def test_a_key_set_of_just_under_a_mebibyte_is_read(provider: OidcProvider, make: Make) -> None:
    token, padding = provider.sign_in("ada").access_token, " " * (MIB - len('{"keys": []}'))
    with provider.answering(JWKS, '{"keys": []' + padding + "}"):
        assert await reason(make(), token) == "unknown key"


@pytest.mark.parametrize("how", ["silence", "drip"])
async def test_a_slow_provider_is_given_up_once_for_everybody(
    provider: OidcProvider, make: Make, requests: Requests, how: Literal["silence", "drip"]
) -> None:
    token, verifier = provider.sign_in("ada").access_token, make(within=0.2)
    with provider.stalling(DISCOVERY, how):
        outcomes = await asyncio.gather(*(verifier.verify(token) for _ in range(10)), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [Unavailable] * 10
    assert requests == [provider.issuer + DISCOVERY]


async def test_whoever_gives_up_waiting_leaves_the_fetch_to_the_next(
    provider: OidcProvider, make: Make, requests: Requests
) -> None:
    token, verifier = provider.sign_in("ada").access_token, make(jwks_url=provider.issuer + JWKS)
    with provider.stalling(JWKS, "silence"):
        first, second = (asyncio.create_task(verifier.verify(token)) for _ in range(2))
        await requests.arrived.wait()
    first.cancel()
    assert (await second).subject == "ada"
    assert first.cancelled()


async def test_nobody_waits_for_a_slow_look_at_keys_that_are_at_hand(
    provider: OidcProvider, make: Make, clock: Clock, requests: Requests
) -> None:
    token, verifier = provider.sign_in("ada").access_token, make()
    await verifier.verify(token)
    clock.now += 700
    requests.arrived.clear()
    with provider.stalling(DISCOVERY, "silence"):
        first = asyncio.create_task(verifier.verify(token))
        await requests.arrived.wait()
        await verifier.verify(token)
        assert not first.done()
    first.cancel()
    await asyncio.wait([first])
