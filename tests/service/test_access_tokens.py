"""Client credentials: a token for whoever knows the secret, and nothing for a token that does not hold."""

import base64
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from joserfc import jws, jwt
from joserfc.jwk import KeySet, OctKey, OKPKey

from gatepost.server import sealing
from gatepost.server.domain.clients import OVERLAP, TOKEN_LIFE
from gatepost.server.domain.clock import SECOND
from gatepost.server.domain.errors import Unauthenticated
from gatepost.server.domain.principal import SYSTEM, CredentialKind
from gatepost.server.domain.roles import ADMINISTRATOR, OWNER, ROLES
from gatepost.server.oidc import BearerVerifier, Issuer
from gatepost.server.services.clients import NewClient
from gatepost.server.signing import Signer
from gatepost.server.store.statement import Query
from tests.service.conftest import World, acting

pytestmark = pytest.mark.anyio

ORIGIN = "http://127.0.0.1:8080"
LIFE = TOKEN_LIFE // SECOND
_KEYS = Query("tests.signing_keys", "SELECT id, ends_at FROM signing_keys ORDER BY id", row=tuple)


async def granted(world: World, *roles: str) -> tuple[NewClient, str]:
    made = await world.parts.clients.create(SYSTEM, "ci", roles)
    return made, (await world.parts.access_tokens.grant(made.client.id, made.secret)).token


def payload(token: str) -> dict[str, Any]:
    claims: dict[str, Any] = json.loads(jws.extract_compact(token.encode()).payload)
    return claims


async def refused(world: World, token: str) -> bool:
    try:
        await world.parts.access_tokens.principal_of(token)
    except Unauthenticated:
        return True
    return False


async def test_a_client_acts_with_the_permissions_of_its_roles(world: World) -> None:
    made, token = await granted(world, ADMINISTRATOR)
    principal = await world.parts.access_tokens.principal_of(token)
    assert (principal.account_id, principal.kind) == (made.client.id, CredentialKind.CLIENT)
    assert principal.permissions == ROLES[ADMINISTRATOR]
    assert principal.credential_id == payload(token)["jti"]
    assert await world.parts.grants.empowered(principal) == principal


async def test_a_client_without_roles_may_do_nothing(world: World) -> None:
    _, token = await granted(world)
    assert (await world.parts.access_tokens.principal_of(token)).permissions == frozenset()


async def test_a_token_says_who_for_whom_and_how_long(world: World) -> None:
    made, token = await granted(world)
    header = jws.extract_compact(token.encode()).headers()
    [(key, _)] = await world.database.all(_KEYS)
    assert header == {"alg": "EdDSA", "typ": "at+jwt", "kid": key}
    claims = payload(token)
    assert claims.pop("jti")
    now = world.clock.now // SECOND
    parties = {"iss": ORIGIN, "aud": ORIGIN, "sub": made.client.id, "client_id": made.client.id}
    assert claims == parties | {"iat": now, "exp": now + LIFE}


async def test_a_token_is_verified_by_what_is_published(world: World) -> None:
    made, token = await granted(world)
    published = [json.loads(key) for key in await world.parts.signing_keys.published()]
    assert [{"kty", "crv", "x", "kid", "use", "alg"}] == [set(key) for key in published]
    with pytest.warns(match="EdDSA"):
        assert jwt.decode(token, KeySet.import_key_set({"keys": published}), ["EdDSA"]).claims["sub"] == made.client.id


@pytest.mark.parametrize(
    ("client_id", "secret"),
    [
        (None, "gp_sec_wrong"),
        (None, ""),
        (None, "\ud800"),
        ("nobody", None),
        ("", None),
        ("\x00", None),
        ("\ud800", None),
        ("x" * 10_000, None),
        ("nobody", ""),
    ],
)
async def test_whoever_does_not_know_both_gets_no_token(
    world: World, client_id: str | None, secret: str | None
) -> None:
    made = await world.parts.clients.create(SYSTEM, "ci")
    given_id = made.client.id if client_id is None else client_id
    with pytest.raises(Unauthenticated, match="no client with this id and secret"):
        await world.parts.access_tokens.grant(given_id, made.secret if secret is None else secret)
    assert await world.database.all(_KEYS) == []


