"""Who holds which role, and giving and taking them without leaving an installation to nobody."""

from dataclasses import dataclass

from gatepost.server.domain.accounts import State
from gatepost.server.domain.errors import Conflict, Forbidden
from gatepost.server.domain.principal import Principal
from gatepost.server.domain.roles import ADMINISTRATOR, OWNER, Permission, permissions_of, require_known
from gatepost.server.services import lifecycle
from gatepost.server.services.audit import Action, record
from gatepost.server.services.ports import Service
from gatepost.server.store import accounts
from gatepost.server.store.database import Reader, Transaction, transactional


@dataclass(frozen=True, slots=True)
class Grants(Service):
    """Shows and changes the global roles of accounts."""

    async def roles_of(self, principal: Principal, id: str) -> list[str]:
        """List the roles of an account."""
        principal.require(Permission.READ_ACCOUNTS)
        return await _roles_of(self.database, id)

    @transactional
    async def grant(self, tx: Transaction, principal: Principal, id: str, role: str) -> list[str]:
        """Give an account a role, if it has not got it, and answer all its roles; needs `roles:grant`.

        Raises Invalid for an unknown role, NotFound, and Conflict for an account with an unconfirmed address, which
        may be anybody's.
        """
        await _check(tx, principal, id, role)
        account = await lifecycle.existing(tx, id)
        if account.state is State.UNVERIFIED:
            raise Conflict("The e-mail address of this account is not confirmed yet.")
        if await tx.run(accounts.grant, id=id, role=role):
            await record(tx, self.runtime, principal.account_id, Action.ROLE_GRANTED, id, role=role)
        return await _roles_of(tx, id)

    @transactional
    async def revoke(self, tx: Transaction, principal: Principal, id: str, role: str) -> list[str]:
        """Take a role from an account, if it has it, and answer its other roles; needs `roles:grant`.

        Raises Invalid for an unknown role, NotFound, and Conflict for the last owner and, where there is no owner,
        for the last administrator.
        """
        await _check(tx, principal, id, role)
        await lifecycle.existing(tx, id)
        await _keep_somebody_in_charge(tx, id, role)
        if await tx.run(accounts.revoke, id=id, role=role):
            await record(tx, self.runtime, principal.account_id, Action.ROLE_REVOKED, id, role=role)
        return await _roles_of(tx, id)


async def _check(tx: Transaction, principal: Principal, id: str, role: str) -> None:
    principal.require(Permission.GRANT_ROLES)
    require_known(role)
    await require_no_stronger(tx, principal, id)


async def _keep_somebody_in_charge(tx: Transaction, id: str, role: str) -> None:
    if role == OWNER:
        return await lifecycle.keep_an_owner(tx, id)
    if role != ADMINISTRATOR or await lifecycle.usable_holders(tx, OWNER):
        return None
    if await lifecycle.usable_holders(tx, ADMINISTRATOR) == {id}:
        raise Conflict("This is the last administrator, and nobody is an owner; make somebody an owner first.")
    return None


async def _roles_of(reader: Reader, id: str) -> list[str]:
    return sorted(await reader.all(accounts.roles_of, id=id))


async def require_no_stronger(reader: Reader, principal: Principal, id: str) -> None:
    """Raise Forbidden when the account may do what the principal may not: power is not gained over it sideways."""
    if not permissions_of(frozenset(await _roles_of(reader, id))) <= principal.permissions:
        raise Forbidden("This account may do more than you.")
