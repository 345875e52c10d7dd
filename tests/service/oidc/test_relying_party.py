"""Signing in through a provider that is real, and through one that answers what it likes."""

import base64
import hashlib
import json
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc.jwk import OctKey, RSAKey

from gatepost.server.domain.clock import random_below
from gatepost.server.domain.errors import Forbidden, Invalid, Unauthenticated, Unavailable
from gatepost.server.domain.flows import FAILED, STRANGE, Flow, ProviderAnswer
from gatepost.server.domain.identities import Claims
from gatepost.server.oidc import ClaimNames, Client, Issuer, RelyingParty
from tests.kit.forged_oidc import ACCESS_TOKEN, KEYS, METADATA, ForgedProvider, forging
from tests.kit.oidc import ACCOUNTS, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, OidcProvider
from tests.kit.scripted import answer, drip, hang_up, raw, redirect, reset, route, silent
from tests.service.oidc.forger import Clock, segment

pytestmark = pytest.mark.anyio

MIB = 1024 * 1024

MORE = {"sub": "ada", "given_name": "Countess", "about": "x" * 200}
"""More about a person, which takes longer than anybody waits when it comes in drips."""

MakeParty = Callable[..., RelyingParty]


@pytest.fixture(scope="module")
def provider() -> Iterator[OidcProvider]:
    groups = {"ada": ACCOUNTS["ada"] | {"groups": ["engineering", "tea"]}, "grace": ACCOUNTS["grace"]}
    running = OidcProvider.start(accounts=groups)
    yield running
    running.stop()


@pytest.fixture
def forged() -> Iterator[ForgedProvider]:
    with forging(KEYS["RS256"]) as provider:
        yield provider


@pytest.fixture
async def party(clock: Clock) -> AsyncIterator[MakeParty]:
    """Give a function that makes the relying party of a provider's issuer."""
    made: list[RelyingParty] = []

    def make(url: str, *, secret: str = CLIENT_SECRET, within: float = 30, **options: Any) -> RelyingParty:
        issuer = Issuer(**{"name": "test", "url": url, "audiences": (CLIENT_ID,), **options})
        client = Client(issuer, CLIENT_ID, secret)
        made.append(RelyingParty(client, clock, within, pauses=(0, 0)))
        return made[-1]

    yield make
    for one in made:
        await one.aclose()


def begin() -> Flow:
    return Flow.begin("test", REDIRECT_URI, random_below)


def answered(back: dict[str, str]) -> ProviderAnswer:
    return ProviderAnswer(back.get("state"), back.get("code"), back.get("error"), back.get("iss"))


async def through(party: RelyingParty, provider: OidcProvider, account: str = "ada") -> Claims:
    """Sign in at the real provider."""
    flow = begin()
    return await party.claims(flow, answered(provider.walk(await party.authorization_url(flow), account)))


async def forged_claims(party: RelyingParty, forged: ForgedProvider) -> Claims:
    """Sign in at the provider that answers what it likes."""
    flow = begin()
    forged.nonce = flow.nonce
    return await party.claims(flow, ProviderAnswer(flow.state, "code"))


async def refusal(party: RelyingParty, forged: ForgedProvider) -> str:
    """Give why a sign-in is refused, which people are not told."""
    with pytest.raises(Unauthenticated, match=FAILED) as refused:
        await forged_claims(party, forged)
    return str(refused.value.__cause__)


async def test_the_provider_says_who_signed_in(provider: OidcProvider, party: MakeParty) -> None:
    assert await through(party(provider.issuer), provider) == Claims(
        issuer=provider.issuer,
        subject="ada",
        email="ada@example.org",
        email_verified=True,
        preferred_username="ada",
        first_name="Ada",
        last_name="Lovelace",
        name="Ada Lovelace",
        groups=("engineering", "tea"),
    )


async def test_what_the_token_leaves_out_userinfo_fills_in(party: MakeParty) -> None:
    provider = OidcProvider.start(slim=True)
    try:
        claims = await through(party(provider.issuer), provider)
    finally:
        provider.stop()
    assert (claims.email, claims.email_verified, claims.first_name) == ("ada@example.org", True, "Ada")


