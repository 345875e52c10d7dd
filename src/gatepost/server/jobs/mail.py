"""Delivering mail: what is due is handed over, and the log says what did not go out."""

import structlog

from gatepost.server.domain.clock import Clock
from gatepost.server.jobs.background import Job
from gatepost.server.services.mails import Mails, Outcome, Sender
from gatepost.server.store.outbox import StoredMail

log = structlog.get_logger("gatepost.mail")


def delivery(mails: Mails, sender: Sender, clock: Clock) -> Job:
    """Give the job that sends what is due; with nothing due it costs one indexed read."""

    async def deliver() -> None:
        due = await mails.next_due()
        if due is not None and due <= clock():
            await mails.deliver_due(sender, _report)

    return deliver


def _report(mail: StoredMail, outcome: Outcome) -> None:
    # Without the reason, which is in the outbox: mail servers repeat the recipient's address in it.
    told = {"mail": mail.id, "kind": mail.kind, "attempt": mail.attempts}
    if outcome is Outcome.FAILED:
        log.warning("mail given up", **told)
    elif outcome is Outcome.POSTPONED:
        log.info("mail postponed", **told)
