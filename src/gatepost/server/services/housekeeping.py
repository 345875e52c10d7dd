"""Clearing away what has expired, a little at a time and behind the requests."""

from collections.abc import Iterator
from dataclasses import dataclass

from gatepost.server.domain.clock import DAY, HOUR
from gatepost.server.services.ports import Service
from gatepost.server.store import accounts, housekeeping, invitations, outbox, sessions
from gatepost.server.store.database import Transaction, transactional
from gatepost.server.store.statement import Statement

PORTION = 500
"""How many rows one transaction removes, so that nobody waits long for it."""


@dataclass(frozen=True, slots=True)
class Housekeeping(Service):
    """Removes sign-up attempts never confirmed, mails past their keeping, expired sessions, links and invitations."""

    confirm_hours: int
    keep_mail_days: int

    async def tidy(self) -> None:
        """Remove everything that has expired by now; of several processes one does it at a time."""
        for statement, parameters in self._expired(self.runtime.clock()):
            while await self._remove(statement, parameters) == PORTION:
                pass

    def _expired(self, now: int) -> Iterator[tuple[Statement, dict[str, int]]]:
        yield accounts.expire_attempts, {"before": now - self.confirm_hours * HOUR}
        yield sessions.expire, {"now": now}
        yield sessions.expire_links, {"now": now}
        yield invitations.expire, {"before": now - DAY}
        yield outbox.purge, {"before": now - self.keep_mail_days * DAY}

    @transactional  # what was expired when it was looked up may be confirmed before it is removed
    async def _remove(self, tx: Transaction, statement: Statement, parameters: dict[str, int]) -> int:
        if not await tx.one(housekeeping.turn):
            return 0
        return await tx.run(statement, **parameters, portion=PORTION)
