"""Servers that share an outbox: each mail leaves once, and twice at the most when one of them dies over it."""

import os
import signal
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session
from typing_extensions import override

from gatepost.server.services.mails import BATCH, LEASE
from tests.chaos.mailing import eventually, recipients, sign_up, smtp_settings, states
from tests.kit.backstage import backstage
from tests.kit.server import await_ready, launch, serving
from tests.service.mail.servers import PostOffice, running

MAILS = 60
SERVERS = 3


class DeadlyOffice(PostOffice):
    """Takes a mail, and kills whoever brought it before saying so."""

    def __init__(self) -> None:
        super().__init__()
        self.victim: int | None = None

    @override
    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = await super().handle_DATA(server, session, envelope)
        if self.victim is not None:
            os.kill(self.victim, signal.SIGKILL)
            self.victim = None
        return answer


def test_servers_that_share_an_outbox_send_each_mail_once(data: Path) -> None:
    with running(PostOffice()) as office, backstage(data) as stage, ExitStack() as servers:
        addresses = sign_up(stage, MAILS)
        for _ in range(SERVERS):
            servers.enter_context(serving(data, **smtp_settings(office.port)))
        eventually(lambda: {row[0] for row in states(stage)} == {"sent"})
    assert recipients(office) == sorted(addresses)


def test_the_mails_of_a_killed_server_are_taken_over_and_none_arrives_more_than_twice(data: Path) -> None:
    office = DeadlyOffice()
    with running(office), backstage(data) as stage, ExitStack() as servers:
        victim = launch(data, **smtp_settings(office.port))
        await_ready(victim)
        office.victim = victim.process.pid
        addresses = sign_up(stage, MAILS)
        victim.process.wait()
        for _ in range(SERVERS - 1):
            servers.enter_context(serving(data, **smtp_settings(office.port)))
        eventually(lambda: sum(row[0] == "sent" for row in states(stage)) >= MAILS - BATCH)
        stage.write("UPDATE outbox SET due_at = due_at - ? WHERE state = 'queued'", LEASE)
        eventually(lambda: {row[0] for row in states(stage)} == {"sent"})
    arrived = Counter(recipients(office))
    assert arrived.keys() == set(addresses)
    assert 1 < max(arrived.values()) <= 2
