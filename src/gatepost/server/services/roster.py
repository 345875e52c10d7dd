"""The accounts of others as programs keep them: by username, invited by mail, and changed in several ways at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from msgspec import UNSET, UnsetType

from gatepost.server.domain.accounts import DESCRIPTION_LIMIT, NAME_LIMIT, Account
from gatepost.server.domain.errors import Forbidden, NotFound, TooManyRequests
from gatepost.server.domain.grants import Grant
from gatepost.server.domain.mail import MailKind
from gatepost.server.domain.principal import Principal
from gatepost.server.domain.roles import OWNER, Permission, ResourceKind
from gatepost.server.domain.text import clean_optional, fold
from gatepost.server.services import lifecycle
from gatepost.server.services.administration import Administration, NewAccount
from gatepost.server.services.audit import Action, record
from gatepost.server.services.grants import exchange, require_no_stronger
from gatepost.server.services.password_reset import PasswordReset, Sent
from gatepost.server.services.ports import Service
from gatepost.server.store import accounts, grants, roster
from gatepost.server.store.database import Reader, Transaction, transactional

LONGEST_PAGE = grants.BATCH
MAILED_AGAIN_SECONDS = 600
NOBODY = "There is no such user."


@dataclass(frozen=True, slots=True)
class Entry:
    """An account with every role it holds."""

    account: Account
    grants: tuple[Grant, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """Some accounts in the order of their ids; `complete` when none follows them."""

    entries: list[Entry]
    complete: bool


@dataclass(frozen=True, slots=True)
class Changes:
    """What shall be different: None leaves `enabled` as it is, UNSET the description.

    `roles` has all roles that the account shall hold on each kind of resource that it names.
    """

    enabled: bool | None = None
    roles: Mapping[ResourceKind, frozenset[Grant]] = field(default_factory=dict)
    description: str | UnsetType | None = UNSET


@dataclass(frozen=True, slots=True)
class Roster(Service):
    """Every use case needs a permission, and none changes an account that may do more than the principal."""

    administration: Administration
    reset: PasswordReset

    async def find(self, principal: Principal, username: str) -> Entry:
        """Give the account of this name, compared by its folded form; raises NotFound."""
        principal.require(Permission.READ_ACCOUNTS)
        return await self.database.read(lambda reader: _entry_of(reader, username))

    async def page(self, principal: Principal, limit: int, after: str = "", resource: str | None = None) -> Page:
        """List at most `limit` (1 to 100) accounts, those following the id `after`.

        With a `resource`, a corpus, they are those that may read it, by a role on it or by one held everywhere; raises
        NotFound for one that no account holds a role on. Sign-up attempts are not listed.
        """
        principal.require(Permission.READ_ACCOUNTS)
        return await self.database.read(lambda reader: _page(reader, limit, after, resource))

    async def invite(self, principal: Principal, new: NewAccount) -> tuple[Entry, Sent]:
        """Make an account and mail its owner a link that works for a week, to choose a password; gives both.

        Raises what `Administration.create` raises, and then neither makes nor mails anything.
        """
        self.administration.require_creatable(principal, new)
        return await self._invite(principal, new)

    @transactional
    async def _invite(self, tx: Transaction, principal: Principal, new: NewAccount) -> tuple[Entry, Sent]:
        account = await self.administration.make(tx, principal, new)
        sent = await self.reset.send(tx, account, MailKind.INVITATION)
        return await _entry(tx, account), sent

    async def change(self, principal: Principal, username: str, changes: Changes) -> Entry:
        """Change an account all at once or not at all, and give it as it is then.

        Raises NotFound, Invalid, Forbidden, and Conflict for what would leave nobody in charge.
        """
        clean_optional(changes.description or None, "description", DESCRIPTION_LIMIT)
        return await self._change(principal, username, changes)

    @transactional
    async def _change(self, tx: Transaction, principal: Principal, username: str, changes: Changes) -> Entry:
        principal.require(Permission.READ_ACCOUNTS)
        before = await self._changeable(tx, principal, username)
        roles: list[str] = []
        for kind, wanted in changes.roles.items():
            roles += await exchange(tx, principal, before.id, kind, wanted)
        fields = _differing(before, changes)
        if roles or fields:
            await self._write(tx, before, changes, fields)
            action, detail = _gravest(fields, roles, changes), {"fields": ",".join(fields), "roles": ",".join(roles)}
            told = {name: value for name, value in detail.items() if value}
            await record(tx, self.runtime, principal.account_id, action, before.id, **told)
        return await _entry(tx, await lifecycle.existing(tx, before.id))

    async def _write(self, tx: Transaction, before: Account, changes: Changes, fields: list[str]) -> None:
        now = self.runtime.clock()
        if "enabled" in fields:
            await lifecycle.set_disabled(tx, before.id, disabled=not changes.enabled, now=now)
        description = before.description if changes.description is UNSET else changes.description
        # Also when it stays: an account whose roles changed is one that changed.
        await tx.run(accounts.set_description, id=before.id, description=description, now=now)

    async def _changeable(self, tx: Transaction, principal: Principal, username: str) -> Account:
        principal.require(Permission.WRITE_ACCOUNTS)
        account = await _named(tx, username)
        await require_no_stronger(tx, principal, account.id)
        return account

    @transactional
    async def remove(self, tx: Transaction, principal: Principal, username: str) -> None:
        """Erase an account and everything of it; raises NotFound, Forbidden for the principal's own and for an owner's.

        An owner has to lose that role first.
        """
        account = await self._changeable(tx, principal, username)
        if account.id == principal.account_id:
            raise Forbidden("Nobody deletes their own account here.")
        if Grant(OWNER) in await tx.all(grants.of_account, account_id=account.id):
            raise Forbidden("This account is an owner; take that role from it first.")
        await lifecycle.erase(tx, account.id)
        await record(tx, self.runtime, principal.account_id, Action.DELETED, account.id)

    @transactional
    async def send_reset(self, tx: Transaction, principal: Principal, username: str) -> tuple[Account, Sent]:
        """Mail a link for a new password, which works for an hour; gives the account and the link.

        Raises NotFound, Forbidden for an account that may not act, or has a role but no confirmed address, and
        TooManyRequests when the address has had its share of mails.
        """
        account = await self._changeable(tx, principal, username)
        if not account.usable:
            raise Forbidden("This account may not sign in.")
        # A stolen token can change the address: it must not lead to the password of somebody with a role.
        if not account.email_verified and await tx.all(grants.of_account, account_id=account.id):
            raise Forbidden("The e-mail address of this account is not confirmed, and the account has a role.")
        if await self.reset.mails.flooded(tx, account.email):
            raise TooManyRequests("This address has had enough mails for now.", retry_after=MAILED_AGAIN_SECONDS)
        sent = await self.reset.send(tx, account, MailKind.RESET_PASSWORD)
        await record(tx, self.runtime, principal.account_id, Action.RESET_SENT, account.id)
        return account, sent


def _differing(before: Account, changes: Changes) -> list[str]:
    """Name the fields beside the roles that are to be different."""
    fields = []
    if changes.enabled is not None and changes.enabled == before.disabled:
        fields.append("enabled")
    if changes.description is not UNSET and changes.description != before.description:
        fields.append("description")
    return fields


def _gravest(fields: list[str], roles: list[str], changes: Changes) -> Action:
    """Say what the one event of a change is called."""
    if "enabled" in fields:
        return Action.ENABLED if changes.enabled else Action.DISABLED
    return Action.ROLES_REPLACED if roles else Action.DESCRIBED


async def _named(reader: Reader, username: str) -> Account:
    possible = len(username) <= NAME_LIMIT and "\x00" not in username
    account = await reader.one(accounts.by_username, username_key=fold(username)) if possible else None
    if account is None:
        raise NotFound(NOBODY)
    return account


async def _entry_of(reader: Reader, username: str) -> Entry:
    return await _entry(reader, await _named(reader, username))


async def _entry(reader: Reader, account: Account) -> Entry:
    return Entry(account, tuple(sorted(await reader.all(grants.of_account, account_id=account.id))))


async def _page(reader: Reader, limit: int, after: str, resource: str | None) -> Page:
    if resource is None:
        found = await reader.all(roster.page, after=after, limit=limit + 1)
    else:
        found = await _with_access(reader, limit + 1, after, resource)
    return Page(await _entries(reader, found[:limit]), len(found) <= limit)


async def _with_access(reader: Reader, wanted: int, after: str, resource: str) -> list[Account]:
    if await reader.one(grants.holder_on, resource=resource) is None:
        raise NotFound("There is no such corpus.")
    found: dict[str, Account] = {}
    complete = False
    while len(found) < wanted and not complete:
        rows = await reader.all(roster.page_with_access, resource=resource, after=after, limit=wanted)
        found |= {account.id: account for account in rows}
        # What is left of the last one's roles is passed over, and that is right: it has been found.
        after, complete = rows[-1].id if rows else after, len(rows) < wanted
    return list(found.values())


async def _entries(reader: Reader, listed: list[Account]) -> list[Entry]:
    held: dict[str, list[Grant]] = {account.id: [] for account in listed}
    for account_id, grant in await reader.all(grants.of_accounts, **grants.batch_of(list(held))):
        held[account_id].append(grant)
    return [Entry(account, tuple(sorted(held[account.id]))) for account in listed]
