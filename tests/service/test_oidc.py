import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from typing import Any, Literal

import httpx
import pytest
from anyio.from_thread import start_blocking_portal
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws, jwt
from joserfc.errors import SecurityWarning
from joserfc.jwk import ECKey, Key, OctKey, OKPKey, RSAKey

from gatepost.server.domain.errors import Unauthenticated, Unavailable
from gatepost.server.domain.identities import Claims
from gatepost.server.oidc import BearerVerifier, Issuer
from gatepost.server.oidc.bearer import REFUSED
from tests.kit.oidc import ACCOUNTS, AUDIENCE, CLIENT_ID, OidcProvider

pytestmark = pytest.mark.anyio

Make = Callable[..., BearerVerifier]
MIB = 1024 * 1024
DAY = 86_400
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
        return httpx.AsyncClient(event_hooks={"request": [self._note]}, trust_env=False)

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


def published(*keys: Key, **more: Any) -> str:
    return json.dumps({"keys": [key.as_dict(private=False) for key in keys], **more})


async def reason(verifier: BearerVerifier, token: str) -> str:
    """Why a token is refused, which callers are not told."""
    with pytest.raises(Unauthenticated, match=REFUSED) as refused:
        await verifier.verify(token)
    return str(refused.value.__cause__)


# ---- tokens of the provider ------------------------------------------------------------------------------------


async def test_an_access_token_tells_who_its_bearer_is(provider: OidcProvider, make: Make) -> None:
    claims = await make().verify(provider.sign_in("ada").access_token)
    assert claims == Claims(
        issuer=provider.issuer,
        subject="ada",
        email="ada@example.org",
        email_verified=True,
        preferred_username="ada",
        first_name="Ada",
        last_name="Lovelace",
        name="Ada Lovelace",
    )


async def test_an_id_token_counts_where_its_client_is_an_audience(provider: OidcProvider, make: Make) -> None:
    token = provider.sign_in("grace").id_token
    claims = await make(audiences=("another", CLIENT_ID)).verify(token)
    assert (claims.subject, claims.email, claims.email_verified) == ("grace", ACCOUNTS["grace"]["email"], False)


async def test_keys_are_read_from_a_configured_address_without_discovery(
    provider: OidcProvider, make: Make, requests: Requests
) -> None:
    verifier = make(jwks_url=provider.issuer + JWKS)
    await verifier.verify(provider.sign_in("ada").access_token)
    assert requests == [provider.issuer + JWKS]


async def test_a_token_for_another_audience_is_refused(provider: OidcProvider, make: Make) -> None:
    token = provider.sign_in("ada", resource="urn:somebody:else").access_token
    assert await reason(make(), token) == "InvalidClaimError: aud"


async def test_a_token_holds_until_it_expires_give_or_take_the_leeway(
    provider: OidcProvider, make: Make, clock: Clock
) -> None:
    token, verifier = provider.sign_in("ada").access_token, make(leeway_seconds=60)
    clock.now += 3600 + 50
    await verifier.verify(token)
    clock.now += 20
    assert await reason(verifier, token) == "ExpiredTokenError: exp"


async def test_an_unknown_issuer_is_refused_without_a_request(make: Make, key: RSAKey, requests: Requests) -> None:
    token = Forger("http://127.0.0.1:1", key).sign()
    assert await reason(make(), token) == "unknown issuer"
    assert requests == []


async def test_an_issuer_is_compared_exactly(provider: OidcProvider, make: Make, forger: Forger) -> None:
    assert await reason(make(), forger.sign(iss=provider.issuer + "/")) == "unknown issuer"
    assert await reason(make(), forger.sign(iss=provider.issuer.upper())) == "unknown issuer"


# ---- forged tokens ---------------------------------------------------------------------------------------------


async def test_a_signature_by_another_key_of_the_same_id_is_refused(make: Make, forger: Forger) -> None:
    other = RSAKey.generate_key(2048, {"kid": "forged"})
    verifier = make()
    await verifier.verify(forger.sign())
    assert await reason(verifier, forger.sign(key=other)) == "BadSignatureError"


async def test_a_token_cannot_bring_its_own_key(make: Make, forger: Forger, requests: Requests) -> None:
    own = RSAKey.generate_key(2048)
    for member in ({"jwk": own.as_dict(private=False)}, {"jku": "http://127.0.0.1:1/"}, {"x5u": "http://127.0.0.1:1/"}):
        assert await reason(make(), forger.sign(member, key=own)) == "BadSignatureError"
    assert {httpx.URL(url).port for url in requests} == {httpx.URL(forger.issuer).port}


