"""Mail between Gatepost and SMTP servers of the tests."""

import re
import time
from collections.abc import Callable

from gatepost.server.domain.principal import SYSTEM
from gatepost.server.mail.options import SmtpOptions
from gatepost.server.mail.smtp import SmtpSender
from gatepost.server.services.registration import SignUp
from tests.kit.backstage import PASSWORD, Backstage
from tests.service.mail.servers import PostOffice

SECONDS = 30.0
"""Longer than anything takes on a busy machine."""


def smtp_settings(port: int) -> dict[str, str]:
    """Give the environment variables for an SMTP server without encryption on `port`."""
    return {
        "GATEPOST_MAIL__HOST": "127.0.0.1",
        "GATEPOST_MAIL__PORT": str(port),
        "GATEPOST_MAIL__SECURITY": "none",
    }


def sender_to(port: int) -> SmtpSender:
    """Give a sender to the SMTP server on `port`."""
    return SmtpSender(SmtpOptions(host="127.0.0.1", port=port, sender="gate@example.org", security="none"))


def deliver(stage: Backstage, port: int) -> int:
    """Try every mail that is due with the SMTP server on `port` and give how many were tried."""
    return stage.call(stage.parts.mails.deliver_due, sender_to(port))


def sign_up(stage: Backstage, count: int = 1) -> list[str]:
    """Let so many people sign up and give their addresses."""
    addresses = [f"newcomer{number}@example.org" for number in range(count)]
    for address in addresses:
        stage.call(stage.parts.registration.sign_up, SignUp(address, PASSWORD))
    return addresses


def confirmation_links(stage: Backstage) -> list[str]:
    """List the raw credentials in the mails that ask for a confirmation."""
    mails = stage.call(stage.parts.mails.page, SYSTEM)
    texts = [stage.call(stage.parts.mails.show, SYSTEM, mail.id)[1] for mail in mails]
    return [found for text in texts if text for found in re.findall(r"/confirm/(\S+)", text.text)]


def states(stage: Backstage) -> list[tuple[object, ...]]:
    """List the outbox as (state, attempts, whether its last failure is known, whether its text is still there)."""
    return stage.rows("SELECT state, attempts, last_error IS NOT NULL, sealed IS NOT NULL FROM outbox ORDER BY id")


def recipients(office: PostOffice) -> list[str]:
    """List who got mail, in alphabetical order, as often as they got it."""
    return sorted(address for arrived in office.arrived for address in arrived.recipients)


def eventually(happened: Callable[[], bool]) -> None:
    """Wait for what another process does: it tells nobody but the database and the mail server."""
    deadline = time.monotonic() + SECONDS
    while not happened():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)
