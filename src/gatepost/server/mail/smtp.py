"""The SMTP side of mail delivery; cheap to import, the libraries are loaded with the first mail."""

from gatepost.server.domain.clock import Clock, system_clock
from gatepost.server.domain.mail import OutgoingMail
from gatepost.server.mail.options import SmtpOptions


class SmtpSender:
    """Delivers mails to one SMTP server, each over a connection of its own; may be used concurrently."""

    def __init__(self, options: SmtpOptions, clock: Clock = system_clock) -> None:
        self._options = options
        self._clock = clock

    async def send(self, mail: OutgoingMail) -> None:
        """Hand `mail` to the server; returns once the server has taken responsibility for it.

        Raises Refused when this mail will never be accepted, and Failed when a later attempt may succeed:
        the server is down, slow, not trusted, refuses the sign-in, or asks to come back.
        """
        from gatepost.server.mail.conversation import deliver  # costs 90 ms at start-up

        await deliver(mail, self._options, self._clock())
