"""How to reach and use an SMTP server."""

from dataclasses import dataclass, field
from email.utils import parseaddr
from pathlib import Path
from typing import Literal, get_args

Security = Literal["none", "starttls", "tls"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpOptions:
    """One SMTP server, and who Gatepost is to it.

    `sender` is an address, with a display name or without: `Gatepost <no-reply@example.org>`.
    `security` says when the connection is encrypted: from the first byte (`tls`, RFC 8314), before anything
    of worth is said (`starttls`, RFC 3207), or never (`none`, which sends also the password in the clear).
    `timeout_seconds` bounds one delivery from connecting to the server's last answer.
    `ca_file` names PEM certificates trusted in addition to those of the system.
    Raises ValueError when the values contradict each other or `sender` is no address.
    """

    host: str
    port: int
    sender: str
    security: Security = "starttls"
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    timeout_seconds: float = 30.0
    ca_file: Path | None = None

    def __post_init__(self) -> None:
        if self.security not in get_args(Security):
            raise ValueError(f"SMTP security is one of {', '.join(get_args(Security))}")
        if "@" not in parseaddr(self.sender)[1] or not self.sender.isprintable():
            raise ValueError("the mail sender is not an address")
        if (self.username is None) != (self.password is None):
            raise ValueError("an SMTP user name and password come together")
        if self.timeout_seconds <= 0:
            raise ValueError("the SMTP timeout must be over 0 seconds")