async def test_the_same_is_read_whether_id_or_secret_is_wrong(world: World, reads: list[str]) -> None:
    made = await world.parts.clients.create(SYSTEM, "ci")
    seen = []
    for id, secret in [(made.client.id, "wrong"), ("nobody", made.secret), ("\x00", "wrong")]:
        reads.clear()
        with pytest.raises(Unauthenticated):
            await world.parts.access_tokens.grant(id, secret)
        seen.append(list(reads))
    assert seen == [["clients.with_secret"]] * 3


async def test_a_token_holds_for_half_an_hour_and_no_longer_even_when_cached(world: World) -> None:
    _, token = await granted(world)
    world.clock.now = payload(token)["exp"] * SECOND - 1
    assert not await refused(world, token)
    world.clock.forward(1)
    assert await refused(world, token)
    async with world.elsewhere() as other:
        assert await refused(other, token)


async def test_a_warm_token_is_answered_without_a_read_or_a_signature(
    world: World, unread: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, token = await granted(world)
    await world.settle()
    await world.parts.access_tokens.principal_of(token)
    unread()
    monkeypatch.setattr(Signer, "verified", None)
    await world.parts.access_tokens.principal_of(token)


Where = Callable[[World], AbstractAsyncContextManager[World]]


@asynccontextmanager
async def here(world: World) -> AsyncIterator[World]:
    yield world


@pytest.mark.parametrize("where", [here, World.elsewhere])
async def test_the_tokens_of_a_revoked_client_are_refused_at_once(world: World, where: Where) -> None:
    made, token = await granted(world, OWNER)
    _, other = await granted(world)
    assert not await refused(world, token)
    async with where(world) as revoking:
        await revoking.parts.clients.revoke(SYSTEM, made.client.id)
    assert await refused(world, token)
    assert not await refused(world, other)
    with pytest.raises(Unauthenticated):
        await world.parts.access_tokens.grant(made.client.id, made.secret)


async def test_processes_sign_with_the_same_key_and_believe_each_other(world: World) -> None:
    made, token = await granted(world)
    async with world.elsewhere() as other:
        assert not await refused(other, token)
        theirs = (await other.parts.access_tokens.grant(made.client.id, made.secret)).token
    assert not await refused(world, theirs)
    assert len(await world.database.all(_KEYS)) == 1


@pytest.mark.parametrize("where", [here, World.elsewhere])
async def test_a_rotated_key_is_believed_until_its_last_token_has_expired(world: World, where: Where) -> None:
    made, token = await granted(world)
    old = jws.extract_compact(token.encode()).headers()["kid"]
    async with where(world) as rotating:
        new = await rotating.parts.signing_keys.rotate(SYSTEM)
    assert await world.database.all(_KEYS) == [(old, world.clock.now + OVERLAP), (new, None)]
    assert not await refused(world, token)
    fresh = (await world.parts.access_tokens.grant(made.client.id, made.secret)).token
    assert jws.extract_compact(fresh.encode()).headers()["kid"] == new
    assert len(await world.parts.signing_keys.published()) == 2
    world.clock.forward(OVERLAP)
    assert [json.loads(key)["kid"] for key in await world.parts.signing_keys.published()] == [new]
    await world.parts.signing_keys.rotate(SYSTEM)
    assert old not in dict(await world.database.all(_KEYS))


@pytest.mark.filterwarnings("ignore:EdDSA")
async def test_what_a_replaced_key_signed_is_not_believed_for_longer_whatever_it_says(world: World) -> None:
    _, token = await granted(world)
    old = OKPKey.import_key(json.loads(await world.parts.signing_keys.private()))
    lasting = forged(world, token, {}, old, exp=payload(token)["exp"] * 2)
    await world.parts.signing_keys.rotate(SYSTEM)
    world.clock.forward(OVERLAP - 1)
    assert not await refused(world, lasting)
    world.clock.forward(1)
    assert await refused(world, lasting)


@pytest.mark.parametrize("where", [here, World.elsewhere])
async def test_a_key_that_became_known_is_ended_at_once(world: World, where: Where) -> None:
    made, token = await granted(world)
    await world.parts.signing_keys.rotate(SYSTEM)
    second = (await world.parts.access_tokens.grant(made.client.id, made.secret)).token
    assert not await refused(world, token)
    async with where(world) as rotating:
        await rotating.parts.signing_keys.rotate(SYSTEM, at_once=True)
    assert await refused(world, token)
    assert await refused(world, second)
    assert len(await world.parts.signing_keys.published()) == 1


async def test_under_another_key_file_old_tokens_hold_and_a_new_key_signs(world: World, tmp_path: Path) -> None:
    made, token = await granted(world)
    async with world.elsewhere(sealer=sealing.load_or_create(tmp_path / "another.key")) as other:
        assert not await refused(other, token)
        fresh = (await other.parts.access_tokens.grant(made.client.id, made.secret)).token
    assert not await refused(world, fresh)
    assert len(await world.database.all(_KEYS)) == 2


async def test_every_key_made_is_in_the_trail(world: World) -> None:
    made, _ = await granted(world)
    await world.parts.access_tokens.grant(made.client.id, made.secret)
    await world.parts.signing_keys.rotate(SYSTEM)
    made_keys = [event.detail["key"] for event in await world.parts.audit.newest(SYSTEM, 9) if "key" in event.detail]
    assert made_keys == [key for key, _ in reversed(await world.database.all(_KEYS))]


def forged(world: World, token: str, header: dict[str, Any], key: Any, **changed: Any) -> str:
    """Sign other claims in another way, as somebody who saw a token can."""
    original = jws.extract_compact(token.encode()).headers()
    claims = {name: value for name, value in (payload(token) | changed).items() if value is not None}
    registry = jws.JWSRegistry(algorithms=[header.get("alg", "EdDSA")], strict_check_header=False)
    return jwt.encode({**original, **header}, claims, key, registry=registry)


@pytest.mark.filterwarnings("ignore:EdDSA")
async def test_what_others_signed_is_refused(world: World) -> None:
    made, token = await granted(world)
    await granted(world, OWNER)
    own = OKPKey.generate_key("Ed25519")
    public = json.loads((await world.parts.signing_keys.published())[0])
    head, body, signature = token.split(".")
    nothing = base64.urlsafe_b64encode(b'{"alg":"none","typ":"at+jwt"}').rstrip(b"=").decode()
    forgeries = [
        forged(world, token, {}, own),
        forged(world, token, {"kid": "nobody"}, own),
        forged(world, token, {"jwk": own.as_dict(private=False)}, own),
        forged(world, token, {"alg": "HS256"}, OctKey.import_key(public["x"])),
        f"{nothing}.{body}.",
        f"{head}.{body}.",
        f"{head}.{body}.{signature[::-1]}",
        f"{head}.{body}",
        f"{token}.",
        made.secret,
        "",
        "\ud800",
        "a.b.c",
        "." * 10_000,
        f"{token}{'A' * 100_000}",
    ]
    assert [text for text in forgeries if not await refused(world, text)] == []


@pytest.mark.filterwarnings("ignore:EdDSA")
@pytest.mark.parametrize(
    ("header", "changed"),
    [
        ({}, {"iss": "https://login.example.org"}),
        ({}, {"aud": "https://other.example.org"}),
        ({}, {"aud": None}),
        ({}, {"exp": 1}),
        ({}, {"exp": None}),
        ({}, {"sub": "nobody"}),
        ({"typ": "JWT"}, {}),
    ],
)
async def test_what_our_own_key_signed_for_another_purpose_is_refused(
    world: World, header: dict[str, Any], changed: dict[str, Any]
) -> None:
    _, token = await granted(world)
    key = OKPKey.import_key(json.loads(await world.parts.signing_keys.private()))
    assert not await refused(world, forged(world, token, {}, key, jti="another"))
    assert await refused(world, forged(world, token, header, key, **changed))


@pytest.mark.filterwarnings("ignore:EdDSA")
async def test_tokens_of_providers_and_our_own_are_told_apart(world: World) -> None:
    _, token = await granted(world)
    tokens, provider = world.parts.access_tokens, OKPKey.generate_key("Ed25519")
    theirs = forged(world, token, {"typ": "JWT"}, provider, iss="https://login.example.org")
    assert tokens.issued_here(token)
    for other in (theirs, "", "gp_pat_x", "a.b.c", forged(world, token, {}, provider, iss="https://x.example")):
        assert not tokens.issued_here(other)
        assert await refused(world, other)
    issuer = Issuer(name="company", url="https://login.example.org", audiences=(ORIGIN,))
    verifier = BearerVerifier([issuer], lambda: world.clock.now / SECOND)
    with pytest.raises(Unauthenticated):
        await verifier.verify(token)
    await verifier.aclose()


async def test_an_account_is_no_client(world: World) -> None:
    account = await world.account()
    raw = (await world.parts.tokens.create(acting(account), "n")).raw
    with pytest.raises(Unauthenticated):
        await world.parts.access_tokens.grant(account.id, raw)
