import json
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from anyio.from_thread import start_blocking_portal
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import RSAKey

from gatepost.server.domain.errors import Unauthenticated
from gatepost.server.domain.identities import Claims
from gatepost.server.oidc import BearerVerifier, Issuer
from tests.kit.oidc import AUDIENCE, OidcProvider
from tests.service.oidc.forger import JWKS, Forger, Make, encoded, published, reason, segment

pytestmark = pytest.mark.anyio

Verify = Callable[[str], Claims]

ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
ANY_HEADER = st.fixed_dictionaries(
    {"alg": st.just("RS256") | ANY_JSON},
    optional={
        "kid": st.just("forged") | ANY_JSON,
        **dict.fromkeys(("typ", "crit", "b64", "jwk", "x5c", "cty"), ANY_JSON),
    },
)
ANY_CLAIMS = st.dictionaries(st.sampled_from(["sub", "aud", "exp", "nbf", "iat", "email", "name", "cnf"]), ANY_JSON)
HEADER = encoded({"alg": "RS256", "kid": "forged"})
DEEP_OBJECT = b'{"a":' * 2000
DEEP_LIST = b"[" * 9000


@pytest.fixture(scope="module")
def verify(provider: OidcProvider, key: RSAKey) -> Iterator[Verify]:
    """Verifies from outside the event loop, which Hypothesis needs."""
    with start_blocking_portal() as portal, provider.answering(JWKS, published(key)):
        verifier = BearerVerifier([Issuer("test", provider.issuer, (AUDIENCE,))], time.time)
        yield lambda token: portal.call(verifier.verify, token)
        portal.call(verifier.aclose)


@given(token=st.text() | st.from_regex(r"[\w.=-]*\.[\w.=-]*\.[\w.=-]*"))
def test_garbage_is_refused(verify: Verify, token: str) -> None:
    with pytest.raises(Unauthenticated):
        verify(token)


@given(header=ANY_HEADER, stated=ANY_JSON, signature=st.binary(max_size=300))
def test_tokens_of_any_content_are_refused(
    provider: OidcProvider, verify: Verify, header: object, stated: Any, signature: bytes
) -> None:
    payload = {**stated, "iss": provider.issuer} if isinstance(stated, dict) else stated
    with pytest.raises(Unauthenticated):
        verify(f"{encoded(header)}.{encoded(payload)}.{segment(signature)}")


@given(claims=ANY_CLAIMS)
def test_signed_tokens_of_any_content_are_refused_or_understood(
    provider: OidcProvider, key: RSAKey, verify: Verify, claims: dict[str, Any]
) -> None:
    token = Forger(provider.issuer, key).sign(**claims)
    with suppress(Unauthenticated):
        understood = verify(token)
        assert f"{understood.subject}{understood.name}{understood.email}".encode()


@given(data=st.data())
def test_a_token_that_was_changed_anywhere_is_refused(
    provider: OidcProvider, key: RSAKey, verify: Verify, data: st.DataObject
) -> None:
    token = Forger(provider.issuer, key).sign()
    assert verify(token).subject == "ada"
    at = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.characters().filter(lambda character: character != token[at]))
    with pytest.raises(Unauthenticated):
        verify(token[:at] + other + token[at + 1 :])


@pytest.mark.parametrize(
    "token",
    [
        "",
        "..",
        "a.b.c.d",
        "\ud800.\ud800.\ud800",
        f"{segment(DEEP_LIST)}.{encoded({})}.",
        f"{segment(DEEP_OBJECT)}.{encoded({})}.",
        f"{HEADER}.{segment(DEEP_LIST)}.",
        f"{HEADER}.{segment(DEEP_OBJECT)}.",
        f"{HEADER}.{encoded({'iss': 'x' * 20_000})}.",
    ],
    ids=range(9),
)
async def test_hostile_shapes_are_refused(make: Make, token: str) -> None:
    assert await reason(make(), token) == "not a JWT"


async def test_nesting_of_every_depth_is_refused(make: Make, forger: Forger) -> None:
    header, payload = json.dumps({"alg": "RS256", "kid": "forged"})[:-1], forger.sign().split(".")[1]
    verifier = make()
    for depth in range(600, 1100):
        nested = header + ', "x": ' + "[" * depth + "]" * depth + "}"
        with pytest.raises(Unauthenticated):
            await verifier.verify(f"{segment(nested.encode())}.{payload}.AAAA")
