"""The keys that sign access tokens: made when the first is needed, published, replaced without a gap.

Theory of operation. All keys are in the database, so that every process signs with the same one and believes the
same ones. One of them signs; a key that was replaced is published, and what it signed is believed, until its last
token has expired. The private halves are sealed under the key file. Where that file is another one than before, the
signing key does not open and is replaced like any other; the public halves still tell which tokens hold.
"""

from dataclasses import dataclass

from gatepost.server.domain.clients import OVERLAP, SigningKey
from gatepost.server.domain.principal import SYSTEM, Principal
from gatepost.server.domain.roles import Permission
from gatepost.server.services import lifecycle
from gatepost.server.services.audit import Action, record
from gatepost.server.services.ports import KeyPair, Service, Signer
from gatepost.server.store import signing_keys as rows
from gatepost.server.store.database import Transaction, transactional


@dataclass(frozen=True, slots=True)
class SigningKeys(Service):
    """Keeps the keys."""

    signer: Signer

    async def private(self) -> bytes:
        """Give the private half of the key that signs now; makes one when there is none, or none that opens."""
        return await self._opened() or await self._made()

    async def _opened(self) -> bytes | None:
        found = await self.database.one(rows.signing)
        return None if found is None else self._open(*found)

    def _open(self, id: str, sealed: bytes) -> bytes | None:
        return self.runtime.sealer.open(sealed, f"signing-key:{id}")

    async def _made(self) -> bytes:
        id = self.runtime.ids()
        return await self._make(id, self.signer.make_key(id))

    @transactional
    async def _make(self, tx: Transaction, id: str, pair: KeyPair) -> bytes:
        there = await tx.one(rows.signing)
        if there is not None and (private := self._open(*there)) is not None:
            return private  # another request was first
        await self._replace(tx, SYSTEM, id, pair, self.runtime.clock() + OVERLAP)
        return pair.private

    async def rotate(self, principal: Principal, *, at_once: bool = False) -> str:
        """Sign with a new key from now on, and give its id; needs `clients:manage`.

        Tokens of the old key hold until they expire, unless it is to end `at_once`, as when it became known.
        """
        principal.require(Permission.MANAGE_CLIENTS)
        id, ends_at = self.runtime.ids(), self.runtime.clock() + (0 if at_once else OVERLAP)
        await self._rotate(principal, id, self.signer.make_key(id), ends_at)
        return id

    @transactional
    async def _rotate(self, tx: Transaction, principal: Principal, id: str, pair: KeyPair, ends_at: int) -> None:
        await self._replace(tx, principal, id, pair, ends_at)

    async def _replace(self, tx: Transaction, principal: Principal, id: str, pair: KeyPair, ends_at: int) -> None:
        now, sealed = self.runtime.clock(), self.runtime.sealer.seal(pair.private, f"signing-key:{id}")
        await tx.run(rows.end_all, ends_at=ends_at)
        await tx.run(rows.delete_ended, now=now)
        await tx.run(rows.insert, id=id, public=pair.public, sealed=sealed, now=now)
        await lifecycle.end_credentials(tx)
        await record(tx, self.runtime, principal.account_id, Action.SIGNING_KEY_MADE, principal.account_id, key=id)

    async def find(self, id: str) -> SigningKey | None:
        """Give the key of this id if what it signed is still believed."""
        key = await self.database.one(rows.by_id, id=id)
        return key if key is not None and key.holds(self.runtime.clock()) else None

    async def published(self) -> list[str]:
        """List the public halves of all keys whose tokens are believed, as JSON web keys; makes none."""
        now = self.runtime.clock()
        return [key.public for key in await self.database.all(rows.every) if key.holds(now)]
