"""Groups: which one somebody acts in, who is in it, and what owners do with it."""

from dataclasses import dataclass

from gatepost.server.domain.errors import Conflict, Forbidden, Invalid, NotFound
from gatepost.server.domain.groups import (
    DEFAULT_CURRENCY,
    Group,
    Member,
    MemberRole,
    Membership,
    valid_currency,
    valid_group_name,
)
from gatepost.server.domain.principal import Principal
from gatepost.server.services import lifecycle, membership
from gatepost.server.services.audit import Action, record
from gatepost.server.services.ports import Service
from gatepost.server.store import groups
from gatepost.server.store.database import Reader, Transaction, transactional

OUTSIDE = "You are not in this group."


async def membership_in(reader: Reader, principal: Principal, group_id: str) -> Membership:
    """Give the principal's membership in a group; raises Forbidden when it has none."""
    found = await reader.one(groups.membership, account_id=principal.account_id, group_id=group_id)
    if found is None:
        raise Forbidden(OUTSIDE)
    return found


@dataclass(frozen=True, slots=True)
class Groups(Service):
    """Every use case raises Forbidden for a group that the principal is not in."""

    async def enter(self, principal: Principal, group_id: str | None = None) -> Membership:
        """Give the membership to act in: of the group that is named, else of the account's default.

        An account that is in no group gets one of its own first. Raises Forbidden for an attachment token too.
        """
        if group_id is None:
            own = principal.account_id
            found = await self.database.one(groups.default_of, account_id=own) or await self._settle(own)
        else:
            found = await membership_in(self.database, principal, group_id)
        principal.require_whole()
        return found

    @transactional
    async def _settle(self, tx: Transaction, account_id: str) -> Membership:
        account = await lifecycle.acting(tx, account_id)
        found = await tx.one(groups.default_of, account_id=account_id)
        if found is not None:
            return found  # another request was first
        group = await membership.make_home(tx, self.runtime, account)
        await record(tx, self.runtime, account_id, Action.GROUP_CREATED, account_id, group=group.id)
        return Membership(account_id, group.id, MemberRole.OWNER, is_default=True, joined_at=group.created_at)

    async def memberships(self, principal: Principal) -> list[Membership]:
        """List the principal's memberships; one of them, if there is any, is the default."""
        return await self.database.all(groups.memberships_of, account_id=principal.account_id)

    async def list_own(self, principal: Principal) -> list[Group]:
        """List the groups that the principal is in."""
        return await self.database.all(groups.of_account, account_id=principal.account_id)

    async def show(self, principal: Principal, group_id: str) -> Group:
        """Give one group."""
        await membership_in(self.database, principal, group_id)
        return await _existing(self.database, group_id)

    async def members(self, principal: Principal, group_id: str) -> list[Member]:
        """List who is in a group, those who came first first."""
        await membership_in(self.database, principal, group_id)
        return await self.database.all(groups.members, group_id=group_id)

    @transactional
    async def create(self, tx: Transaction, principal: Principal, name: str, currency: str = DEFAULT_CURRENCY) -> Group:
        """Make a group that the principal owns.

        Raises Invalid for a bad name or an unknown currency, Forbidden for somebody who is in too many groups.
        """
        account = await lifecycle.acting(tx, principal.account_id)
        await membership.require_room(tx, account.id)
        name, currency = valid_group_name(name), valid_currency(currency)
        group = await membership.make_group(tx, self.runtime, account.id, name, currency)
        await record(tx, self.runtime, account.id, Action.GROUP_CREATED, account.id, group=group.id)
        return group

    @transactional
    async def change(self, tx: Transaction, principal: Principal, group_id: str, name: str, currency: str) -> Group:
        """Give a group another name and currency; raises Forbidden unless the principal owns it, Invalid."""
        await self._require_owner(tx, principal, group_id)
        name, currency, own = valid_group_name(name), valid_currency(currency), principal.account_id
        await tx.run(groups.change, id=group_id, name=name, currency=currency, now=self.runtime.clock())
        await record(tx, self.runtime, own, Action.GROUP_CHANGED, own, group=group_id)
        return await _existing(tx, group_id)

    @transactional
    async def delete(self, tx: Transaction, principal: Principal, group_id: str) -> None:
        """Delete a group with its invitations; whoever had it as default gets another of their groups.

        Raises Forbidden unless the principal owns it, Invalid when it is the only group the principal is in.
        """
        await self._require_owner(tx, principal, group_id)
        own = principal.account_id
        if len(await tx.all(groups.memberships_of, account_id=own)) == 1:
            raise Invalid("This is the only group you are in.")
        members = await tx.all(groups.member_ids, group_id=group_id)
        await tx.run(groups.delete, id=group_id)
        await tx.run_many(groups.choose_default, ({"account_id": id} for id in members))
        await record(tx, self.runtime, own, Action.GROUP_DELETED, own, group=group_id)

    @transactional
    async def change_role(
        self, tx: Transaction, principal: Principal, group_id: str, account_id: str, role: MemberRole
    ) -> None:
        """Make a member an owner or the other way round.

        Raises Forbidden unless the principal owns the group, NotFound for who is not in it, Conflict for its last
        owner.
        """
        await self._require_owner(tx, principal, group_id)
        found = await tx.one(groups.membership, account_id=account_id, group_id=group_id)
        if found is None:
            raise NotFound("There is no such member.")
        if found.role is role:
            return
        if await tx.all(groups.owner_ids, group_id=group_id) == [account_id]:
            raise Conflict("This is the last owner of the group; make somebody else an owner first.")
        await tx.run(groups.set_role, account_id=account_id, group_id=group_id, role=role.value)
        changed = {"group": group_id, "role": role.value}
        await record(tx, self.runtime, principal.account_id, Action.MEMBER_ROLE_CHANGED, account_id, **changed)

    @transactional
    async def remove_member(self, tx: Transaction, principal: Principal, group_id: str, account_id: str) -> None:
        """Take somebody out of a group; nothing happens to an account that is not in it.

        Raises Forbidden unless the principal owns the group, Invalid for itself and when nobody else is in the
        group, NotFound when there is no such account.
        """
        await self._require_owner(tx, principal, group_id)
        if account_id == principal.account_id:
            raise Invalid("You cannot remove yourself from the group.")
        members = await tx.all(groups.member_ids, group_id=group_id)
        if len(members) == 1:
            raise Invalid("You cannot remove the last member from the group.")
        await lifecycle.existing(tx, account_id)
        if account_id in members:
            await membership.leave(tx, account_id, group_id)
            await record(tx, self.runtime, principal.account_id, Action.MEMBER_REMOVED, account_id, group=group_id)

    async def _require_owner(self, tx: Transaction, principal: Principal, group_id: str) -> None:
        (await membership_in(tx, principal, group_id)).require_owner()


async def _existing(reader: Reader, group_id: str) -> Group:
    group = await reader.one(groups.by_id, id=group_id)
    if group is None:
        raise NotFound("There is no such group.")
    return group
