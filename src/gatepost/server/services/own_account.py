"""What people change about their own account: what they are called, and their password."""

from dataclasses import dataclass, replace

from gatepost.server.domain import names, passwords
from gatepost.server.domain.accounts import Account, Person, same_mailbox
from gatepost.server.domain.errors import Conflict, Invalid
from gatepost.server.domain.principal import CredentialKind, Principal
from gatepost.server.domain.text import fold
from gatepost.server.services import lifecycle
from gatepost.server.services.audit import Action, record
from gatepost.server.services.password_reset import LINKS as RESET_LINKS
from gatepost.server.services.ports import Hasher, Service
from gatepost.server.services.registration import RegistrationPolicy
from gatepost.server.services.sign_in import secret_of
from gatepost.server.store import accounts, sessions
from gatepost.server.store.database import Transaction, transactional


@dataclass(frozen=True, slots=True)
class OwnAccount(Service):
    """Changes of the acting account by itself."""

    hasher: Hasher
    policy: RegistrationPolicy

    @transactional
    async def rename(self, tx: Transaction, principal: Principal, name: str, email: str) -> Account:
        """Give the account another display name and e-mail address, both of them, and answer it.

        A new address counts as unconfirmed, and a username that was the old one follows. Raises Invalid for a field
        that breaks its rule, Conflict when somebody else has the address.
        """
        before = await lifecycle.acting(tx, principal.account_id)
        who = _renamed(before, name, email)
        changed = _differences(before, who)
        if not changed:
            return before
        if "email" in changed:
            await self._check_address(tx, before, who)
        await self._store(tx, before, who)
        account = await lifecycle.acting(tx, before.id)
        await lifecycle.list_in_directory(tx, account)
        await record(tx, self.runtime, before.id, Action.RENAMED, before.id, fields=",".join(changed))
        return account

    async def _check_address(self, tx: Transaction, before: Account, who: Person) -> None:
        self.policy.check_domain(who)
        if reason := await lifecycle.taken(tx, who, before.id):
            raise Conflict(reason)
        # Whoever reads the old mailbox must not get in by a link that lies there.
        await tx.run(sessions.delete_links_of_account, account_id=before.id, purpose=RESET_LINKS.purpose)

    async def _store(self, tx: Transaction, before: Account, who: Person) -> None:
        still_verified = before.email_verified and same_mailbox(before.email, who.email)
        await accounts.rename(tx, who, id=before.id, now=self.runtime.clock(), email_verified=still_verified)

    async def change_password(self, principal: Principal, current: str, new: str) -> None:
        """Replace the password and end every session but the acting one, and that one's attachment token.

        Access tokens stay. Raises Invalid when `current` is wrong, or for a new password that breaks a rule;
        Conflict when the password was changed meanwhile; Unavailable when too many wait to be hashed.
        """
        account = await lifecycle.acting(self.database, principal.account_id)
        stored = await self.database.one(accounts.password_of, id=account.id)
        verdict = await self.hasher.verify(secret_of(current), stored)
        if stored is None or not verdict.matches:
            raise Invalid("The current password is wrong.", "current")
        secret = passwords.accept(new, self.policy.min_password_length, account)
        await self._change_password(principal, stored, await self.hasher.hash(secret))

    @transactional
    async def _change_password(self, tx: Transaction, principal: Principal, stored: str, password_hash: str) -> None:
        own = principal.account_id
        if await tx.one(accounts.password_of, id=own) != stored:
            raise Conflict("The password was changed meanwhile.")
        await tx.run(accounts.set_password, id=own, password_hash=password_hash, now=self.runtime.clock())
        kept = principal.credential_id if principal.kind is CredentialKind.SESSION else None
        await tx.run(sessions.delete_others, account_id=own, kept=kept or "")
        await tx.run(sessions.end_attachment, id=kept or "")
        await tx.run(sessions.delete_links_of_account, account_id=own, purpose=RESET_LINKS.purpose)
        await lifecycle.end_credentials(tx)
        await record(tx, self.runtime, own, Action.OWN_PASSWORD_CHANGED, own)


def _renamed(before: Account, name: str, email: str) -> Person:
    username_is_address = fold(before.username) == fold(before.email)
    who = names.named(email, name, None if username_is_address else before.username)
    if name != names.display_name(before):
        return who
    # What is shown of an account without names is no name of it.
    return replace(who, first_name=before.first_name, last_name=before.last_name)


def _differences(before: Account, who: Person) -> list[str]:
    fields = ("email", "first_name", "last_name")
    return [field for field in fields if getattr(before, field) != getattr(who, field)]
