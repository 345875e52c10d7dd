"""The keys that sign access tokens, for whoever checks such tokens without asking us."""

from pathlib import Path

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from gatepost.server.domain.principal import SYSTEM
from tests.kit.site import open_site
from tests.kit.wire import Target

PATH = Target("GET", b"/.well-known/jwks.json")


@pytest.mark.filterwarnings("ignore:EdDSA")
def test_tokens_are_verified_by_the_keys_that_are_published(data: Path) -> None:
    with open_site(data) as site:
        assert site.ask(PATH).json() == {"keys": []}
        stage = site.stage
        made = stage.call(stage.parts.clients.create, SYSTEM, "ci")
        tokens = [stage.call(stage.parts.access_tokens.grant, made.client.id, made.secret).token]
        stage.call(stage.parts.signing_keys.rotate, SYSTEM)
        tokens.append(stage.call(stage.parts.access_tokens.grant, made.client.id, made.secret).token)
        answer = site.ask(PATH)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/jwk-set+json")
    assert answer.headers["cache-control"] == "public, max-age=300"
    assert b'"d"' not in answer.body
    keys = KeySet.import_key_set(answer.json())
    assert [jwt.decode(token, keys, ["EdDSA"]).claims["sub"] for token in tokens] == [made.client.id] * 2
