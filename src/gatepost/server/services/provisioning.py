"""Accounts that come from an OIDC provider: linked, or made on first sight."""

from dataclasses import dataclass

from gatepost.server.domain.accounts import Account, Person, person, require_usable, same_mailbox
from gatepost.server.domain.errors import Conflict, Forbidden
from gatepost.server.domain.identities import Claims
from gatepost.server.domain.principal import CredentialKind, Principal
from gatepost.server.services import lifecycle, membership
from gatepost.server.services.audit import Action, record
from gatepost.server.services.mails import Mails
from gatepost.server.services.ports import Service
from gatepost.server.services.registration import RegistrationPolicy
from gatepost.server.store import accounts, profiles, tokens
from gatepost.server.store.database import Transaction, transactional


@dataclass(frozen=True, slots=True)
class Provisioning(Service):
    """Turns verified claims into an account."""

    mails: Mails
    policy: RegistrationPolicy

    async def principal_for(self, claims: Claims) -> Principal:
        """Give the account linked to the identity, linking or making it when there is none.

        An account is linked by e-mail only when the provider says the address is verified, and a verified address
        wins over unconfirmed sign-up attempts for it. Raises Forbidden when the claims cannot make an account or
        the account may not act.
        """
        account = await self._account_for(claims)
        require_usable(account)
        return Principal(account.id, CredentialKind.BEARER)

    @transactional
    async def _account_for(self, tx: Transaction, claims: Claims) -> Account:
        linked = await tx.one(accounts.by_identity, issuer=claims.issuer, subject=claims.subject)
        return linked or await self._link(tx, claims)

    async def _link(self, tx: Transaction, claims: Claims) -> Account:
        if not claims.email or not claims.email_verified:
            raise Forbidden("The identity provider gives no verified e-mail address, so no account can be made.")
        newcomer = person(claims.email, None, claims.first_name, claims.last_name)
        held = await tx.one(accounts.by_email, email_key=newcomer.email_key)
        if held and not same_mailbox(held.email, newcomer.email):
            raise Conflict("The e-mail address is too similar to that of another account.")
        account = await self._take_over(tx, held) if held else await self._make(tx, newcomer)
        await tx.run(
            profiles.link_identity,
            issuer=claims.issuer,
            subject=claims.subject,
            account_id=account.id,
            now=self.runtime.clock(),
        )
        await record(tx, self.runtime, account.id, Action.PROVISIONED, account.id, issuer=claims.issuer)
        return account

    async def _take_over(self, tx: Transaction, held: Account) -> Account:
        """Leave a confirmed account as it is; take an unconfirmed one from whoever registered the address."""
        if not held.email_verified:
            await tx.run(accounts.confirm_owner, id=held.id, now=self.runtime.clock())
            await tx.run(tokens.delete_of_account, account_id=held.id)
            await tx.run(profiles.unlink_identities, account_id=held.id)
            await membership.leave_all(tx, held.id)
            await lifecycle.end_sessions(tx, held.id)
        return held

    async def _make(self, tx: Transaction, newcomer: Person) -> Account:
        self.policy.check(newcomer)
        if await tx.one(accounts.by_username, username_key=newcomer.username_key):
            raise Conflict("The e-mail address is in use as somebody's username.")
        id, now = self.runtime.ids(), self.runtime.clock()
        state = self.policy.confirmed_state
        await tx.run(accounts.end_attempts, email_key=newcomer.email_key, keep=id)
        account = await accounts.add(tx, newcomer, id=id, now=now, state=state, email_verified=True, password_hash=None)
        await lifecycle.arrive(tx, self.mails, account)
        return account
