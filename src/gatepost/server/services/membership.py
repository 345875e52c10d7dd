"""The steps by which accounts come into groups and leave them, each inside the caller's transaction.

They keep what the rules promise: a group with members has an owner, and an account in groups has one default.
"""

from gatepost.server.domain import tokens
from gatepost.server.domain.accounts import Account
from gatepost.server.domain.errors import Conflict, Forbidden, NotFound
from gatepost.server.domain.groups import DEFAULT_CURRENCY, MOST_GROUPS, Group, Invitation, MemberRole, home_name
from gatepost.server.domain.names import display_name
from gatepost.server.domain.tokens import Kind
from gatepost.server.services.ports import Runtime
from gatepost.server.store import groups, invitations
from gatepost.server.store.database import Reader, Transaction

NO_INVITATION = "There is no such invitation."


async def make_group(tx: Transaction, runtime: Runtime, owner_id: str, name: str, currency: str) -> Group:
    """Make a group with its first owner."""
    id, now = runtime.ids(), runtime.clock()
    await tx.run(groups.insert, id=id, name=name, currency=currency, now=now)
    await join(tx, runtime, owner_id, id, MemberRole.OWNER)
    return Group(id, name, currency, now, now)


async def require_room(tx: Transaction, account_id: str) -> None:
    """Raise Forbidden for an account that is in as many groups as it may be."""
    if (await tx.one(groups.count_of_account, account_id=account_id) or 0) >= MOST_GROUPS:
        raise Forbidden(f"An account can be in {MOST_GROUPS} groups and no more.")


async def make_home(tx: Transaction, runtime: Runtime, account: Account) -> Group:
    """Make the group of its own that an account begins with."""
    return await make_group(tx, runtime, account.id, home_name(display_name(account)), DEFAULT_CURRENCY)


async def join(tx: Transaction, runtime: Runtime, account_id: str, group_id: str, role: MemberRole) -> None:
    """Put an account into a group, its default if it has none; raises Duplicate when it is in there."""
    membership = {"account_id": account_id, "group_id": group_id, "role": role.value, "is_default": False}
    await tx.run(groups.join, now=runtime.clock(), **membership)
    await tx.run(groups.choose_default, account_id=account_id)


async def leave(tx: Transaction, account_id: str, group_id: str) -> None:
    """Take an account out of a group; another of its groups becomes its default if this one was."""
    await tx.run(groups.leave, account_id=account_id, group_id=group_id)
    await tx.run(groups.choose_default, account_id=account_id)


async def hand_over(tx: Transaction, account_id: str) -> None:
    """Make the longest-standing member an owner wherever the account is the only one, before it goes."""
    for group_id in await tx.all(groups.owned_alone, account_id=account_id):
        heir = await tx.one(groups.heir, group_id=group_id, leaving=account_id)
        await tx.run(groups.set_role, account_id=heir, group_id=group_id, role=MemberRole.OWNER.value)


async def leave_all(tx: Transaction, account_id: str) -> None:
    """Take an account out of every group."""
    await hand_over(tx, account_id)
    await tx.run(groups.leave_all, account_id=account_id)


def invitation_digest(raw: str) -> bytes:
    """Give the form in which an invitation is stored; raises NotFound for what cannot be one."""
    if not tokens.well_formed(raw.encode(errors="replace"), Kind.INVITATION):
        raise NotFound(NO_INVITATION)
    return tokens.digest(raw.encode())


async def open_invitation(reader: Reader, digest: bytes, now: int) -> Invitation:
    """Give an invitation by which somebody can join at `now` (milliseconds); raises NotFound or Conflict."""
    invitation = await reader.one(invitations.by_digest, digest=digest)
    if invitation is None:
        raise NotFound(NO_INVITATION)
    invitation.require_open(now)
    return invitation


async def redeem(tx: Transaction, runtime: Runtime, digest: bytes, account_id: str) -> Invitation:
    """Spend one use of an invitation on an account that joins by it, as owner where everybody else is gone.

    Raises NotFound when there is none, Conflict when it expired or is used up, or the account is in the group, and
    Forbidden when it is in too many.
    """
    invitation = await open_invitation(tx, digest, runtime.clock())
    if await tx.one(groups.membership, account_id=account_id, group_id=invitation.group_id) is not None:
        raise Conflict("You are in this group already.")
    await require_room(tx, account_id)
    if not await tx.run(invitations.spend, id=invitation.id):
        raise Conflict("This invitation is used up.")
    abandoned = await tx.one(groups.member_ids, group_id=invitation.group_id) is None
    role = MemberRole.OWNER if abandoned else MemberRole.MEMBER
    await join(tx, runtime, account_id, invitation.group_id, role)
    return invitation
