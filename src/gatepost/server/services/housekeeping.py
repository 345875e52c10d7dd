"""Clearing away what has expired, a little at a time and behind the requests."""

from dataclasses import dataclass

from gatepost.server.domain.clock import DAY, HOUR
from gatepost.server.services.ports import Service
from gatepost.server.store import accounts, invitations, outbox, sessions
from gatepost.server.store.database import Transaction, transactional


@dataclass(frozen=True, slots=True)
class Housekeeping(Service):
    """Removes sign-up attempts never confirmed, mails past their keeping, expired sessions, links and invitations."""

    confirm_hours: int
    keep_mail_days: int

    @transactional
    async def tidy(self, tx: Transaction) -> None:
        """Remove everything that has expired by now."""
        now = self.runtime.clock()
        await tx.run(accounts.expire_attempts, before=now - self.confirm_hours * HOUR)
        await tx.run(sessions.expire, now=now)
        await tx.run(sessions.expire_links, now=now)
        await tx.run(invitations.expire, before=now - DAY)
        await tx.run(outbox.purge, before=now - self.keep_mail_days * DAY)