@pytest.mark.parametrize("alg", ["none", "None", "nOnE"])
async def test_an_unsigned_token_is_refused(make: Make, forger: Forger, alg: str) -> None:
    payload = forger.sign().split(".")[1]
    assert await reason(make(), f"{encoded({'alg': alg, 'kid': 'forged'})}.{payload}.") == "algorithm not allowed"


async def test_a_public_key_is_no_shared_secret(make: Make, forger: Forger) -> None:
    secret = OctKey.import_key(forger.key.as_pem(private=False), {"kid": "forged"})
    token = forger.sign({"alg": "HS256"}, key=secret)
    assert await reason(make(), token) == "algorithm not allowed"


async def test_an_algorithm_that_is_not_configured_is_refused(make: Make, forger: Forger) -> None:
    assert await reason(make(algorithms=("ES256",)), forger.sign()) == "algorithm not allowed"


async def test_an_algorithm_must_be_the_one_of_its_key(make: Make, forger: Forger) -> None:
    verifier = make(algorithms=("RS256", "RS512", "ES256"))
    plain = RSAKey.import_key({**forger.key.as_dict(private=True), "alg": "RS512"})
    elliptic = ECKey.generate_key("P-256", {"kid": "forged"})
    assert await reason(verifier, forger.sign({"alg": "RS512"}, key=plain)) == "UnsupportedKeyAlgorithmError"
    assert await reason(verifier, forger.sign({"alg": "ES256"}, key=elliptic)) == "InvalidKeyTypeError"


@pytest.mark.parametrize(
    ("algorithm", "another"),
    [
        ("PS256", RSAKey.generate_key(2048, {"kid": "another"})),
        ("ES384", ECKey.generate_key("P-384", {"kid": "another"})),
        ("Ed25519", OKPKey.generate_key("Ed25519", {"kid": "another"})),
    ],
)
async def test_every_kind_of_asymmetric_signature_is_verified(
    provider: OidcProvider, make: Make, algorithm: str, another: Key
) -> None:
    token = Forger(provider.issuer, another).sign({"alg": algorithm, "kid": "another"})
    with provider.answering(JWKS, published(another)):
        assert (await make(algorithms=(algorithm,)).verify(token)).subject == "ada"


async def test_the_old_name_of_edwards_signatures_is_still_understood(provider: OidcProvider, make: Make) -> None:
    edwards = OKPKey.generate_key("Ed25519", {"kid": "edwards"})
    with pytest.warns(SecurityWarning, match="9864"):
        token = Forger(provider.issuer, edwards).sign({"alg": "EdDSA", "kid": "edwards"})
    with provider.answering(JWKS, published(edwards)):
        assert (await make(algorithms=("EdDSA",)).verify(token)).subject == "ada"


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"exp": None}, "MissingClaimError: exp"),
        ({"exp": "tomorrow"}, "InvalidClaimError: exp"),
        ({"exp": float("nan")}, "InvalidClaimError: exp"),
        ({"exp": float("inf")}, "InvalidClaimError: exp"),
        ({"exp": True}, "InvalidClaimError: exp"),
        ({"nbf": 2**40}, "InvalidClaimError: nbf"),
        ({"iat": 2**40}, "InvalidClaimError: iat"),
        ({"aud": None}, "MissingClaimError: aud"),
        ({"aud": []}, "InvalidClaimError: aud"),
        ({"aud": {"x": AUDIENCE}}, "InvalidClaimError: aud"),
        ({"aud": AUDIENCE + "x"}, "InvalidClaimError: aud"),
        ({"sub": None}, "MissingClaimError: sub"),
        ({"sub": 7}, "InvalidClaimError: sub"),
        ({"sub": ""}, "InvalidClaimError: sub"),
        ({"sub": "x" * 256}, "unusable subject"),
        ({"sub": "a\0b"}, "unusable subject"),
        ({"sub": "\ud800"}, "unusable subject"),
        ({"sub": " ada"}, "unusable subject"),
        ({"cnf": {"jkt": "x"}}, "bound to a key"),
    ],
)
async def test_claims_that_do_not_hold_are_refused(
    make: Make, forger: Forger, changes: dict[str, Any], refusal: str
) -> None:
    assert await reason(make(), forger.sign(**changes)) == refusal


@pytest.mark.parametrize(
    ("member", "refusal"),
    [
        ({"crit": ["b64"], "b64": False}, "critical header members"),
        ({"crit": []}, "critical header members"),
        ({"typ": "dpop+jwt"}, "another type of token"),
        ({"typ": "logout+jwt"}, "another type of token"),
        ({"kid": "unheard of"}, "unknown key"),
    ],
)
async def test_headers_that_are_not_understood_are_refused(
    make: Make, forger: Forger, member: dict[str, Any], refusal: str
) -> None:
    _, payload, signature = forger.sign().split(".")
    header = encoded({"alg": "RS256", "kid": "forged", **member})
    assert await reason(make(), f"{header}.{payload}.{signature}") == refusal


