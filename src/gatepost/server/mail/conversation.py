"""One delivery over one connection to an SMTP server (RFC 5321), and what its end means for the mail.

Accepted: the server answered the message with 250; from then on nothing can make the delivery fail.
Refused: it answered the recipient or the message with 5xx, or cannot carry the address at all.
Failed: everything else. Refused greetings, senders and sign-ins count here, although they may come as 5xx: they
speak about how this installation is set up, not about the mail, which can go out once that is mended.

One deadline bounds the whole delivery. The library's own timeouts, one for each answer, are off: a server that
sends a byte now and then, or answers every command just in time, would stretch their sum without end.
"""

import asyncio
import ssl
from contextlib import suppress
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib

from gatepost.server.domain.mail import DeliveryError, Failed, OutgoingMail, Refused, one_line
from gatepost.server.domain.clock import to_datetime
from gatepost.server.mail.message import write_message
from gatepost.server.mail.options import SmtpOptions

_ANSWER_LIMIT = 300
_AUTHENTICATION_NEEDED = frozenset({530, 534, 535, 538})


async def deliver(mail: OutgoingMail, options: SmtpOptions, instant: int) -> None:
    """Hand `mail` to the server, dated `instant` (milliseconds since the epoch); raises Refused or Failed."""
    message = _written(mail, options, instant)
    deadline = asyncio.get_running_loop().time() + options.timeout_seconds
    client = aiosmtplib.SMTP(timeout=None)
    try:
        async with asyncio.timeout_at(deadline):
            await _connect(client, options)
            await client.send_message(message)
        await _take_leave(client, deadline)
    except (aiosmtplib.SMTPException, OSError, ValueError, Failed) as error:
        # Without the cause: the server's answer to a sign-in may repeat the password.
        raise _verdict(error, options) from None
    finally:
        client.close()


def _written(mail: OutgoingMail, options: SmtpOptions, instant: int) -> EmailMessage:
    try:
        return write_message(mail, options.sender, to_datetime(instant))
    except ValueError as error:
        raise Refused(f"the mail cannot be written: {one_line(str(error))}") from None