async def test_the_request_has_what_binds_the_answer(provider: OidcProvider, party: MakeParty) -> None:
    flow = begin()
    url = urlsplit(await party(provider.issuer).authorization_url(flow))
    digest = hashlib.sha256(flow.verifier.encode()).digest()
    assert f"{url.scheme}://{url.netloc}{url.path}" == f"{provider.issuer}/auth"
    assert {name: values[0] for name, values in parse_qs(url.query, strict_parsing=True).items()} == {
        "client_id": CLIENT_ID,
        "code_challenge": segment(digest),
        "code_challenge_method": "S256",
        "nonce": flow.nonce,
        "redirect_uri": REDIRECT_URI,
        "response_type": "code",
        "scope": "openid profile email",
        "state": flow.state,
    }
    assert [len(secret) for secret in (flow.state, flow.nonce, flow.verifier)] == [43, 43, 43]
    assert not any(secret in repr(flow) for secret in (flow.state, flow.nonce, flow.verifier))


async def test_a_code_works_once_and_with_its_own_verifier(provider: OidcProvider, party: MakeParty) -> None:
    relying, flow = party(provider.issuer), begin()
    back = answered(provider.walk(await relying.authorization_url(flow), "ada"))
    other = begin()
    stolen = Flow(flow.provider, flow.redirect_uri, flow.state, flow.nonce, other.verifier)
    with pytest.raises(Unauthenticated) as refused:
        await relying.claims(stolen, back)
    assert "invalid_grant" in str(refused.value.__cause__)
    back = answered(provider.walk(await relying.authorization_url(flow), "ada"))
    await relying.claims(flow, back)
    with pytest.raises(Unauthenticated):
        await relying.claims(flow, back)


async def test_an_answer_that_carries_another_nonce_is_refused(provider: OidcProvider, party: MakeParty) -> None:
    relying, flow = party(provider.issuer), begin()
    back = answered(provider.walk(await relying.authorization_url(flow), "ada"))
    other = Flow(flow.provider, flow.redirect_uri, flow.state, begin().nonce, flow.verifier)
    with pytest.raises(Unauthenticated) as refused:
        await relying.claims(other, back)
    assert str(refused.value.__cause__) == "another nonce"


async def test_who_declines_is_told_so(provider: OidcProvider, party: MakeParty) -> None:
    with pytest.raises(Forbidden, match="did not agree"):
        await through(party(provider.issuer), provider, "nobody")


async def test_keys_may_change_between_two_sign_ins(provider: OidcProvider, party: MakeParty, clock: Clock) -> None:
    relying = party(provider.issuer)
    await through(relying, provider)
    provider.rotate_keys()
    clock.now += 60
    assert (await through(relying, provider)).subject == "ada"


async def test_the_wrong_secret_is_the_operator_s_affair(provider: OidcProvider, party: MakeParty) -> None:
    with pytest.raises(Unauthenticated, match=FAILED) as refused:
        await through(party(provider.issuer, secret="wrong"), provider)
    assert "invalid_client" in str(refused.value.__cause__)


@pytest.mark.parametrize("given", [None, "", "x", "\ud800"])
async def test_an_answer_to_another_flow_is_refused_before_anything_is_asked(
    forged: ForgedProvider, party: MakeParty, given: str | None
) -> None:
    with pytest.raises(Invalid, match=STRANGE):
        await party(forged.issuer).claims(begin(), ProviderAnswer(given, "code"))
    assert forged.server.requests == []


@pytest.mark.parametrize(
    ("error", "raised"),
    [
        ("access_denied", Forbidden),
        ("temporarily_unavailable", Unavailable),
        ("server_error", Unavailable),
        ("invalid_scope", Unauthenticated),
        ("<script>", Unauthenticated),
        (None, Unauthenticated),
    ],
)
async def test_the_provider_s_errors_are_worded_by_us(
    forged: ForgedProvider, party: MakeParty, error: str | None, raised: type[Exception]
) -> None:
    flow = begin()
    with pytest.raises(raised) as refused:
        await party(forged.issuer).claims(flow, ProviderAnswer(flow.state, "", error))
    assert "script" not in str(refused.value)


