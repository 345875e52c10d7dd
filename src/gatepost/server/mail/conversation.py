"""One delivery over one connection to an SMTP server (RFC 5321), and what its end means for the mail.

Accepted: the server answered the message with 250; from then on nothing can make the delivery fail.
Refused: it answered the recipient or the message with 5xx, or cannot carry the address at all.
Failed: everything else. Refused greetings, senders and sign-ins count here, although they may come as 5xx:
they speak about how this installation is set up, not about the mail, which can go out once that is mended.

One deadline bounds the whole delivery. The library's own timeouts, one for each answer, are off: a server
that sends a byte now and then, or answers each command just in time, would stretch their sum without end.
"""

import asyncio
import ssl
from contextlib import suppress
from email.message import EmailMessage
from pathlib import Path
from typing import cast

import aiosmtplib
from typing_extensions import override

from gatepost.server.domain.clock import to_datetime
from gatepost.server.domain.mail import DeliveryError, Failed, OutgoingMail, Refused, one_line
from gatepost.server.mail.message import write_message
from gatepost.server.mail.options import SmtpOptions

_ANSWER_LIMIT = 300
_AUTHENTICATION_NEEDED = frozenset({530, 534, 535, 538})


class _Connection(aiosmtplib.SMTP):
    """A connection that is gone as soon as it is closed, also when the server has stopped talking."""

    @override
    def close(self) -> None:
        transport = cast("asyncio.WriteTransport | None", self.transport)
        super().close()
        if transport is not None:
            # Closing says goodbye; aborting does not wait for the answer, as TLS would (RFC 8446, 6.1).
            transport.abort()


async def deliver(mail: OutgoingMail, options: SmtpOptions, instant: int) -> None:
    """Hand `mail` to the server, dated `instant` (milliseconds since the epoch); raises Refused or Failed."""
    message = _written(mail, options, instant)
    deadline = asyncio.get_running_loop().time() + options.timeout_seconds
    client = _Connection(timeout=None)
    try:
        async with asyncio.timeout_at(deadline):
            await _connect(client, options)
            await client.send_message(message)
        await _take_leave(client, deadline)
    except (aiosmtplib.SMTPException, OSError, ValueError, Failed) as error:
        # Without the cause: what a server answers to a sign-in may repeat the password.
        raise _verdict(error, options) from None
    finally:
        client.close()


def _written(mail: OutgoingMail, options: SmtpOptions, instant: int) -> EmailMessage:
    try:
        return write_message(mail, options.sender, to_datetime(instant))
    except ValueError as error:
        raise Refused(f"the mail cannot be written: {one_line(str(error))}") from None


async def _connect(client: aiosmtplib.SMTP, options: SmtpOptions) -> None:
    encrypted = options.security != "none"
    await client.connect(
        hostname=options.host,
        port=options.port,
        use_tls=options.security == "tls",
        start_tls=options.security == "starttls",
        # Reading the system's certificates takes milliseconds, which the event loop has not got.
        tls_context=await asyncio.to_thread(_tls_context, options.ca_file) if encrypted else None,
    )
    if options.username is not None and options.password is not None:
        await _sign_in(client, options.username, options.password)


def _tls_context(ca_file: Path | None) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if ca_file is not None:
        try:
            context.load_verify_locations(ca_file)
        except OSError as error:
            raise Failed(f"cannot read certificates from {ca_file}: {error}") from error
    return context


async def _sign_in(client: aiosmtplib.SMTP, username: str, password: str) -> None:
    try:
        await client.login(username, password)
    except aiosmtplib.SMTPResponseException as error:
        raise Failed(f"refused the sign-in with {error.code}") from error
    except aiosmtplib.SMTPServerDisconnected as error:
        raise Failed("hung up during the sign-in") from error


async def _take_leave(client: aiosmtplib.SMTP, deadline: float) -> None:
    with suppress(aiosmtplib.SMTPException, OSError):
        async with asyncio.timeout_at(deadline):
            await client.quit()


def _verdict(error: Exception, options: SmtpOptions) -> DeliveryError:
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        error = error.recipients[0]
    ending = Refused if _is_final(error) else Failed
    return ending(f"{options.host}:{options.port}: {_reason(error, options)}")


def _is_final(error: Exception) -> bool:
    match error:
        case aiosmtplib.SMTPRecipientRefused() | aiosmtplib.SMTPDataError():
            return 500 <= error.code < 600 and error.code not in _AUTHENTICATION_NEEDED
        case aiosmtplib.SMTPNotSupported():
            return True
        case _:
            return False


def _reason(error: Exception, options: SmtpOptions) -> str:
    match error:
        case aiosmtplib.SMTPResponseException():
            return one_line(f"answered {error.code} {error.message}")[:_ANSWER_LIMIT]
        case TimeoutError():
            return f"did not take the mail within {options.timeout_seconds:g} seconds"
        case aiosmtplib.SMTPConnectError():
            return one_line(str(error.__cause__ or error))[:_ANSWER_LIMIT]
        case _:
            return one_line(str(error))[:_ANSWER_LIMIT]
