import hmac
import json
from typing import Any

import httpx
import pytest
from joserfc import jws, jwt
from joserfc.errors import SecurityWarning
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey

from gatepost.server.domain.identities import Claims
from tests.kit.oidc import ACCOUNTS, AUDIENCE, CLIENT_ID, OidcProvider
from tests.service.oidc.forger import JWKS, Clock, Forger, Make, Requests, encoded, published, reason, segment

pytestmark = pytest.mark.anyio


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


async def test_a_public_key_is_no_shared_secret(make: Make, forger: Forger, key: RSAKey) -> None:
    signed = f"{encoded({'alg': 'HS256', 'kid': 'forged'})}.{forger.sign().split('.')[1]}"
    signature = hmac.digest(key.as_pem(private=False), signed.encode(), "sha256")
    assert await reason(make(), f"{signed}.{segment(signature)}") == "algorithm not allowed"


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
        ({"exp": float("nan")}, "not a JWT"),
        ({"exp": float("inf")}, "not a JWT"),
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
        ({"sub": "\ud800"}, "not a JWT"),
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
    odd: dict[str, Any] = {"email": 5, "name": "a\0b", "given_name": ["x"], "family_name": "x" * 256}
    claims = await make().verify(forger.sign(**odd, preferred_username=" "))
    assert claims == Claims(issuer=forger.issuer, subject="ada")


async def test_names_keep_their_own_script(make: Make, forger: Forger) -> None:
    claims = await make().verify(forger.sign(name=" 山田\u3000太郎 ", given_name="Zoë"))
    assert (claims.name, claims.first_name) == ("山田\u3000太郎", "Zoë")