@pytest.mark.parametrize("algorithm", KEYS)
async def test_every_algorithm_signs_tokens_and_half_of_its_hash_binds_them(party: MakeParty, algorithm: str) -> None:
    hashes = {"RS256": "sha256", "PS384": "sha384", "ES256": "sha256", "ES512": "sha512", "Ed25519": "sha512"}
    digest = hashlib.new(hashes[algorithm], ACCESS_TOKEN.encode()).digest()
    with forging(KEYS[algorithm], algorithm) as forged:
        relying = party(forged.issuer, algorithms=(algorithm,))
        forged.id_token["at_hash"] = segment(digest[: len(digest) // 2])
        assert (await forged_claims(relying, forged)).subject == "ada"
        forged.id_token["at_hash"] = segment(digest[: len(digest) // 2 - 1] + b"\0")
        assert await refusal(relying, forged) == "came with another access token"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"iss": "http://127.0.0.1:1"}, "another issuer"),
        ({"aud": "another"}, "InvalidClaimError: aud"),
        ({"aud": None}, "MissingClaimError: aud"),
        ({"aud": ["gatepost", "another"]}, "issued to another client"),
        ({"aud": ["gatepost", "another"], "azp": "another"}, "issued to another client"),
        ({"azp": "another"}, "issued to another client"),
        ({"azp": 5}, "issued to another client"),
        ({"nonce": None}, "another nonce"),
        ({"nonce": ""}, "another nonce"),
        ({"nonce": ["x"]}, "another nonce"),
        ({"nonce": "\ud83d"}, "not a JWT"),
        ({"exp": 1}, "ExpiredTokenError: exp"),
        ({"exp": None}, "MissingClaimError: exp"),
        ({"iat": None}, "no time of issue"),
        ({"iat": 2**40}, "InvalidClaimError: iat"),
        ({"iat": "now"}, "InvalidClaimError: iat"),
        ({"sub": None}, "MissingClaimError: sub"),
        ({"at_hash": "x"}, "came with another access token"),
        ({"at_hash": {"x": 1}}, "came with another access token"),
        ({"at_hash": ""}, "came with another access token"),
    ],
)
async def test_a_token_that_is_not_for_this_sign_in_is_refused(
    forged: ForgedProvider, party: MakeParty, changes: dict[str, Any], reason: str
) -> None:
    forged.id_token |= changes
    assert await refusal(party(forged.issuer), forged) == reason


async def test_several_audiences_are_fine_when_the_token_was_issued_to_us(
    forged: ForgedProvider, party: MakeParty
) -> None:
    forged.id_token |= {"aud": ["another", CLIENT_ID], "azp": CLIENT_ID}
    assert (await forged_claims(party(forged.issuer), forged)).subject == "ada"


async def test_a_token_signed_otherwise_is_refused(forged: ForgedProvider, party: MakeParty) -> None:
    relying = party(forged.issuer)
    await forged_claims(relying, forged)
    forged.header["kid"] = "invented"
    assert await refusal(relying, forged) == "unknown key"
    forged.header["kid"] = "rsa"
    forged.key = RSAKey.generate_key(2048, {"kid": "rsa"})
    assert await refusal(relying, forged) == "BadSignatureError"
    forged.header["alg"], forged.key = (
        "HS256",
        OctKey.import_key(b"a secret that everybody knows, such as a public key"),
    )
    assert await refusal(relying, forged) == "algorithm not allowed"
    forged.key = KEYS["RS256"]
    forged.header |= {"alg": "RS256", "typ": "at+jwt"}
    assert await refusal(relying, forged) == "another type of token"


async def test_a_token_without_a_signature_is_refused(forged: ForgedProvider, party: MakeParty) -> None:
    header = segment(json.dumps({"alg": "none"}).encode())
    forged.tokens["id_token"] = f"{header}.{forged.signed().split('.')[1]}."
    assert await refusal(party(forged.issuer), forged) == "algorithm not allowed"


