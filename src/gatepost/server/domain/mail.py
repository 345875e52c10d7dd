"""Mails as the rules see them: their kinds, their parts, how a delivery can end, and when to try it again."""

from dataclasses import dataclass, field
from enum import StrEnum

FIRST_RETRY_SECONDS = 10.0
LAST_RETRY_SECONDS = 3_600.0
# From here on the doubled delay is over the last one; a bound keeps absurd attempt counts cheap.
_DOUBLINGS = 9


class MailKind(StrEnum):
    """What a mail is about; each kind has its templates in `gatepost/server/mail/templates`."""

    CONFIRM_EMAIL = "confirm-email"
    ALREADY_REGISTERED = "already-registered"
    AWAITING_APPROVAL = "awaiting-approval"
    APPROVED = "approved"
    REJECTED = "rejected"
    RESET_PASSWORD = "reset-password"
    INVITATION = "invitation"


@dataclass(frozen=True, slots=True)
class Composed:
    """The contents of a mail: a subject of one line, and two parts that say the same.

    The parts hold links that act like credentials, so `repr` leaves them out.
    """

    subject: str
    text: str = field(repr=False)
    html: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """A composed mail on its way to one recipient.

    `id` is the same on every attempt, so that a second copy is recognisable as the same mail.
    """

    id: str
    to: str
    subject: str
    text: str = field(repr=False)
    html: str = field(repr=False)


class DeliveryError(Exception):
    """A mail was not delivered; the message is one line, without credentials."""


class Refused(DeliveryError):
    """This mail to this recipient will never be accepted; trying again is useless."""


class Failed(DeliveryError):
    """The mail was not accepted now; it may be later."""


def retry_delay(attempt: int, jitter: float) -> float:
    """Give the seconds to wait after a failed delivery: doubling from 10-20 s, and never over an hour.

    `attempt` counts from 1; `jitter` in [0, 1] picks the point between half and all of the attempt's longest
    delay, so that mails which failed together do not return together. Raises ValueError outside these ranges.
    """
    if attempt < 1 or not 0.0 <= jitter <= 1.0:
        raise ValueError("attempt counts from 1 and jitter lies in [0, 1]")
    longest = min(LAST_RETRY_SECONDS, FIRST_RETRY_SECONDS * 2.0 ** min(attempt, _DOUBLINGS))
    return longest * (1.0 + jitter) / 2.0


def one_line(text: str) -> str:
    """Return `text` as one printable line: line breaks, control and direction characters become blanks."""
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())
