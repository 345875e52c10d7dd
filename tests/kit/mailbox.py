"""What was mailed to an address, as whoever reads the mailbox sees it."""

import re

from gatepost.server.domain.principal import SYSTEM
from tests.kit.backstage import Backstage

_LINK = re.compile(r"https?://[^/\s]+(/confirm/\S+)")


def letters(stage: Backstage, to: str) -> list[tuple[str, str]]:
    """List the mails to an address as (kind, text), the oldest first."""
    page = stage.call(stage.parts.mails.page, SYSTEM)
    shown = [stage.call(stage.parts.mails.show, SYSTEM, mail.id) for mail in reversed(page) if mail.recipient == to]
    return [(mail.kind, composed.text if composed else "") for mail, composed in shown]


def kinds(stage: Backstage, to: str) -> list[str]:
    """List the kinds of mails to an address, the oldest first."""
    return [kind for kind, _ in letters(stage, to)]


def confirmations(stage: Backstage, to: str) -> list[str]:
    """List the paths of the confirmation links mailed to an address, the oldest first."""
    return [path for _, text in letters(stage, to) for path in _LINK.findall(text)]