async def test_userinfo_about_somebody_else_ends_the_sign_in(forged: ForgedProvider, party: MakeParty) -> None:
    forged.user_info = {"sub": "eve", "email": "ada@example.org", "email_verified": True}
    assert await refusal(party(forged.issuer), forged) == "UserInfo is about somebody else"
    forged.user_info = {"email": "ada@example.org"}
    assert await refusal(party(forged.issuer), forged) == "UserInfo is about somebody else"


@pytest.mark.parametrize(
    ("stated", "email", "verified"),
    [
        (({}, {"email": "a@x.org", "email_verified": True}), "a@x.org", True),
        (({"email": ""}, {"email": "a@x.org", "email_verified": "true"}), "a@x.org", True),
        (({"email_verified": True}, {"email": "a@x.org"}), "a@x.org", False),
        (({"email": "a@x.org"}, {"email": "b@x.org", "email_verified": True}), "a@x.org", False),
        (({"email": "a@x.org"}, {"email": "a@x.org", "email_verified": True}), "a@x.org", True),
        (({"email": "a@x.org"}, {"email_verified": True}), "a@x.org", False),
        (
            ({"email": "a@x.org", "email_verified": False}, {"email": "a@x.org", "email_verified": True}),
            "a@x.org",
            False,
        ),
        (({"email": "a@x.org", "email_verified": 1}, {}), "a@x.org", False),
    ],
)
async def test_only_who_states_an_address_says_whether_it_is_verified(
    forged: ForgedProvider, party: MakeParty, stated: tuple[dict[str, Any], dict[str, Any]], email: str, verified: bool
) -> None:
    forged.id_token |= stated[0]
    forged.user_info |= stated[1]
    claims = await forged_claims(party(forged.issuer), forged)
    assert (claims.email, claims.email_verified) == (email, verified)


async def test_userinfo_cannot_replace_what_the_token_says(forged: ForgedProvider, party: MakeParty) -> None:
    forged.id_token |= {"name": "Ada", "groups": ["tea"]}
    forged.user_info |= {"name": "Eve", "groups": ["root"], "iss": "x", "nonce": "x", "given_name": "Countess"}
    claims = await forged_claims(party(forged.issuer), forged)
    assert (claims.name, claims.groups, claims.first_name) == ("Ada", ("tea",), "Countess")
    assert claims.issuer == forged.issuer


@pytest.mark.parametrize(
    "trouble",
    [
        answer(401),
        answer(500),
        answer(text="<html>"),
        answer(json=["sub"]),
        redirect(302, "/elsewhere"),
        answer(body=json.dumps(MORE).encode() + b" " * MIB),
        hang_up(),
        silent(),
        drip(answer(json=MORE), every=0.1),
    ],
)
async def test_a_sign_in_goes_on_without_userinfo(forged: ForgedProvider, party: MakeParty, trouble: Any) -> None:
    forged.paths |= {"/userinfo": trouble, "/elsewhere": answer(json=MORE)}
    relying = party(forged.issuer, within=1)
    assert (await forged_claims(relying, forged)).first_name is None
    assert forged.requests("/userinfo")[0].headers["authorization"] == f"Bearer {ACCESS_TOKEN}"


@pytest.mark.parametrize("left_out", ["userinfo_endpoint", "access_token"])
async def test_without_userinfo_nobody_asks_for_it(forged: ForgedProvider, party: MakeParty, left_out: str) -> None:
    (forged.metadata if left_out == "userinfo_endpoint" else forged.tokens)[left_out] = None
    await forged_claims(party(forged.issuer), forged)
    assert forged.requests("/userinfo") == []


@pytest.mark.parametrize(
    ("claims", "let_in"),
    [
        ({"groups": ["tea", "engineering"]}, True),
        ({"groups": "engineering"}, True),
        ({"groups": ["Engineering", "engineering "]}, True),
        ({"groups": ["Engineering"]}, False),
        ({"groups": []}, False),
        ({"groups": {"engineering": True}}, False),
        ({"groups": [["engineering"]]}, False),
        ({}, False),
    ],
)
async def test_only_allowed_groups_are_let_in(
    forged: ForgedProvider, party: MakeParty, claims: dict[str, Any], let_in: bool
) -> None:
    forged.id_token |= claims
    relying = party(forged.issuer, allowed_groups=("engineering", "sales"))
    if let_in:
        await forged_claims(relying, forged)
    else:
        with pytest.raises(Forbidden, match="None of your groups at test"):
            await forged_claims(relying, forged)


