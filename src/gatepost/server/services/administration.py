"""What administrators do with accounts."""

from dataclasses import dataclass, field

from gatepost.server.domain import passwords
from gatepost.server.domain.accounts import DESCRIPTION_LIMIT, Account, State, person
from gatepost.server.domain.errors import Conflict, NotFound
from gatepost.server.domain.grants import Grant
from gatepost.server.domain.mail import MailKind
from gatepost.server.domain.principal import Principal
from gatepost.server.domain.roles import Permission
from gatepost.server.domain.text import clean_optional, fold
from gatepost.server.services import lifecycle
from gatepost.server.services.audit import Action, record
from gatepost.server.services.grants import require_grantable, require_no_stronger
from gatepost.server.services.mails import Mails
from gatepost.server.services.ports import Hasher, Service
from gatepost.server.store import accounts, grants, tokens
from gatepost.server.store.database import Transaction, transactional

PAGE = 100


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account as an administrator asks for it; without a password it can only sign in by other means."""

    email: str
    username: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    password: str | None = field(default=None, repr=False)
    roles: tuple[str, ...] = ()
    state: State = State.ACTIVE
    description: str | None = None
    on_resources: frozenset[Grant] = frozenset()

    @property
    def grants(self) -> list[Grant]:
        """The roles it is to hold, everywhere and on resources."""
        return sorted({*map(Grant, self.roles), *self.on_resources})


@dataclass(frozen=True, slots=True)
class Administration(Service):
    """Creates, finds and changes the accounts of others."""

    hasher: Hasher
    mails: Mails
    min_password_length: int
    public_url: str

    async def create(self, principal: Principal, new: NewAccount) -> Account:
        """Make an account; its address counts as confirmed unless its state is `unverified`.

        Raises Invalid for a field or role that breaks its rule, Forbidden for a role above the principal's own rights,
        Conflict when e-mail or username is taken.
        """
        self.require_creatable(principal, new)
        return await self._create(principal, new, await self._hash(new))

    def require_creatable(self, principal: Principal, new: NewAccount) -> None:
        """Raise Forbidden unless the principal may make such an account, Invalid for an unknown role or resource."""
        principal.require(Permission.WRITE_ACCOUNTS)
        for grant in new.grants:
            require_grantable(principal, grant)

    async def _hash(self, new: NewAccount) -> str | None:
        if new.password is None:
            return None
        return await self.hasher.hash(passwords.accept(new.password, self.min_password_length, new))

    @transactional
    async def _create(
        self, tx: Transaction, principal: Principal, new: NewAccount, password_hash: str | None
    ) -> Account:
        return await self.make(tx, principal, new, password_hash)

    async def make(
        self, tx: Transaction, principal: Principal, new: NewAccount, password_hash: str | None = None
    ) -> Account:
        """Do what `create` does, but for its check of the principal, inside the caller's transaction."""
        who = person(new.email, new.username, new.first_name, new.last_name)
        claims = new.state is not State.UNVERIFIED
        if claims and (reason := await lifecycle.taken(tx, who)):
            raise Conflict(reason)
        id, now = self.runtime.ids(), self.runtime.clock()
        account = await accounts.add(
            tx,
            who,
            id=id,
            now=now,
            state=new.state,
            email_verified=claims,
            password_hash=password_hash,
            description=clean_optional(new.description, "description", DESCRIPTION_LIMIT),
        )
        for grant in new.grants:
            await tx.run(grants.insert, account_id=id, role=grant.role, resource=grant.resource)
        await lifecycle.list_in_directory(tx, account)
        await record(tx, self.runtime, principal.account_id, Action.CREATED, id, roles=",".join(map(str, new.grants)))
        return account

    async def find(self, principal: Principal, key: str) -> Account:
        """Find one account by id, e-mail or username; raises NotFound."""
        principal.require(Permission.READ_ACCOUNTS)
        folded = fold(key)
        account = (
            await self.database.one(accounts.by_id, id=key)
            or await self.database.one(accounts.by_email, email_key=folded)
            or await self.database.one(accounts.by_username, username_key=folded)
            or await self.database.one(accounts.attempts_for, email_key=folded)
        )
        if account is None:
            raise NotFound(f"There is no account {key!r}.")
        return account

    async def page(self, principal: Principal, state: State | None = None, after: str = "") -> list[Account]:
        """List up to 100 accounts in the order of their ids, those following `after`."""
        principal.require(Permission.READ_ACCOUNTS)
        if state is None:
            return await self.database.all(accounts.page, after=after, limit=PAGE)
        return await self.database.all(accounts.page_in_state, state=state.value, after=after, limit=PAGE)

    async def approve(self, principal: Principal, id: str) -> Account:
        """Let a pending account in and tell its owner; raises NotFound, or Conflict when it is not pending."""
        return await self._decide(principal, id, state=State.ACTIVE, kind=MailKind.APPROVED, action=Action.APPROVED)

    async def reject(self, principal: Principal, id: str) -> Account:
        """Turn a pending account down and tell its owner; raises NotFound, or Conflict when it is not pending."""
        return await self._decide(principal, id, state=State.REJECTED, kind=MailKind.REJECTED, action=Action.REJECTED)

    @transactional
    async def _decide(
        self, tx: Transaction, principal: Principal, id: str, *, state: State, kind: MailKind, action: Action
    ) -> Account:
        principal.require(Permission.DECIDE_SIGN_UPS)
        before = await lifecycle.existing(tx, id)
        await require_no_stronger(tx, principal, id)
        if before.state is not State.PENDING:
            raise Conflict(f"The account is {before.state.value}, not pending.")
        now, verified = self.runtime.clock(), before.email_verified
        await tx.run(accounts.set_state, id=id, state=state.value, email_verified=verified, now=now)
        values = {"name": before.greeting} | ({"link": f"{self.public_url}/sign-in"} if state is State.ACTIVE else {})
        await self.mails.enqueue(tx, kind, before.email, id, values)
        account = await lifecycle.existing(tx, id)
        await lifecycle.list_in_directory(tx, account)
        await record(tx, self.runtime, principal.account_id, action, id)
        return account

    async def enable(self, principal: Principal, id: str) -> Account:
        """Let the account's credentials act again; raises NotFound."""
        return await self._set_disabled(principal, id, disabled=False)

    async def disable(self, principal: Principal, id: str) -> Account:
        """End every credential's power at once, keeping the account; raises NotFound, Conflict for the last owner."""
        return await self._set_disabled(principal, id, disabled=True)

    @transactional
    async def _set_disabled(self, tx: Transaction, principal: Principal, id: str, *, disabled: bool) -> Account:
        principal.require(Permission.WRITE_ACCOUNTS)
        before = await lifecycle.existing(tx, id)
        await require_no_stronger(tx, principal, id)
        if before.disabled == disabled:
            return before
        await lifecycle.set_disabled(tx, id, disabled=disabled, now=self.runtime.clock())
        await record(tx, self.runtime, principal.account_id, Action.DISABLED if disabled else Action.ENABLED, id)
        return await lifecycle.existing(tx, id)

    @transactional
    async def delete(self, tx: Transaction, principal: Principal, id: str) -> None:
        """Erase an account and everything of it; raises NotFound, Conflict for the last owner."""
        principal.require(Permission.WRITE_ACCOUNTS)
        await require_no_stronger(tx, principal, id)
        if not await lifecycle.erase(tx, id):
            raise NotFound("There is no such account.")
        await record(tx, self.runtime, principal.account_id, Action.DELETED, id)

    async def set_password(self, principal: Principal, id: str, password: str, *, revoke_tokens: bool = False) -> None:
        """Give the account a new password and end its sessions; raises NotFound or Invalid.

        `revoke_tokens` ends all its tokens as well, the default token included, and needs `tokens:mint` too.
        """
        principal.require(Permission.WRITE_ACCOUNTS)
        if revoke_tokens:
            principal.require(Permission.MINT_TOKENS)
        account = await lifecycle.existing(self.database, id)
        secret = passwords.accept(password, self.min_password_length, account)
        await self._set_password(principal, id, await self.hasher.hash(secret), revoke_tokens=revoke_tokens)

    @transactional
    async def _set_password(
        self, tx: Transaction, principal: Principal, id: str, password_hash: str, *, revoke_tokens: bool
    ) -> None:
        await lifecycle.existing(tx, id)
        await require_no_stronger(tx, principal, id)
        await tx.run(accounts.set_password, id=id, password_hash=password_hash, now=self.runtime.clock())
        revoked = await tx.run(tokens.delete_of_account, account_id=id) if revoke_tokens else 0
        await lifecycle.end_sessions(tx, id)
        await record(tx, self.runtime, principal.account_id, Action.PASSWORD_CHANGED, id, tokens=revoked)
