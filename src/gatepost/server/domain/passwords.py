"""Which passwords are accepted (after NIST SP 800-63B: length and a block list, no composition rules)."""

import unicodedata
from functools import cache
from importlib.resources import files
from typing import Protocol

from gatepost.server.domain.errors import Invalid
from gatepost.server.domain.text import fold

MAX_BYTES = 1_024


def prepare(password: str) -> bytes:
    """Give the bytes that are hashed: NFKC, UTF-8.

    Raises Invalid when the text is over 1,024 bytes or not valid Unicode.
    """
    if len(password) > MAX_BYTES:  # first, since normalising takes time by the square of the length
        raise _too_long()
    try:
        secret = unicodedata.normalize("NFKC", password).encode()
    except UnicodeEncodeError:
        raise Invalid("password is not valid Unicode text", "password") from None
    if len(secret) > MAX_BYTES:
        raise _too_long()
    return secret


def _too_long() -> Invalid:
    return Invalid(f"password is longer than {MAX_BYTES} bytes", "password")


class Named(Protocol):
    """Who a password is for, by what others know of them."""

    @property
    def email(self) -> str: ...
    @property
    def username(self) -> str | None: ...
    @property
    def first_name(self) -> str | None: ...
    @property
    def last_name(self) -> str | None: ...


def accept(password: str, min_length: int, whose: Named) -> bytes:
    """Check a new password and give the bytes to hash.

    `min_length` is in characters. Raises Invalid with the reason, among them that it equals a name of its owner.
    """
    secret = prepare(password)
    if len(secret.decode()) < min_length:
        raise Invalid(f"password must have at least {min_length} characters", "password")
    folded = fold(password)
    if folded in common_passwords():
        raise Invalid("password is on the list of the most common passwords; choose another", "password")
    if folded in {fold(name) for name in (whose.email, whose.username, whose.first_name, whose.last_name) if name}:
        raise Invalid("password must differ from the e-mail address and the name", "password")
    return secret


@cache
def common_passwords() -> frozenset[str]:
    """Load the embedded block list, case-folded, one password a line."""
    text = (files(__package__) / "common_passwords.txt").read_text(encoding="utf-8")
    return frozenset(text.split())
