"""Accounts that come from an OIDC provider: linked, or made on first sight."""

from collections.abc import Mapping
from dataclasses import dataclass

from gatepost.server.domain.accounts import Account, Person, require_usable, same_mailbox
from gatepost.server.domain.errors import Conflict, Forbidden
from gatepost.server.domain.groups import MemberRole
from gatepost.server.domain.identities import Claims, ProviderRules
from gatepost.server.domain.principal import CredentialKind, Principal
from gatepost.server.services import lifecycle, membership
from gatepost.server.services.audit import Action, record
from gatepost.server.services.mails import Mails
from gatepost.server.services.ports import Service
from gatepost.server.services.registration import RegistrationPolicy
from gatepost.server.store import accounts, grants, groups, preferences, profiles, tokens
from gatepost.server.store.database import Transaction, transactional

UNVERIFIED = "The identity provider gives no verified e-mail address, so no account can be made."


@dataclass(frozen=True, slots=True)
class Provisioning(Service):
    """Turns verified claims into an account; `rules` are by issuer, `groups` are ids by what providers call them."""

    mails: Mails
    policy: RegistrationPolicy
    rules: Mapping[str, ProviderRules]
    groups: Mapping[str, str]

    async def principal_for(self, claims: Claims) -> Principal:
        """Give the account linked to the identity, linking or making it when there is none.

        An account is linked by e-mail only when the provider says the address is verified, and a verified address
        wins over unconfirmed sign-up attempts for it. Raises Forbidden when the claims cannot make an account or
        the account may not act, Conflict when the address belongs to somebody else.
        """
        account = await self._account_for(claims)
        require_usable(account)
        return Principal(account.id, CredentialKind.BEARER)

    @transactional
    async def _account_for(self, tx: Transaction, claims: Claims) -> Account:
        return await self.account_for(tx, claims)

    async def account_for(self, tx: Transaction, claims: Claims) -> Account:
        """Do what `principal_for` does inside the caller's transaction; the account may be one that may not act."""
        linked = await tx.one(accounts.by_identity, issuer=claims.issuer, subject=claims.subject)
        if linked is None:
            return await self._link(tx, claims)
        if joined := await self._join_groups(tx, linked, claims):
            await record(tx, self.runtime, linked.id, Action.GROUPS_JOINED, linked.id, groups=joined)
        return linked

    async def _link(self, tx: Transaction, claims: Claims) -> Account:
        rules = self.rules.get(claims.issuer, ProviderRules())
        if not claims.email or (rules.verify_email and not claims.email_verified):
            raise Forbidden(UNVERIFIED)
        newcomer = claims.newcomer(claims.email)
        account = await self._held(tx, newcomer, claims) or await self._make(tx, newcomer, claims, rules)
        link = {"issuer": claims.issuer, "subject": claims.subject, "account_id": account.id}
        await tx.run(profiles.link_identity, now=self.runtime.clock(), **link)
        detail = {"issuer": claims.issuer, "groups": await self._join_groups(tx, account, claims)}
        await record(tx, self.runtime, account.id, Action.PROVISIONED, account.id, **detail)
        return account

    async def _held(self, tx: Transaction, newcomer: Person, claims: Claims) -> Account | None:
        """Give the account that has the address, if it is the identity's; raises Conflict if it is not."""
        held = await tx.one(accounts.by_email, email_key=newcomer.email_key)
        if held is None:
            return None
        if not same_mailbox(held.email, newcomer.email):
            raise Conflict("The e-mail address is too similar to that of another account.")
        if not claims.email_verified:
            raise Conflict("The e-mail address is in use, and the identity provider does not say that it is yours.")
        if not held.email_verified:
            return await self._take_over(tx, held, newcomer)
        # Providers give an address to somebody else when people leave; the account is not theirs.
        if await tx.one(profiles.subject_at, account_id=held.id, issuer=claims.issuer):
            raise Conflict("The account with this e-mail address belongs to another identity of the same provider.")
        return held

    async def _take_over(self, tx: Transaction, held: Account, newcomer: Person) -> Account:
        """Give an account to the owner of its address, which nobody confirmed, with nothing of whoever registered it.

        Raises Conflict for one that was given a role: that was meant for somebody else than the owner of the address.
        """
        if await tx.all(grants.of_account, account_id=held.id):
            raise Conflict("The account with this e-mail address has a role, and its address was never confirmed.")
        if reason := await lifecycle.taken(tx, newcomer, held.id):
            raise Conflict(reason)
        await self._forget(tx, held.id)
        await accounts.rename(tx, newcomer, id=held.id, now=self.runtime.clock(), email_verified=True)
        account = await lifecycle.existing(tx, held.id)
        await lifecycle.list_in_directory(tx, account)
        return account

    async def _forget(self, tx: Transaction, account_id: str) -> None:
        now = self.runtime.clock()
        await tx.run(accounts.set_password, id=account_id, password_hash=None, now=now)
        blank = {"current_position": None, "homepage": None, "about": None, "phone": None}
        await tx.run(accounts.set_profile, id=account_id, now=now, **blank)
        for statement in (
            profiles.delete_image,
            preferences.delete,
            profiles.unlink_identities,
            tokens.delete_of_account,
        ):
            await tx.run(statement, account_id=account_id)
        await membership.leave_all(tx, account_id)
        await lifecycle.end_sessions(tx, account_id)

    async def _make(self, tx: Transaction, newcomer: Person, claims: Claims, rules: ProviderRules) -> Account:
        if rules.sign_up_always:
            self.policy.check_domain(newcomer)
        else:
            self.policy.check(newcomer)
        if await tx.one(accounts.by_username, username_key=newcomer.username_key):
            raise Conflict("The e-mail address is in use as somebody's username.")
        id, now, verified = self.runtime.ids(), self.runtime.clock(), claims.email_verified
        if verified:
            await tx.run(accounts.end_attempts, email_key=newcomer.email_key, keep=id)
        state = self.policy.confirmed_state
        account = await accounts.add(
            tx, newcomer, id=id, now=now, state=state, email_verified=verified, password_hash=None
        )
        await lifecycle.arrive(tx, self.mails, account)
        return account

    async def _join_groups(self, tx: Transaction, account: Account, claims: Claims) -> str:
        """Make the account a member wherever the configuration says so; give the ids of the groups joined."""
        wanted = {self.groups[name] for name in claims.groups if name in self.groups} if account.usable else set()
        joined = [id for id in sorted(wanted) if await self._join(tx, account.id, id)]
        return ",".join(joined)

    async def _join(self, tx: Transaction, account_id: str, group_id: str) -> bool:
        there = await tx.one(groups.by_id, id=group_id) is not None
        if not there or await tx.one(groups.membership, account_id=account_id, group_id=group_id) is not None:
            return False
        # A group with members has an owner, also one that everybody had left.
        abandoned = await tx.one(groups.member_ids, group_id=group_id) is None
        role = MemberRole.OWNER if abandoned else MemberRole.MEMBER
        await membership.join(tx, self.runtime, account_id, group_id, role)
        return True
