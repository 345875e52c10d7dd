"""One-time links: what an address in a mail or on a terminal carries; each works once and for a while."""

from dataclasses import dataclass

from gatepost.server.domain import tokens
from gatepost.server.domain.errors import NotFound
from gatepost.server.domain.tokens import Kind
from gatepost.server.services.ports import Runtime
from gatepost.server.store import sessions
from gatepost.server.store.database import Reader, Transaction
from gatepost.server.store.sessions import Link


@dataclass(frozen=True, slots=True)
class OneTimeLinks:
    """Links for one purpose; `stale` is what people are told of one that does not work any more."""

    kind: Kind
    purpose: str
    stale: str

    async def issue(
        self, tx: Transaction, runtime: Runtime, account_id: str | None, lasts: int, invitation: bytes | None = None
    ) -> str:
        """Store a link that works for so many milliseconds and give its raw value.

        `invitation` is the digest of the one that using the link spends.
        """
        raw, now = tokens.mint(self.kind, runtime.random_below), runtime.clock()
        await tx.run(
            sessions.insert_link,
            digest=tokens.digest(raw.encode()),
            purpose=self.purpose,
            account_id=account_id,
            now=now,
            expires_at=now + lasts,
            invitation=invitation,
        )
        return raw

    def digest_of(self, raw: str) -> bytes:
        """Give the form in which a link is stored; raises NotFound for what cannot be one."""
        if not tokens.well_formed(raw.encode(errors="replace"), self.kind):
            raise self.gone()
        return tokens.digest(raw.encode())

    async def find(self, reader: Reader, digest: bytes, now: int) -> Link:
        """Give a link that works at `now` (milliseconds); raises NotFound."""
        link = await reader.one(sessions.link_by_digest, digest=digest)
        if link is None or link.purpose != self.purpose or link.expires_at <= now:
            raise self.gone()
        return link

    def gone(self) -> NotFound:
        """Make the error for a link that does not work any more."""
        return NotFound(self.stale)
