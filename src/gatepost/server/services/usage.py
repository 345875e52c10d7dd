"""When credentials were last used: noted in memory, kept to the minute, written in batches behind the requests."""

from dataclasses import dataclass, field, replace

from gatepost.server.domain.clock import MINUTE
from gatepost.server.domain.tokens import AccessToken
from gatepost.server.store import sessions, tokens
from gatepost.server.store.database import Database, Transaction, independent
from gatepost.server.store.sessions import Session
from gatepost.server.store.statement import Statement

PORTION = 1_000
"""How many uses one transaction writes."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Collects uses; the busiest token costs one row a minute."""

    database: Database
    tokens: dict[str, int] = field(default_factory=dict)
    sessions: dict[str, int] = field(default_factory=dict)

    def note_token(self, id: str, now: int) -> None:
        """Note that a token was used at `now` (milliseconds)."""
        self.tokens[id] = now - now % MINUTE

    def note_session(self, id: str, now: int) -> None:
        """Note that a session was used at `now` (milliseconds)."""
        self.sessions[id] = now - now % MINUTE

    def overlay(self, token: AccessToken) -> AccessToken:
        """Show a use that is not written yet."""
        noted = self.tokens.get(token.id)
        return token if noted is None or noted <= (token.used_at or 0) else replace(token, used_at=noted)

    def overlay_session(self, session: Session) -> Session:
        """Show a use that is not written yet."""
        return replace(session, used_at=max(session.used_at, self.sessions.get(session.id, 0)))

    async def flush(self) -> int:
        """Write what was noted since the last time and answer how many credentials that were."""
        return await self._flush(tokens.mark_used, self.tokens) + await self._flush(sessions.mark_used, self.sessions)

    async def _flush(self, mark: Statement, noted: dict[str, int]) -> int:
        # In one order everywhere, so that processes which write at the same time never wait for each other in a ring.
        uses = sorted(noted.items())
        for first in range(0, len(uses), PORTION):
            portion = uses[first : first + PORTION]
            await self._write(mark, portion)
            _forget(noted, portion)
        return len(uses)

    @independent
    async def _write(self, tx: Transaction, mark: Statement, uses: list[tuple[str, int]]) -> None:
        await tx.run_many(mark, ({"id": id, "at": at} for id, at in uses))


def _forget(noted: dict[str, int], written: list[tuple[str, int]]) -> None:
    for id, at in written:
        if noted.get(id) == at:
            del noted[id]
