"""Invitations: made and withdrawn by owners of a group, accepted by whoever holds one."""

from dataclasses import dataclass, field

from gatepost.server.domain import tokens
from gatepost.server.domain.errors import Forbidden, NotFound
from gatepost.server.domain.groups import INVITATION_LIFE, MOST_INVITATIONS, Group, Invitation, valid_uses
from gatepost.server.domain.principal import Principal
from gatepost.server.domain.spellings import Spelling
from gatepost.server.domain.tokens import Kind
from gatepost.server.services import lifecycle, membership
from gatepost.server.services.audit import Action, record
from gatepost.server.services.groups import membership_in
from gatepost.server.services.ports import Service
from gatepost.server.store import groups, invitations
from gatepost.server.store.database import Transaction, transactional


@dataclass(frozen=True, slots=True)
class NewInvitation:
    """An invitation just made; `raw` is shown this once."""

    invitation: Invitation
    raw: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Invitations(Service):
    """Every use case on a group raises Forbidden for one that the principal is not in."""

    async def create(
        self,
        principal: Principal,
        group_id: str,
        uses: int,
        expires_at: int | None = None,
        spelling: Spelling = Spelling.GATEPOST,
    ) -> NewInvitation:
        """Invite as many as there are uses, 1 to 100; `expires_at` (milliseconds) is a day ahead unless given.

        Raises Forbidden unless the principal owns the group and it has fewer than 500 invitations, Invalid for another
        number of uses.
        """
        now = self.runtime.clock()
        expires_at = now + INVITATION_LIFE if expires_at is None else expires_at
        invitation = Invitation(self.runtime.ids(), group_id, valid_uses(uses), now, expires_at)
        raw = tokens.mint(Kind.INVITATION, self.runtime.random_below, spelling)
        await self._store(principal, invitation, tokens.digest(raw.encode()))
        return NewInvitation(invitation, raw)

    @transactional
    async def _store(self, tx: Transaction, principal: Principal, invitation: Invitation, digest: bytes) -> None:
        own, group_id = principal.account_id, invitation.group_id
        (await membership_in(tx, principal, group_id)).require_owner()
        if (await tx.one(invitations.count_of_group, group_id=group_id) or 0) >= MOST_INVITATIONS:
            raise Forbidden(f"A group can have {MOST_INVITATIONS} invitations; withdraw one first.")
        await tx.run(
            invitations.insert,
            id=invitation.id,
            group_id=group_id,
            digest=digest,
            uses=invitation.uses,
            now=invitation.created_at,
            expires_at=invitation.expires_at,
        )
        made = {"group": group_id, "invitation": invitation.id}
        await record(tx, self.runtime, own, Action.INVITATION_CREATED, own, **made)

    async def list_of(self, principal: Principal, group_id: str) -> list[Invitation]:
        """List a group's invitations, the oldest first; expired and used ones are among them for a while."""
        await membership_in(self.database, principal, group_id)
        return await self.database.all(invitations.of_group, group_id=group_id)

    @transactional
    async def withdraw(self, tx: Transaction, principal: Principal, group_id: str, id: str) -> None:
        """End an invitation; raises Forbidden unless the principal owns the group, NotFound."""
        (await membership_in(tx, principal, group_id)).require_owner()
        if not await tx.run(invitations.delete, id=id, group_id=group_id):
            raise NotFound(membership.NO_INVITATION)
        own = principal.account_id
        await record(tx, self.runtime, own, Action.INVITATION_WITHDRAWN, own, group=group_id, invitation=id)

    async def accept(self, principal: Principal, raw: str) -> Group:
        """Join the group of an invitation and give it; the account's default stays.

        Raises NotFound when there is no such invitation, Conflict when it expired or is used up, or the account is
        in the group, Forbidden when the account is in too many.
        """
        return await self._accept(principal, membership.invitation_digest(raw))

    @transactional
    async def _accept(self, tx: Transaction, principal: Principal, digest: bytes) -> Group:
        account = await lifecycle.acting(tx, principal.account_id)
        invitation = await membership.redeem(tx, self.runtime, digest, account.id)
        accepted = {"group": invitation.group_id, "invitation": invitation.id}
        await record(tx, self.runtime, account.id, Action.INVITATION_ACCEPTED, account.id, **accepted)
        group = await tx.one(groups.by_id, id=invitation.group_id)
        assert group is not None  # noqa: S101  an invitation refers to its group
        return group
