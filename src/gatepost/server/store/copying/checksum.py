"""A checksum of a set of rows."""

from dataclasses import dataclass
from hashlib import blake2b

import msgspec

from gatepost.server.store.copying.ends import Rows

_BYTES = 16
_encode = msgspec.msgpack.Encoder().encode


@dataclass(slots=True)
class Checksum:
    """The number of rows and the sum of their BLAKE2b digests (RFC 7693), whatever their order."""

    rows: int = 0
    total: int = 0

    def add(self, rows: Rows) -> None:
        """Count rows in."""
        self.rows += len(rows)
        for row in rows:
            self.total += int.from_bytes(blake2b(_encode(row), digest_size=_BYTES).digest(), "big")

    @property
    def text(self) -> str:
        """The checksum as 32 hexadecimal digits."""
        return f"{self.total % (1 << 8 * _BYTES):0{2 * _BYTES}x}"
