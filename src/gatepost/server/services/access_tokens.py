"""OAuth2 client credentials (RFC 6749, section 4.4): an id and a secret for a signed token, and a token for who acts.

A token that held is remembered as personal tokens are (`credential_cache`): its signature is checked once, and from
then on it holds until it expires or the credential revision moves, as it does when a client is revoked or a key ends.
"""

import hmac
from dataclasses import dataclass, field

from gatepost.server.domain import tokens
from gatepost.server.domain.clients import TOKEN_LIFE, Client
from gatepost.server.domain.clock import SECOND
from gatepost.server.domain.errors import Unauthenticated
from gatepost.server.domain.principal import Principal
from gatepost.server.services.credential_cache import CACHED_FOR, Revision, is_stale, keep
from gatepost.server.services.credentials import REFUSED
from gatepost.server.services.ports import Runtime, Signer
from gatepost.server.services.signing_keys import SigningKeys
from gatepost.server.store import clients

NO_CLIENT = "There is no client with this id and secret."
ID_LIMIT = 64

_NOBODY = bytes(32)
"""What the secret is compared with where there is no client; no secret is known that has this digest."""


@dataclass(frozen=True, slots=True)
class Granted:
    """An access token just signed; `expires_in` is in seconds."""

    token: str = field(repr=False)
    expires_in: int


@dataclass(frozen=True, slots=True)
class ResolvedClient:
    """A client known to act by one of its tokens."""

    principal: Principal
    revision: int | None
    fresh_until: int


class AccessTokens:
    """Grants and resolves the tokens of the service at the origin `issuer`; one per process: it owns the cache."""

    def __init__(self, runtime: Runtime, signer: Signer, keys: SigningKeys, issuer: str) -> None:
        self._runtime = runtime
        self._signer = signer
        self._keys = keys
        self._issuer = issuer
        self._revision = Revision(runtime.database)
        self._cache: dict[bytes, ResolvedClient] = {}

    async def grant(self, client_id: str, client_secret: str) -> Granted:
        """Sign a token for a client; raises Unauthenticated unless id and secret are those of one.

        Both are looked at in the same steps, whichever is wrong.
        """
        client = await self._authenticated(client_id, client_secret)
        issued_at = self._runtime.clock() // SECOND
        claims = {
            "iss": self._issuer,
            "sub": client.id,
            "aud": self._issuer,
            "client_id": client.id,
            "iat": issued_at,
            "exp": issued_at + TOKEN_LIFE // SECOND,
            "jti": self._runtime.ids(),
        }
        return Granted(self._signer.sign(claims, await self._keys.private()), TOKEN_LIFE // SECOND)

    async def _authenticated(self, client_id: str, client_secret: str) -> Client:
        possible = len(client_id) <= ID_LIMIT and client_id.isascii() and client_id.isprintable()
        held = await self._runtime.database.one(clients.with_secret, id=client_id if possible else "")
        shown = tokens.digest(client_secret.encode(errors="replace"))
        same = hmac.compare_digest(shown, _NOBODY if held is None else held.digest)
        if held is None or not same:
            raise Unauthenticated(NO_CLIENT)
        return held.client

    def issued_here(self, jwt: str) -> bool:
        """Tell whether a bearer token claims to be one of these, and not a provider's; nothing of it is believed."""
        return self._signer.key_id(jwt, self._issuer) is not None

    async def principal_of(self, jwt: str) -> Principal:
        """Give the client that acts by a token, with its permissions; raises Unauthenticated unless the token holds."""
        digest = tokens.digest(jwt.encode(errors="replace"))
        now, revision = self._runtime.clock(), self._revision.read()
        resolved = self._cache.get(digest)
        if resolved is None or is_stale(resolved, now, revision):
            # As with personal tokens, the revision was read before the rows.
            self._cache.pop(digest, None)
            resolved = await self._verified(jwt, now, revision)
            keep(self._cache, digest, resolved)
        return resolved.principal

    async def _verified(self, jwt: str, now: int, revision: int | None) -> ResolvedClient:
        kid = self._signer.key_id(jwt, self._issuer)
        key = None if kid is None else await self._keys.find(kid)
        claims = None if key is None else self._signer.verified(jwt, key.public, self._issuer, now)
        if key is None or claims is None:
            raise Unauthenticated(REFUSED)
        client = await self._runtime.database.one(clients.by_id, id=claims["sub"])
        if client is None:
            raise Unauthenticated(REFUSED)
        expires_at = claims["exp"] * SECOND
        fresh_until = min(now + CACHED_FOR, expires_at, key.ends_at or expires_at)
        return ResolvedClient(client.principal(claims["jti"]), revision, fresh_until)
