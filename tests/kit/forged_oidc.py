"""An OpenID provider that answers what a test says: for what the real one will not do.

with forging() as provider:
    provider.id_token["nonce"] = "another"
    provider.paths["/userinfo"] = silent()
"""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from joserfc import jws
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey

from tests.kit.scripted import Scripted, Seen, Step, answer, repeat, route, scripted

CLIENT_ID = "gatepost"
ACCESS_TOKEN = "an opaque access token"
METADATA = "/.well-known/openid-configuration"


class ForgedProvider:
    """What it answers; a test changes that as it likes, also in the middle of a flow."""

    def __init__(self, key: Key | None = None, algorithm: str = "RS256") -> None:
        self.issuer = ""
        """Where it listens."""
        self.key: Key = key or RSAKey.generate_key(2048, {"kid": "first", "use": "sig"})
        self.header: dict[str, Any] = {"alg": algorithm, "kid": self.key.kid}
        self.id_token: dict[str, Any] = {}
        """Claims that replace or add to the right ones; None leaves one out."""
        self.tokens: dict[str, Any] = {}
        """Members of the token endpoint's answer that replace or add to the right ones; None leaves one out."""
        self.user_info: dict[str, Any] = {"sub": "ada"}
        self.metadata: dict[str, Any] = {}
        """Members of the description that replace or add to the right ones; None leaves one out."""
        self.paths: dict[str, Step] = {}
        """What becomes of the requests for a path instead."""
        self.nonce = ""
        """What the browser brought along; tests put it here."""
        self.server: Scripted

    def requests(self, path: str) -> list[Seen]:
        """List the requests that came for a path."""
        return [seen for seen in self.server.requests if seen.target.partition("?")[0] == path]

    def forms(self) -> list[dict[str, str]]:
        """List the forms that the token endpoint was sent."""
        return [seen.form() for seen in self.requests("/token")]

    def signed(self) -> str:
        """Sign an ID token."""
        now = int(time.time())
        right = {"iss": self.issuer, "sub": "ada", "aud": CLIENT_ID, "iat": now, "exp": now + 600, "nonce": self.nonce}
        registry = jws.JWSRegistry(algorithms=[self.header["alg"]], strict_check_header=False)
        return jws.serialize_compact(
            self.header, json.dumps(_merged(right, self.id_token)), self.key, registry=registry
        )

    def answer(self, seen: Seen) -> Step:
        """Give what becomes of a request."""
        path = seen.target.partition("?")[0]
        if path in self.paths:
            return self.paths[path]
        documents = {METADATA: self._described, "/jwks": self._keys, "/token": self._granted, "/userinfo": self._info}
        return answer(json=documents[path]()) if path in documents else answer(404)

    def _described(self) -> dict[str, Any]:
        at = self.issuer
        right = {"issuer": at, "jwks_uri": f"{at}/jwks", "authorization_endpoint": f"{at}/authorize"}
        return _merged(right | {"token_endpoint": f"{at}/token", "userinfo_endpoint": f"{at}/userinfo"}, self.metadata)

    def _keys(self) -> dict[str, Any]:
        return {"keys": [self.key.as_dict(private=False)]}

    def _granted(self) -> dict[str, Any]:
        right = {"token_type": "Bearer", "access_token": ACCESS_TOKEN, "id_token": self.signed()}
        return _merged(right, self.tokens)

    def _info(self) -> dict[str, Any]:
        return self.user_info


def _merged(right: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in (right | changes).items() if value is not None}


@contextmanager
def forging(key: Key | None = None, algorithm: str = "RS256") -> Iterator[ForgedProvider]:
    """Run a provider that signs with a key, a fresh RSA one unless given."""
    provider = ForgedProvider(key, algorithm)
    with scripted(repeat(route(provider.answer)), all_used=False) as server:
        provider.issuer, provider.server = server.url, server
        yield provider


KEYS: dict[str, Key] = {
    "RS256": RSAKey.generate_key(2048, {"kid": "rsa"}),
    "PS384": RSAKey.generate_key(2048, {"kid": "pss"}),
    "ES256": ECKey.generate_key("P-256", {"kid": "ec"}),
    "ES512": ECKey.generate_key("P-521", {"kid": "ec5"}),
    "Ed25519": OKPKey.generate_key("Ed25519", {"kid": "ed"}),
}
"""A key for each of some algorithms."""