@pytest.mark.parametrize("typ", ["JWT", "jwt", "at+jwt", "application/at+jwt"])
async def test_both_types_of_access_token_are_accepted(make: Make, forger: Forger, typ: str) -> None:
    assert (await make().verify(forger.sign({"typ": typ, "x-unheard-of": 1}))).subject == "ada"


async def test_an_audience_may_be_one_of_several(make: Make, forger: Forger) -> None:
    token = forger.sign(aud=["another", AUDIENCE])
    assert (await make(audiences=("third", AUDIENCE)).verify(token)).subject == "ada"


async def test_a_token_may_leave_the_key_id_out_while_there_is_one_key(
    provider: OidcProvider, make: Make, key: RSAKey
) -> None:
    other, forger = RSAKey.generate_key(2048, {"kid": "other"}), Forger(provider.issuer, key)
    payload = json.dumps(jwt.decode(forger.sign(), key).claims)
    token = jws.serialize_compact({"alg": "RS256"}, payload, key)
    with provider.answering(JWKS, published(key)):
        assert (await make().verify(token)).subject == "ada"
    with provider.answering(JWKS, published(key, other)):
        assert await reason(make(), token) == "unknown key"


@pytest.mark.parametrize(
    ("stated", "verified"),
    [(True, True), ("true", True), (False, False), (None, False), (1, False), ("True", False), ([True], False)],
)
async def test_an_address_is_verified_only_when_the_provider_says_so(
    make: Make, forger: Forger, stated: object, verified: bool
) -> None:
    claims = await make().verify(forger.sign(email="ada@example.org", email_verified=stated))
    assert claims.email_verified is verified


async def test_claims_that_cannot_be_kept_count_as_absent(make: Make, forger: Forger) -> None:
    odd = {"email": 5, "name": "a\0b", "given_name": "\udfff", "family_name": "x" * 256, "preferred_username": " "}
    assert await make().verify(forger.sign(**odd)) == Claims(issuer=forger.issuer, subject="ada")


async def test_names_keep_their_own_script(make: Make, forger: Forger) -> None:
    claims = await make().verify(forger.sign(name=" 山田\u3000太郎 ", given_name="Zoë"))
    assert (claims.name, claims.first_name) == ("山田\u3000太郎", "Zoë")


# ---- rotation and caching --------------------------------------------------------------------------------------


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
        {"kty": "EC", "kid": "forged", "crv": "P-256", "x": "AA", "y": "AA"},
        {"kty": "RSA", "kid": "forged"},
        {"kty": "OKP", "kid": "forged", "crv": [], "x": 5},
        {"kty": ["RSA"]},
        {"kty": "AKP", "kid": "forged"},
        {},
    ]
    with provider.answering(JWKS, json.dumps({"keys": [*useless, good]})):
        assert (await make().verify(Forger(provider.issuer, key).sign())).subject == "ada"


# ---- providers that fail ---------------------------------------------------------------------------------------


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
        (DISCOVERY, {"status": 404}),
        (DISCOVERY, {"body": "<html>"}),
        (DISCOVERY, {"body": "{}"}),
        (DISCOVERY, {"body": '{"issuer": "http://127.0.0.1:1", "jwks_uri": "{issuer}/jwks"}'}),
        (DISCOVERY, {"body": '{"issuer": "{issuer}/", "jwks_uri": "{issuer}/jwks"}'}),
        (DISCOVERY, {"body": '{"issuer": "{issuer}", "jwks_uri": "http://keys.example.org/jwks"}'}),
        (DISCOVERY, {"body": '{"issuer": "{issuer}", "jwks_uri": "file:///etc/passwd"}'}),
        (DISCOVERY, {"body": '{"issuer": "{issuer}", "jwks_uri": "http://["}'}),
        (JWKS, {"status": 500}),
        (JWKS, {"status": 302, "headers": {"Location": "/elsewhere"}}),
        (JWKS, {"body": "\0"}),
        (JWKS, {"body": "[" * 100_000}),
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
    provider: OidcProvider, make: Make, clock: Clock, how: Literal["silence", "drip"]
) -> None:
    token, verifier = provider.sign_in("ada").access_token, make(within=0.2)
    before = provider.requests(JWKS)
    with provider.stalling(JWKS, how):
        outcomes = await asyncio.gather(*(verifier.verify(token) for _ in range(10)), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [Unavailable] * 10
    assert provider.requests(JWKS) == before + 1


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


# ---- configuration ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        {"algorithms": ("HS256",)},
        {"algorithms": ("RS256", "none")},
        {"algorithms": ()},
        {"audiences": ()},
        {"audiences": ("",)},
        {"url": "http://login.example.org"},
        {"url": "http://127.0.0.1.example.org"},
        {"url": "ftp://127.0.0.1"},
        {"url": "https://"},
        {"url": "login.example.org"},
        {"url": "https://["},
        {"jwks_url": "http://login.example.org/jwks"},
    ],
)
def test_an_issuer_that_cannot_be_trusted_is_refused_at_the_start(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"needs|only|address|https"):
        Issuer(**{"name": "test", "url": "https://login.example.org", "audiences": ("x",), **wrong})


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "[::1]:8080", "localhost:8080"])
def test_an_issuer_on_this_machine_may_do_without_tls(host: str) -> None:
    assert Issuer("test", f"http://{host}", ("x",)).url == f"http://{host}"


