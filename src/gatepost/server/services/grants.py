"""Who holds which role on what, and giving and taking roles without leaving an installation to nobody.

Whoever gives or takes a role must be allowed to, on its resource, and must be able to do there all that the role
allows and all that the account may do there already: nobody hands out more than they have, and nobody overrules who
has more. Since rights are compared inside the transaction, no order of calls adds up to more.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace

from gatepost.server.domain.accounts import State
from gatepost.server.domain.errors import Conflict, Forbidden, Invalid
from gatepost.server.domain.grants import EVERYWHERE, Grant, granting, permissions_on
from gatepost.server.domain.principal import CredentialKind, Principal
from gatepost.server.domain.roles import ADMINISTRATOR, OWNER, Permission, ResourceKind
from gatepost.server.services import lifecycle
from gatepost.server.services.audit import Action, record
from gatepost.server.services.ports import Service
from gatepost.server.store import grants as rows
from gatepost.server.store.database import Reader, Transaction, transactional

POWERLESS = {CredentialKind.ATTACHMENT, CredentialKind.CLIENT, CredentialKind.SYSTEM}
"""Credentials that never act with the roles of an account."""


@dataclass(frozen=True, slots=True)
class Grants(Service):
    """Shows and changes the roles of accounts."""

    async def empowered(self, principal: Principal) -> Principal:
        """Give the principal with all that its account may do at this moment.

        Clients and the system bring their permissions along, and an attachment token gets none.
        """
        if principal.kind in POWERLESS:
            return principal
        held = frozenset(await self.database.all(rows.of_account, account_id=principal.account_id))
        return replace(principal, permissions=permissions_on(EVERYWHERE, held), grants=held)

    async def roles_of(self, principal: Principal, id: str, resource: str = EVERYWHERE) -> list[str]:
        """List the roles that an account holds on a resource; those it holds everywhere are not among them."""
        principal.require(Permission.READ_ACCOUNTS)
        return await _roles_on(self.database, id, resource)

    async def held_by(self, principal: Principal, id: str) -> list[Grant]:
        """List every role of an account, each with the resource it is held on."""
        principal.require(Permission.READ_ACCOUNTS)
        return await self.database.all(rows.of_account, account_id=id)

    @transactional
    async def grant(
        self, tx: Transaction, principal: Principal, id: str, role: str, resource: str = EVERYWHERE
    ) -> list[str]:
        """Give an account a role, if it has not got it, and answer all its roles on the resource.

        Raises Invalid for an unknown role or resource, Forbidden, NotFound, and Conflict for an account with an
        unconfirmed address, which may be anybody's.
        """
        if await _give(tx, principal, id, [Grant(role, resource)]):
            await self._record(tx, principal, Action.ROLE_GRANTED, id, Grant(role, resource))
        return await _roles_on(tx, id, resource)

    @transactional
    async def revoke(
        self, tx: Transaction, principal: Principal, id: str, role: str, resource: str = EVERYWHERE
    ) -> list[str]:
        """Take a role from an account, if it has it, and answer its other roles on the resource.

        Raises Invalid for an unknown role or resource, Forbidden, NotFound, and Conflict for the last owner and,
        where there is no owner, for the last administrator.
        """
        if await _take(tx, principal, id, [Grant(role, resource)]):
            await self._record(tx, principal, Action.ROLE_REVOKED, id, Grant(role, resource))
        return await _roles_on(tx, id, resource)

    async def _record(self, tx: Transaction, principal: Principal, action: Action, id: str, grant: Grant) -> None:
        on = {"resource": grant.resource} if grant.resource else {}
        await record(tx, self.runtime, principal.account_id, action, id, role=grant.role, **on)

    @transactional
    async def replace(
        self, tx: Transaction, principal: Principal, id: str, kind: ResourceKind, wanted: Collection[Grant]
    ) -> list[Grant]:
        """Let an account hold exactly these roles on resources of one kind, and answer all its roles.

        Needs `accounts:read`; raises what `grant` and `revoke` raise, and then changes nothing.
        """
        principal.require(Permission.READ_ACCOUNTS)
        if changed := await exchange(tx, principal, id, kind, frozenset(wanted)):
            await record(tx, self.runtime, principal.account_id, Action.ROLES_REPLACED, id, roles=",".join(changed))
        return await tx.all(rows.of_account, account_id=id)


async def exchange(
    tx: Transaction, principal: Principal, id: str, kind: ResourceKind, wanted: frozenset[Grant]
) -> list[str]:
    """Do what `replace` does inside the caller's transaction, which records what this gives: `+` or `-` and a role."""
    if any(grant.kind is not kind for grant in wanted):
        raise Invalid(f"these roles are not held on the kind {kind.value or 'everywhere'}", "resource")
    held = {grant for grant in await tx.all(rows.of_account, account_id=id) if grant.kind is kind}
    # Sorted, so that whatever is wrong is told in the same order; first given, so that a new owner can follow the last.
    given, taken = sorted(wanted - held), sorted(held - wanted)
    await _give(tx, principal, id, given)
    await _take(tx, principal, id, taken)
    return [*(f"+{grant}" for grant in given), *(f"-{grant}" for grant in taken)]


