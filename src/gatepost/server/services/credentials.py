"""From a raw credential to a principal: the path every request takes.

Resolved tokens and sessions are cached in memory. A cached answer is used only while the credential revision of the
database is the one it was read under, so a revocation committed by any process ends it at once; and for a minute at the
most, so that what is shown of the token stays fresh. Malformed tokens are refused by their checksum, without a read.
"""

from dataclasses import dataclass, field
from typing import Protocol

from gatepost.server.domain import tokens
from gatepost.server.domain.accounts import State
from gatepost.server.domain.clock import DAY
from gatepost.server.domain.errors import Forbidden, Unauthenticated
from gatepost.server.domain.identities import Claims
from gatepost.server.domain.principal import CredentialKind, Principal
from gatepost.server.domain.tokens import Kind
from gatepost.server.services.credential_cache import CACHED_FOR, Revision, is_stale, keep
from gatepost.server.services.ports import Runtime
from gatepost.server.services.usage import Usage
from gatepost.server.store import accounts, sessions
from gatepost.server.store import tokens as rows
from gatepost.server.store.sessions import SessionHolder
from gatepost.server.store.statement import Query
from gatepost.server.store.tokens import TokenHolder

REFUSED = "The credential is missing, malformed, unknown, expired or revoked."
"""One text for every reason, so that an answer tells nothing about what exists."""


class BearerVerifier(Protocol):
    """Checks a bearer JWT of a configured issuer; raises Unauthenticated or Unavailable."""

    async def verify(self, token: str) -> Claims: ...

    async def aclose(self) -> None:
        """Close the connections to the issuers."""


@dataclass(slots=True)
class ResolvedToken:
    """A token known to hold; `answers` keeps what surfaces have encoded from it."""

    holder: TokenHolder
    revision: int | None
    fresh_until: int
    answers: dict[str, bytes] = field(default_factory=dict)

    @property
    def principal(self) -> Principal:
        kind = CredentialKind.DEFAULT_TOKEN if self.holder.is_default else CredentialKind.ACCESS_TOKEN
        return Principal(self.holder.token.account_id, kind, self.holder.token.id)


@dataclass(frozen=True, slots=True)
class ResolvedSession:
    """A session, or its attachment token, known to hold."""

    principal: Principal
    session_id: str
    revision: int | None
    fresh_until: int


class Credentials:
    """Resolves credentials; one per process, since it owns the cache."""

    def __init__(self, runtime: Runtime, usage: Usage, session_idle_days: int, bearer: BearerVerifier | None) -> None:
        self._database = runtime.database
        self._revision = Revision(runtime.database)
        self._clock = runtime.clock
        self._usage = usage
        self._session_idle = session_idle_days * DAY
        self._bearer = bearer
        self._cache: dict[bytes, ResolvedToken] = {}
        self._sessions: dict[bytes, ResolvedSession] = {}

    async def resolve_token(self, raw: bytes | None) -> ResolvedToken:
        """Give the token behind `raw`; raises Unauthenticated unless it holds and its account may act."""
        if raw is None:
            raise Unauthenticated(REFUSED)
        digest = tokens.digest(raw)
        resolved = self._cache.get(digest)
        if resolved is None and not tokens.well_formed(raw, Kind.ACCESS):
            raise Unauthenticated(REFUSED)
        now = self._clock()
        revision = self._revision.read()
        if resolved is None or is_stale(resolved, now, revision):
            resolved = await self._look_up(digest, now, revision)
        self._usage.note_token(resolved.holder.token.id, now)
        return resolved

    async def _look_up(self, digest: bytes, now: int, revision: int | None) -> ResolvedToken:
        # The revision was read before the row: a revocation in between makes the entry stale, never fresh.
        self._cache.pop(digest, None)
        holder = await self._database.one(rows.by_digest, digest=digest)
        if holder is None or not _holds(holder, now):
            raise Unauthenticated(REFUSED)
        expires_at = holder.token.expires_at or now + CACHED_FOR
        resolved = ResolvedToken(holder, revision, min(now + CACHED_FOR, expires_at))
        keep(self._cache, digest, resolved)
        return resolved

    async def resolve(self, raw: str, *, access_tokens: bool = True) -> Principal:
        """Give the principal of a session, an attachment token or an access token, by the form of `raw`.

        Raises Unauthenticated unless it holds and its account may act, and for access tokens unless they may be one.
        """
        encoded = raw.encode(errors="replace")
        if tokens.well_formed(encoded, Kind.ATTACHMENT):
            return await self.of_attachment(raw)
        if access_tokens and tokens.well_formed(encoded, Kind.ACCESS):
            return (await self.resolve_token(encoded)).principal
        return await self.of_session(raw)

    async def of_session(self, raw: str | None) -> Principal:
        """Give the principal of a session; raises Unauthenticated unless it holds and its account may act."""
        return await self._of_session(raw, Kind.SESSION, sessions.by_digest, CredentialKind.SESSION)

    async def of_attachment(self, raw: str | None) -> Principal:
        """Give the principal of the attachment token that came with a session, and ends with it, as `of_session`."""
        return await self._of_session(raw, Kind.ATTACHMENT, sessions.by_attachment, CredentialKind.ATTACHMENT)

    async def _of_session(
        self, raw: str | None, kind: Kind, statement: Query[SessionHolder], credential: CredentialKind
    ) -> Principal:
        encoded = (raw or "").encode(errors="replace")
        if not tokens.well_formed(encoded, kind):
            raise Unauthenticated(REFUSED)
        digest, now, revision = tokens.digest(encoded), self._clock(), self._revision.read()
        resolved = self._sessions.get(digest)
        if resolved is None or is_stale(resolved, now, revision):
            # As with tokens, the revision was read before the row.
            self._sessions.pop(digest, None)
            session = await self._database.one(statement, digest=digest)
            resolved = self._judged(session, credential, now, revision)
            keep(self._sessions, digest, resolved)
        self._usage.note_session(resolved.session_id, now)
        return resolved.principal

    def _judged(
        self, session: SessionHolder | None, credential: CredentialKind, now: int, revision: int | None
    ) -> ResolvedSession:
        if session is None or session.disabled or session.state is not State.ACTIVE:
            raise Unauthenticated(REFUSED)
        unused_until = session.expires_at if session.lasting else session.used_at + self._session_idle
        ends_at = min(session.expires_at, unused_until)
        if now >= ends_at:
            raise Unauthenticated(REFUSED)
        principal = Principal(session.account_id, credential, session.id)
        return ResolvedSession(principal, session.id, revision, min(now + CACHED_FOR, ends_at))

    async def claims_of(self, jwt: str) -> Claims:
        """Check a bearer JWT and give its claims; raises Unauthenticated or Unavailable."""
        if self._bearer is None:
            raise Unauthenticated(REFUSED)
        return await self._bearer.verify(jwt)

    async def of_claims(self, claims: Claims) -> Principal | None:
        """Give the principal linked to an identity, None when there is no link; raises Forbidden if it may not act."""
        account = await self._database.one(accounts.by_identity, issuer=claims.issuer, subject=claims.subject)
        if account is None:
            return None
        if not account.usable:
            raise Forbidden("This account may not sign in.")
        return Principal(account.id, CredentialKind.BEARER)


def _holds(holder: TokenHolder, now: int) -> bool:
    expires_at = holder.token.expires_at
    return holder.state is State.ACTIVE and not holder.disabled and (expires_at is None or now < expires_at)