def test_two_issuers_cannot_share_an_address(clock: Clock) -> None:
    issuer = Issuer("test", "https://login.example.org", ("x",))
    with pytest.raises(ValueError, match="same address"):
        BearerVerifier([issuer, issuer], clock)


# ---- garbage ---------------------------------------------------------------------------------------------------

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
headers = st.fixed_dictionaries(
    {"alg": st.just("RS256") | json_values},
    optional={
        "kid": st.just("forged") | json_values,
        **dict.fromkeys(("typ", "crit", "b64", "jwk", "x5c", "cty"), json_values),
    },
)


@pytest.fixture(scope="module")
def verify(provider: OidcProvider, key: RSAKey) -> Iterator[Callable[[str], Claims]]:
    """Verifies from outside the event loop, which Hypothesis needs."""
    client = httpx.AsyncClient
    with start_blocking_portal() as portal, provider.answering(JWKS, published(key)):
        verifier = BearerVerifier([Issuer("test", provider.issuer, (AUDIENCE,))], time.time, client)
        yield lambda token: portal.call(verifier.verify, token)
        portal.call(verifier.aclose)


def segment(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def encoded(value: object) -> str:
    return segment(json.dumps(value).encode())


@given(token=st.text() | st.from_regex(r"[\w.=-]*\.[\w.=-]*\.[\w.=-]*"))
def test_garbage_is_refused(verify: Callable[[str], Claims], token: str) -> None:
    with pytest.raises(Unauthenticated):
        verify(token)


@given(header=headers, payload=json_values, signature=st.binary(max_size=300), issued=st.booleans())
def test_tokens_of_any_content_are_refused(
    provider: OidcProvider,
    verify: Callable[[str], Claims],
    header: object,
    payload: object,
    signature: bytes,
    issued: bool,
) -> None:
    stated = {"iss": provider.issuer, "x": payload} if issued else payload
    with pytest.raises(Unauthenticated):
        verify(f"{encoded(header)}.{encoded(stated)}.{segment(signature)}")


@given(
    claims=st.dictionaries(st.sampled_from(["sub", "aud", "exp", "nbf", "iat", "email", "name", "cnf"]), json_values)
)
def test_signed_tokens_of_any_content_are_refused_or_understood(
    provider: OidcProvider, key: RSAKey, verify: Callable[[str], Claims], claims: dict[str, Any]
) -> None:
    token = Forger(provider.issuer, key).sign(**claims)
    with suppress(Unauthenticated):
        verify(token).name and verify(token).subject.encode()


@given(data=st.data())
def test_a_token_that_was_changed_anywhere_is_refused(
    provider: OidcProvider, key: RSAKey, verify: Callable[[str], Claims], data: st.DataObject
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
        f"{segment(b'[' * 9000)}.{encoded({})}.",
        f"{encoded({'alg': 'RS256'})}.{segment(b'[' * 9000)}.",
        f"{segment(b'{' + b'"a":{' * 1500)}.{encoded({})}.",
        f"{encoded({'alg': 'RS256'})}.{encoded({'iss': 'x' * 20_000})}.",
        "\ud800.\ud800.\ud800",
    ],
    ids=range(8),
)
async def test_hostile_shapes_are_refused(make: Make, token: str) -> None:
    assert await reason(make(), token) == "not a JWT"


async def test_what_is_deeply_nested_beside_the_claims_is_refused(make: Make, forger: Forger) -> None:
    header, payload = {"alg": "RS256", "kid": "forged"}, forger.sign().split(".")[1]
    nested = encoded(header)[:0] + segment(
        json.dumps(header).encode()[:-1] + b', "x": ' + b"[" * 3000 + b"]" * 3000 + b"}"
    )
    assert await reason(make(), f"{nested}.{payload}.AAAA") in {"not a JWT", "RecursionError"}
