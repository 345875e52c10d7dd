"""Mails as Internet messages (RFC 5322) of two alternative parts, and addresses as SMTP can carry them."""

from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import parseaddr

import idna

from gatepost.server.domain.mail import OutgoingMail


def write_message(mail: OutgoingMail, sender: str, date: datetime) -> EmailMessage:
    """Write `mail` as a message from `sender`, dated `date` (aware).

    The Message-ID depends on the mail's id and the sender's domain only, so that a second copy is recognised.
    Raises ValueError when an address or a header cannot be written.
    """
    origin = sender_address(sender)
    message = EmailMessage(policy=policy.SMTP)
    message["From"] = origin
    message["To"] = _address("", mail.to)
    message["Subject"] = mail.subject
    message["Date"] = date
    message["Message-ID"] = f"<{mail.id}@{origin.domain}>"
    # RFC 3834: asks vacation responders and ticket systems not to answer.
    message["Auto-Submitted"] = "auto-generated"
    # Quoted-printable is 7-bit: it survives servers without 8BITMIME, and lines of any length are legal.
    message.set_content(mail.text, cte="quoted-printable")
    message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    return message


def sender_address(sender: str) -> Address:
    """Read `Name <address>` or a bare address; raises ValueError when it is neither."""
    return _address(*parseaddr(sender))


def _address(display_name: str, address: str) -> Address:
    local, at, domain = address.rpartition("@")
    if not (local and at and domain):
        raise ValueError("not a mail address")
    return Address(display_name, username=local, domain=_ascii_domain(domain))


def _ascii_domain(domain: str) -> str:
    # Only foreign letters are translated: idna refuses names such as `mail_host`, which local networks use.
    return domain if domain.isascii() else idna.encode(domain, uts46=True).decode("ascii")
