"""How credentials are spelled: Gatepost's own form, and the ones that clients of the Homebox API know.

Every form is a prefix, random characters, and a checksum of all of it, so that a mistyped or invented credential is
refused without a look into the database. Homebox's forms are fixed by its clients: 26 characters of base32, and `hb_`
with 43 of base64url for access tokens. They have no place for the kind, so the kind goes into the checksum: what was
made as an invitation does not even begin to pass as a session.
"""

import zlib
from dataclasses import dataclass
from enum import StrEnum

from gatepost.server.domain.clock import RandomBelow

BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


class Spelling(StrEnum):
    """Whose clients a credential is made for; each is accepted everywhere."""

    GATEPOST = "gatepost"
    HOMEBOX = "homebox"


@dataclass(frozen=True, slots=True)
class Form:
    """One form: `salt` is what the checksum covers besides the text itself."""

    prefix: str
    alphabet: str
    random_length: int
    checksum_length: int
    salt: bytes = b""

    @property
    def length(self) -> int:
        """The characters of a credential of this form."""
        return len(self.prefix) + self.random_length + self.checksum_length

    def mint(self, random_below: RandomBelow) -> str:
        """Make a fresh raw credential."""
        letters, base = self.alphabet, len(self.alphabet)
        body = self.prefix + "".join(letters[random_below(base)] for _ in range(self.random_length))
        return body + self.checksum(body.encode())

    def fits(self, raw: bytes) -> bool:
        """Tell whether `raw` can be a credential of this form at all."""
        if len(raw) != self.length or not raw.startswith(self.prefix.encode()):
            return False
        return self.checksum(raw[: -self.checksum_length]).encode() == raw[-self.checksum_length :]

    def checksum(self, body: bytes) -> str:
        """Encode the CRC-32 of salt and body, or as much of it as there is room for, the lowest digit last."""
        value, text = zlib.crc32(self.salt + body), ""
        for _ in range(self.checksum_length):
            value, digit = divmod(value, len(self.alphabet))
            text = self.alphabet[digit] + text
        return text


def own(kind: str) -> Form:
    """Give Gatepost's form for a kind: 178 random bits, 32 of checksum."""
    return Form(f"gp_{kind}_", BASE62, 30, 6)


def homebox(kind: str) -> Form:
    """Give Homebox's form for a kind: 110 random bits, 20 of checksum."""
    return Form("", _BASE32, 22, 4, kind.encode() + b":")


HOMEBOX_KEY = Form("hb_", _BASE64URL, 38, 5)
"""Homebox's form for access tokens: 228 random bits, 30 of checksum."""
