"""OAuth2 clients: programs that act for themselves, by short-lived signed tokens (RFC 6749, section 4.4)."""

from dataclasses import dataclass

from gatepost.server.domain.clock import MINUTE
from gatepost.server.domain.grants import EVERYWHERE, Grant, permissions_on
from gatepost.server.domain.principal import CredentialKind, Principal

TOKEN_LIFE = 30 * MINUTE
OVERLAP = TOKEN_LIFE + MINUTE
"""How long a replaced key is still believed: as long as its last token lives, and whoever was signing meanwhile."""


@dataclass(frozen=True, slots=True)
class Client:
    """A client as stored: everything but its secret; it holds its roles everywhere. `created_at` is milliseconds."""

    id: str
    name: str
    roles: tuple[str, ...]
    created_at: int

    @property
    def grants(self) -> frozenset[Grant]:
        """The roles as grants."""
        return frozenset(map(Grant, self.roles))

    def principal(self, token_id: str) -> Principal:
        """Give the client as it acts by one of its tokens."""
        return Principal(self.id, CredentialKind.CLIENT, token_id, permissions_on(EVERYWHERE, self.grants), self.grants)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """The public half of a key that signs tokens, as a JSON web key.

    `ends_at` (milliseconds) is the first instant at which nothing it signed is believed; None while it signs.
    """

    id: str
    public: str
    created_at: int
    ends_at: int | None

    def holds(self, now: int) -> bool:
        """Tell whether what it signed is believed at `now` (milliseconds)."""
        return self.ends_at is None or now < self.ends_at