async def _give(tx: Transaction, principal: Principal, id: str, wanted: list[Grant]) -> bool:
    """Give an account roles; False when it has them all."""
    await _check(tx, principal, id, wanted)
    account = await lifecycle.existing(tx, id)
    # The operator, who makes accounts and confirms their addresses, may know whose it is.
    known = account.email_verified or principal.kind is CredentialKind.SYSTEM
    if wanted and (account.state is State.UNVERIFIED or not known):
        raise Conflict("The e-mail address of this account is not confirmed, so that it may be anybody's.")
    given = [await tx.run(rows.insert, **_row(id, grant)) for grant in wanted]
    return any(given)


async def _take(tx: Transaction, principal: Principal, id: str, unwanted: list[Grant]) -> bool:
    """Take roles from an account; False when it has none of them."""
    await _check(tx, principal, id, unwanted)
    await lifecycle.existing(tx, id)
    taken = [await _drop(tx, id, grant) for grant in unwanted]
    return any(taken)


async def _drop(tx: Transaction, id: str, grant: Grant) -> int:
    if grant.resource == EVERYWHERE:
        await _keep_somebody_in_charge(tx, id, grant.role)
    return await tx.run(rows.delete, **_row(id, grant))


def _row(id: str, grant: Grant) -> dict[str, str]:
    return {"account_id": id, "role": grant.role, "resource": grant.resource}


async def _check(tx: Transaction, principal: Principal, id: str, changed: list[Grant]) -> None:
    for grant in changed:
        require_grantable(principal, grant)
    places = {grant.resource for grant in changed}
    there = [held for held in await tx.all(rows.of_account, account_id=id) if held.resource in places]
    if not all(map(principal.covers, there)):
        raise Forbidden("This account may do more than you.")


def require_grantable(principal: Principal, grant: Grant) -> None:
    """Raise Forbidden unless the principal may grant roles there and may do itself all that this one allows.

    Raises Invalid for an unknown role or resource.
    """
    principal.require(granting(grant), grant.resource)
    if not principal.covers(grant):
        raise Forbidden("This role allows more than you may do.")


async def _keep_somebody_in_charge(tx: Transaction, id: str, role: str) -> None:
    if role == OWNER:
        return await lifecycle.keep_an_owner(tx, id)
    if role != ADMINISTRATOR or await lifecycle.usable_holders(tx, OWNER):
        return None
    if await lifecycle.usable_holders(tx, ADMINISTRATOR) == {id}:
        raise Conflict("This is the last administrator, and nobody is an owner; make somebody an owner first.")
    return None


async def _roles_on(reader: Reader, id: str, resource: str) -> list[str]:
    return await reader.all(rows.roles_on, account_id=id, resource=resource)


async def require_no_stronger(reader: Reader, principal: Principal, id: str) -> None:
    """Raise Forbidden when the account may do what the principal may not: power is not gained over it sideways."""
    if not all(map(principal.covers, await reader.all(rows.of_account, account_id=id))):
        raise Forbidden("This account may do more than you.")