async def test_groups_that_only_userinfo_tells_count(forged: ForgedProvider, party: MakeParty) -> None:
    forged.user_info["groups"] = ["engineering"]
    assert (await forged_claims(party(forged.issuer, allowed_groups=("engineering",)), forged)).subject == "ada"


async def test_claims_may_have_other_names(forged: ForgedProvider, party: MakeParty) -> None:
    forged.id_token |= {"mail": "a@x.org", "mail_ok": True, "nick": "Ada", "https://x.org/roles": ["r"], "email": "b"}
    names = ClaimNames("mail", "mail_ok", "nick", "https://x.org/roles")
    claims = await forged_claims(party(forged.issuer, names=names), forged)
    assert (claims.email, claims.email_verified, claims.name, claims.groups) == ("a@x.org", True, "Ada", ("r",))


@pytest.mark.parametrize(
    ("supported", "secret", "shown"),
    [
        (None, "a b:c%", "in a header"),
        (["client_secret_post", "client_secret_basic"], "s", "in a header"),
        (["client_secret_post", "private_key_jwt"], "a b:c%", "in the form"),
        (["none"], "", "not at all"),
    ],
)
async def test_the_client_is_known_in_the_way_the_provider_takes(
    forged: ForgedProvider, party: MakeParty, supported: list[str] | None, secret: str, shown: str
) -> None:
    forged.metadata["token_endpoint_auth_methods_supported"] = supported
    await forged_claims(party(forged.issuer, secret=secret), forged)
    (request,), (form,) = forged.requests("/token"), forged.forms()
    encoded = secret.replace("%", "%25").replace(":", "%3A").replace(" ", "+")
    pair = base64.b64encode(f"{CLIENT_ID}:{encoded}".encode()).decode()
    assert request.headers.get("authorization") == (f"Basic {pair}" if shown == "in a header" else None)
    assert form.get("client_secret") == (secret if shown == "in the form" else None)
    assert form.get("client_id") == (None if shown == "in a header" else CLIENT_ID)
    assert form["grant_type"] == "authorization_code"
    assert form["redirect_uri"] == REDIRECT_URI


async def test_a_provider_that_takes_no_secret_is_told_of_in_the_log_only(
    forged: ForgedProvider, party: MakeParty
) -> None:
    forged.metadata["token_endpoint_auth_methods_supported"] = ["private_key_jwt"]
    with pytest.raises(Unavailable, match="does not answer as it should"):
        await forged_claims(party(forged.issuer), forged)


@pytest.mark.parametrize(
    ("promised", "named", "accepted"),
    [
        (None, None, True),
        (True, None, False),
        (True, "{issuer}", True),
        (None, "{issuer}", True),
        (None, "http://127.0.0.1:1", False),
    ],
)
async def test_an_answer_of_another_provider_is_refused(
    forged: ForgedProvider, party: MakeParty, promised: bool | None, named: str | None, accepted: bool
) -> None:
    forged.metadata["authorization_response_iss_parameter_supported"] = promised
    flow = begin()
    forged.nonce = flow.nonce
    given = ProviderAnswer(flow.state, "code", issuer=named and named.replace("{issuer}", forged.issuer))
    if accepted:
        await party(forged.issuer).claims(flow, given)
        return
    with pytest.raises(Unauthenticated):
        await party(forged.issuer).claims(flow, given)
    assert forged.requests("/token") == []


