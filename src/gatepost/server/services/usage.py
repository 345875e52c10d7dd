"""When credentials were last used: noted in memory, kept to the minute, written in batches behind the requests."""

from dataclasses import dataclass, field, replace

from gatepost.server.domain.clock import MINUTE
from gatepost.server.domain.tokens import AccessToken
from gatepost.server.store import sessions, tokens
from gatepost.server.store.database import Database, Transaction, transactional
from gatepost.server.store.sessions import Session


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
        used_tokens, used_sessions = dict(self.tokens), dict(self.sessions)
        if not used_tokens and not used_sessions:
            return 0
        await self._write(used_tokens, used_sessions)
        _forget(self.tokens, used_tokens)
        _forget(self.sessions, used_sessions)
        return len(used_tokens) + len(used_sessions)

    @transactional
    async def _write(self, tx: Transaction, used_tokens: dict[str, int], used_sessions: dict[str, int]) -> None:
        await tx.run_many(tokens.mark_used, ({"id": id, "at": at} for id, at in used_tokens.items()))
        await tx.run_many(sessions.mark_used, ({"id": id, "at": at} for id, at in used_sessions.items()))


def _forget(noted: dict[str, int], written: dict[str, int]) -> None:
    for id, at in written.items():
        if noted.get(id) == at:
            del noted[id]
