"""Where a list goes on, as an opaque key that only this installation can make and that fits one list only."""

import binascii
from base64 import b64decode, urlsafe_b64encode
from dataclasses import dataclass

from gatepost.server.domain.errors import Invalid
from gatepost.server.services.ports import Sealer

LONGEST = 512


@dataclass(frozen=True, slots=True)
class PageKeys:
    """Seals the id of the last account of a page, bound to what the list is about."""

    sealer: Sealer

    def write(self, last_id: str, resource: str | None) -> str:
        """Make the key of the page after this account."""
        return urlsafe_b64encode(self.sealer.seal(last_id.encode(), _purpose(resource))).decode().rstrip("=")

    def read(self, key: str | None, resource: str | None) -> str:
        """Give the id that a page follows, "" for the first one.

        Raises Invalid for a key that was not made here, or for another list.
        """
        if not key:
            return ""
        last_id = self.sealer.open(_decoded(key), _purpose(resource))
        if last_id is None:
            raise Invalid("page_key is not one of this list", "page_key")
        return last_id.decode()


def _purpose(resource: str | None) -> str:
    return f"vectara page of {resource or 'all'}"


def _decoded(key: str) -> bytes:
    try:
        return b64decode(key[:LONGEST] + "=" * (-len(key) % 4), b"-_", validate=True)
    except (binascii.Error, ValueError):
        return b""