@pytest.mark.parametrize(
    ("path", "trouble"),
    [
        ("/token", answer(500)),
        ("/token", answer(text="<html>")),
        ("/token", answer(json={"access_token": "x"})),
        ("/token", answer(json={"id_token": 5})),
        ("/token", redirect(307, "/elsewhere")),
        ("/token", answer(body=b"{}" + b" " * MIB)),
        ("/token", raw(b"no HTTP at all\r\n\r\n")),
        ("/token", hang_up()),
        ("/token", reset()),
        ("/token", silent()),
        ("/token", drip(answer(json={"id_token": "x"}))),
        ("/jwks", answer(404)),
        ("/jwks", silent()),
        (METADATA, answer(text="[" * 100_000)),
        (METADATA, silent()),
    ],
)
async def test_a_provider_in_trouble_is_unavailable_and_asked_for_no_code_twice(
    forged: ForgedProvider, party: MakeParty, path: str, trouble: Any
) -> None:
    forged.paths[path] = trouble
    with pytest.raises(Unavailable) as refused:
        await forged_claims(party(forged.issuer, within=1), forged)
    assert refused.value.retry_after == 5
    assert len(forged.requests("/token")) <= 1
    assert forged.requests("/elsewhere") == []


@pytest.mark.parametrize("endpoint", ["http://login.example.org/auth", "javascript:alert(1)", "", None])
async def test_nobody_is_sent_to_an_address_that_is_not_safe(
    forged: ForgedProvider, party: MakeParty, endpoint: str | None
) -> None:
    forged.metadata["authorization_endpoint"] = endpoint
    with pytest.raises(Unavailable):
        await party(forged.issuer).authorization_url(begin())


async def test_an_authorization_endpoint_may_have_a_query(forged: ForgedProvider, party: MakeParty) -> None:
    forged.metadata["authorization_endpoint"] = f"{forged.issuer}/authorize?tenant=1"
    assert "/authorize?tenant=1&client_id=" in await party(forged.issuer).authorization_url(begin())


async def test_a_provider_that_is_down_at_the_start_is_used_when_it_is_back(party: MakeParty, clock: Clock) -> None:
    provider = OidcProvider.start()
    provider.stop()
    relying = party(provider.issuer)
    for _ in range(2):
        with pytest.raises(Unavailable) as refused:
            await relying.authorization_url(begin())
        assert 1 <= refused.value.retry_after <= 5
    back = OidcProvider.start(port=provider.port)
    try:
        clock.now += 5
        assert (await through(relying, back)).subject == "ada"
    finally:
        back.stop()


@pytest.mark.parametrize(("hiccups", "found"), [(2, True), (3, False)])
async def test_discovery_is_tried_again_after_a_hiccup_and_not_for_ever(
    forged: ForgedProvider, party: MakeParty, hiccups: int, found: bool
) -> None:
    def description(seen: Any) -> Any:
        if len(forged.requests(METADATA)) <= hiccups:
            return answer(503)
        del forged.paths[METADATA]
        return forged.answer(seen)

    forged.paths[METADATA] = route(description)
    if found:
        await party(forged.issuer).authorization_url(begin())
    else:
        with pytest.raises(Unavailable):
            await party(forged.issuer).authorization_url(begin())
    assert len(forged.requests(METADATA)) == 3


async def test_a_description_is_kept_while_the_provider_is_down(
    forged: ForgedProvider, party: MakeParty, clock: Clock
) -> None:
    relying = party(forged.issuer)
    await relying.authorization_url(begin())
    await relying.authorization_url(begin())
    assert len(forged.requests(METADATA)) == 1
    forged.paths[METADATA] = answer(500)
    clock.now += 3600
    await relying.authorization_url(begin())
    assert len(forged.requests(METADATA)) == 2


async def test_cookies_of_a_provider_do_not_travel_from_one_person_to_the_next(
    forged: ForgedProvider, party: MakeParty
) -> None:
    relying, flow = party(forged.issuer), begin()
    forged.nonce = flow.nonce
    forged.paths["/token"] = answer(
        json={"id_token": forged.signed(), "access_token": "x"}, headers={"Set-Cookie": "who=ada; Path=/"}
    )
    await relying.claims(flow, ProviderAnswer(flow.state, "code"))
    await relying.claims(flow, ProviderAnswer(flow.state, "code"))
    assert not any("cookie" in seen.headers for seen in forged.server.requests)
