"""Making, listing and revoking OAuth2 clients."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from gatepost.server.domain import tokens
from gatepost.server.domain.clients import Client
from gatepost.server.domain.errors import Forbidden, NotFound
from gatepost.server.domain.principal import Principal
from gatepost.server.domain.roles import Permission
from gatepost.server.domain.tokens import Kind
from gatepost.server.services import lifecycle
from gatepost.server.services.audit import Action, record
from gatepost.server.services.grants import require_grantable
from gatepost.server.services.ports import Service
from gatepost.server.store import clients as rows
from gatepost.server.store.database import Transaction, transactional

PAGE = 100


@dataclass(frozen=True, slots=True)
class NewClient:
    """A client just made; `secret` is shown this once."""

    client: Client
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Clients(Service):
    """Every use case needs `clients:manage`."""

    async def create(self, principal: Principal, name: str, roles: Iterable[str] = ()) -> NewClient:
        """Make a client that holds these roles everywhere.

        Raises Invalid for a name that is blank or longer than 200 characters and for an unknown role, Forbidden for a
        role that the principal may not give.
        """
        principal.require(Permission.MANAGE_CLIENTS)
        now, name = self.runtime.clock(), tokens.valid_token_name(name)
        client = Client(self.runtime.ids(), name, tuple(sorted(set(roles))), now)
        for grant in client.grants:
            require_grantable(principal, grant)
        secret = tokens.mint(Kind.CLIENT_SECRET, self.runtime.random_below)
        await self._store(principal, client, tokens.digest(secret.encode()))
        return NewClient(client, secret)

    @transactional
    async def _store(self, tx: Transaction, principal: Principal, client: Client, digest: bytes) -> None:
        roles = " ".join(client.roles)
        await tx.run(rows.insert, id=client.id, name=client.name, digest=digest, roles=roles, now=client.created_at)
        await record(tx, self.runtime, principal.account_id, Action.CLIENT_CREATED, client.id, roles=roles)

    async def page(self, principal: Principal, after: str = "") -> list[Client]:
        """List up to 100 clients in the order they were made, those following the id `after`."""
        principal.require(Permission.MANAGE_CLIENTS)
        return await self.database.all(rows.page, after=after, limit=PAGE)

    @transactional
    async def revoke(self, tx: Transaction, principal: Principal, id: str) -> None:
        """Remove a client and end its tokens at once; raises NotFound, Forbidden for one that may do more."""
        principal.require(Permission.MANAGE_CLIENTS)
        client = await tx.one(rows.by_id, id=id)
        if client is None:
            raise NotFound("There is no such client.")
        if not all(map(principal.covers, client.grants)):
            raise Forbidden("This client may do more than you.")
        await tx.run(rows.delete, id=id)
        await lifecycle.end_credentials(tx)
        await record(tx, self.runtime, principal.account_id, Action.CLIENT_REVOKED, id)
