"""What services need from the layers above them, as the interfaces they call."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from gatepost.server.domain.clock import Clock, Ids, RandomBelow
from gatepost.server.domain.mail import Composed
from gatepost.server.store.database import Database


class Verdict(NamedTuple):
    """The outcome of comparing a password with a stored hash; `outdated` asks for a new hash."""

    matches: bool
    outdated: bool


class Hasher(Protocol):
    """Slow hashing of passwords."""

    async def hash(self, secret: bytes) -> str:
        """Hash a new password; raises Unavailable when too many are waiting."""

    async def verify(self, secret: bytes, stored: str | None) -> Verdict:
        """Compare with a stored hash; None costs the same and never matches."""


class Sealer(Protocol):
    """Encryption of small secrets at rest."""

    def seal(self, plain: bytes, purpose: str) -> bytes:
        """Encrypt `plain`, bound to `purpose`."""

    def open(self, sealed: bytes, purpose: str) -> bytes | None:
        """Decrypt what `seal` made; None when that is impossible."""


class KeyPair(NamedTuple):
    """A key that signs tokens; `public` is a JSON web key (RFC 7517), `private` is to be sealed."""

    public: str
    private: bytes


class Signer(Protocol):
    """Signing of access tokens."""

    def make_key(self, id: str) -> KeyPair:
        """Make a key of this id."""

    def sign(self, claims: Mapping[str, Any], private: bytes) -> str:
        """Sign claims with the private half of a key."""

    def key_id(self, token: str, issuer: str) -> str | None:
        """Read by which key of this issuer a token says it is signed; None for what cannot be such a token."""

    def verified(self, token: str, public: str, issuer: str, now: int) -> Mapping[str, Any] | None:
        """Give the claims of a token that holds at `now` (milliseconds); None when it does not."""


class Composer(Protocol):
    """Turns a kind of mail and its values into subject, text and HTML."""

    def compose(self, kind: str, values: Mapping[str, str]) -> Composed:
        """Render one mail."""


@dataclass(frozen=True, slots=True)
class Runtime:
    """What every service stands on: storage, time, identifiers, randomness and sealing."""

    database: Database
    clock: Clock
    ids: Ids
    random_below: RandomBelow
    sealer: Sealer


@dataclass(frozen=True, slots=True)
class Service:
    """A group of use cases; `database` is what makes their methods transactional."""

    runtime: Runtime

    @property
    def database(self) -> Database:
        return self.runtime.database
