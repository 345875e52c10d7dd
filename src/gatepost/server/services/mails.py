"""Mails leave through the outbox: a row committed with the change that caused it, delivered afterwards."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from operator import attrgetter
from typing import Any, Protocol

from gatepost.server.domain.clock import DAY, MINUTE, SECOND
from gatepost.server.domain.errors import NotFound
from gatepost.server.domain.mail import Composed, Failed, MailKind, OutgoingMail, Refused, retry_delay
from gatepost.server.domain.principal import Principal
from gatepost.server.domain.roles import Permission
from gatepost.server.domain.text import fold
from gatepost.server.services.ports import Composer, Service
from gatepost.server.store import outbox
from gatepost.server.store.database import Transaction, independent
from gatepost.server.store.outbox import StoredMail
from gatepost.server.store.statement import Statement

PAGE = 100
BATCH = 10
"""How many mails are handed over at the same time, so that a slow one holds up few others."""

LEASE = 10 * MINUTE
"""How long, in milliseconds, one attempt may take before another process takes the mail over."""


class Sender(Protocol):
    """Hands one mail to a mail server; raises `Refused` or `Failed` of `domain.mail`."""

    async def send(self, mail: OutgoingMail) -> None: ...


@dataclass(frozen=True, slots=True)
class MailPolicy:
    """Bounds of the outbox.

    `per_address` is how many mails one address gets: a rate such as 5/hour, or empty for no bound. `max_attempts`
    bounds the deliveries of one mail, `keep_days` how long it is kept.
    """

    per_address: str
    max_attempts: int
    keep_days: int


class Outcome(StrEnum):
    """What came of one attempt to deliver a mail."""

    SENT = "sent"
    POSTPONED = "postponed"
    FAILED = "failed"


def _no_outcomes() -> Counter[str]:
    return Counter(dict.fromkeys(map(str, Outcome), 0))


def _tell_nobody(mail: StoredMail, outcome: Outcome) -> None:
    """Ignore an outcome."""


@dataclass(frozen=True, slots=True)
class Mails(Service):
    """Writes, shows and delivers the outbox; `outcomes` counts the attempts of this process."""

    composer: Composer
    policy: MailPolicy
    outcomes: Counter[str] = field(default_factory=_no_outcomes)

    async def flooded(self, tx: Transaction, to: str) -> bool:
        """Tell whether an address has had its share of mails for now."""
        if not self.policy.per_address:
            return False
        from limits import parse_many  # costs 200 ms at start-up

        for rate in parse_many(self.policy.per_address):
            since = self.runtime.clock() - rate.get_expiry() * SECOND
            if (await tx.one(outbox.recent_to, recipient_key=fold(to), since=since) or 0) >= rate.amount:
                return True
        return False

    async def enqueue(
        self, tx: Transaction, kind: MailKind, to: str, account_id: str | None, values: Mapping[str, str]
    ) -> None:
        """Put one mail into the outbox, its text encrypted: it may hold a one-time link."""
        await tx.run(outbox.insert, **self.write(kind, to, account_id, values))

    def write(self, kind: MailKind, to: str, account_id: str | None, values: Mapping[str, str]) -> dict[str, Any]:
        """Compose and encrypt one mail and give its row of the outbox."""
        mail, id = self.composer.compose(kind, values), self.runtime.ids()
        parts = json.dumps({"text": mail.text, "html": mail.html}).encode()
        return {
            "id": id,
            "account_id": account_id,
            "kind": kind.value,
            "recipient": to,
            "recipient_key": fold(to),
            "subject": mail.subject,
            "sealed": self.runtime.sealer.seal(parts, f"mail:{id}"),
            "now": self.runtime.clock(),
        }

    async def page(self, principal: Principal, before: str | None = None) -> list[StoredMail]:
        """List the newest mails first, without their text."""
        principal.require(Permission.READ_MAIL)
        return await self.database.all(outbox.page, before=before or "~", limit=PAGE)

    async def show(self, principal: Principal, id: str) -> tuple[StoredMail, Composed | None]:
        """Give one mail with its parts, None when they are gone; raises NotFound."""
        principal.require(Permission.READ_MAIL)
        stored = await self.database.one(outbox.by_id, id=id)
        if stored is None:
            raise NotFound("There is no such mail.")
        return stored, self._open(stored)

    async def deliver_due(self, sender: Sender, tried: Callable[[StoredMail, Outcome], None] = _tell_nobody) -> int:
        """Try every mail that is due and answer how many were tried; `tried` is told what came of each.

        A mail is leased by moving its due time ahead, so that no two processes send it; if this one dies, the
        lease runs out and another takes over.
        """
        leased = await self._lease()
        outcomes = await asyncio.gather(*(self._try(sender, mail, tried) for mail in leased), return_exceptions=True)
        if failures := [outcome for outcome in outcomes if isinstance(outcome, Exception)]:
            raise ExceptionGroup("some mails could not be tried", failures)
        return len(leased)

    async def next_due(self) -> int | None:
        """Give the instant at which the next queued mail is due; None when there is none."""
        return await self.database.one(outbox.next_due)

    @independent
    async def _lease(self, tx: Transaction) -> list[StoredMail]:
        now = self.runtime.clock()
        return sorted(await tx.all(outbox.lease, now=now, until=now + LEASE, limit=BATCH), key=attrgetter("id"))

    async def _try(self, sender: Sender, stored: StoredMail, tried: Callable[[StoredMail, Outcome], None]) -> None:
        outcome = await self._attempt(sender, stored)
        self.outcomes[outcome] += 1
        tried(stored, outcome)

    async def _attempt(self, sender: Sender, stored: StoredMail) -> Outcome:
        mail = self._open(stored)
        if mail is None:
            return await self._give_up(stored, "the text cannot be decrypted: was the key file replaced?")
        try:
            await sender.send(OutgoingMail(stored.id, stored.recipient, mail.subject, mail.text, mail.html))
        except Refused as failure:
            return await self._give_up(stored, str(failure))
        except Failed as failure:
            return await self._postpone(stored, str(failure))
        await self._note(outbox.sent, id=stored.id)
        return Outcome.SENT

    async def _postpone(self, stored: StoredMail, error: str) -> Outcome:
        jitter = self.runtime.random_below(1_000) / 1_000
        due_at = self.runtime.clock() + int(retry_delay(stored.attempts, jitter) * SECOND)
        if stored.attempts >= self.policy.max_attempts or due_at > stored.created_at + self.policy.keep_days * DAY:
            return await self._give_up(stored, error)
        await self._note(outbox.postpone, id=stored.id, attempts=stored.attempts, due_at=due_at, error=error)
        return Outcome.POSTPONED

    async def _give_up(self, stored: StoredMail, error: str) -> Outcome:
        await self._note(outbox.failed, id=stored.id, attempts=stored.attempts, error=error)
        return Outcome.FAILED

    @independent
    async def _note(self, tx: Transaction, /, statement: Statement, **parameters: Any) -> None:
        await tx.run(statement, **parameters)

    def _open(self, stored: StoredMail) -> Composed | None:
        plain = stored.sealed and self.runtime.sealer.open(stored.sealed, f"mail:{stored.id}")
        if not plain:
            return None
        parts = json.loads(plain)
        return Composed(stored.subject, parts["text"], parts["html"])
