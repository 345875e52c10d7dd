"""What people keep for their own programs: one JSON object for each account."""

from dataclasses import dataclass

from gatepost.server.domain.preferences import valid_preferences
from gatepost.server.domain.principal import Principal
from gatepost.server.services import lifecycle
from gatepost.server.services.audit import Action, record
from gatepost.server.services.ports import Service
from gatepost.server.store import preferences
from gatepost.server.store.database import Transaction, transactional


@dataclass(frozen=True, slots=True)
class Preferences(Service):
    """Gives and replaces the object, as JSON text."""

    async def of(self, principal: Principal) -> str:
        """Give the account's object, `{}` when nothing was kept."""
        return await self.database.one(preferences.of_account, account_id=principal.account_id) or "{}"

    async def replace(self, principal: Principal, body: bytes) -> str:
        """Keep another object in place of the whole old one and give it; `null` counts as `{}`.

        Raises TooLarge over 64 KiB, Invalid when the body is no JSON object or nested deeper than 64 levels.
        """
        document = valid_preferences(body)
        await self._replace(principal.account_id, document)
        return document

    @transactional
    async def _replace(self, tx: Transaction, account_id: str, document: str) -> None:
        await lifecycle.acting(tx, account_id)
        await tx.run(preferences.put, account_id=account_id, document=document, now=self.runtime.clock())
        await record(tx, self.runtime, account_id, Action.PREFERENCES_CHANGED, account_id)
