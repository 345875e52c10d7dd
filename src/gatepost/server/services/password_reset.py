"""A forgotten password: a link by mail, and a new password by its button.

Known and unknown addresses get the same answer after the same work: one link and one mail are written either way, but
for an address that no password can be reset for, the link leads nowhere and the mail does not leave.
"""

from dataclasses import dataclass, field

from gatepost.server.domain import passwords
from gatepost.server.domain.accounts import Account
from gatepost.server.domain.clock import DAY, HOUR
from gatepost.server.domain.errors import Invalid
from gatepost.server.domain.mail import MailKind
from gatepost.server.domain.principal import SYSTEM
from gatepost.server.domain.text import fold
from gatepost.server.domain.tokens import Kind
from gatepost.server.services import lifecycle
from gatepost.server.services.audit import Action, record
from gatepost.server.services.links import OneTimeLinks
from gatepost.server.services.mails import Mails
from gatepost.server.services.ports import Hasher, Service
from gatepost.server.services.sign_in import name_key
from gatepost.server.store import accounts, grants, outbox, profiles, sessions, tokens
from gatepost.server.store.database import Reader, Transaction, transactional

LINKS = OneTimeLinks(
    Kind.RESET, "reset", "This link is not valid any more: it was used, has expired, or the password was changed."
)

LASTS = {MailKind.RESET_PASSWORD: HOUR, MailKind.INVITATION: 7 * DAY}
"""How long the link in a mail works, in milliseconds."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A link that was mailed: the code that acts, and the address of the page that it is part of."""

    code: str = field(repr=False)
    address: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PasswordReset(Service):
    """Sets a new password for whoever reads the mail of an account."""

    hasher: Hasher
    mails: Mails
    min_password_length: int
    public_url: str

    async def ask(self, email: str) -> None:
        """Mail a link that works once and for an hour, if the address has an account with a password that may act.

        An account with a role gets one only at an address that was confirmed. Answers alike whether or not it does.
        Raises Invalid for a blank address.
        """
        if not email.strip():
            raise Invalid("email is required", "email")
        await self._ask(name_key(email))

    @transactional
    async def _ask(self, tx: Transaction, email_key: str) -> None:
        holder = await _resettable(tx, email_key)
        if await self.mails.flooded(tx, email_key):
            holder = None
        id, to, name = (holder.id, holder.email, holder.greeting) if holder else (None, email_key, "")
        raw = await LINKS.issue(tx, self.runtime, id, LASTS[MailKind.RESET_PASSWORD])
        values = {"name": name, "link": self._address(raw)}
        mail = self.mails.write(MailKind.RESET_PASSWORD, to, id, values)
        if holder is not None:
            await tx.run(outbox.insert, **mail)
        await record(tx, self.runtime, id or SYSTEM.account_id, Action.RESET_REQUESTED, id or SYSTEM.account_id)

    async def send(self, tx: Transaction, account: Account, kind: MailKind) -> Sent:
        """Mail a link for a new password inside the caller's transaction, whatever else the account has had mailed."""
        code = await LINKS.issue(tx, self.runtime, account.id, LASTS[kind])
        sent = Sent(code, self._address(code))
        values = {"name": account.greeting, "link": sent.address}
        await self.mails.enqueue(tx, kind, account.email, account.id, values)
        return sent

    def _address(self, code: str) -> str:
        return f"{self.public_url}/reset-password?token={code}"

    async def account_of(self, raw: str) -> Account:
        """Give the account whose password a link would set, changing nothing; raises NotFound."""
        return await self._account_behind(self.database, LINKS.digest_of(raw))

    async def is_first(self, account: Account) -> bool:
        """Tell whether an account has no password yet, as one that was invited."""
        return await self.database.one(accounts.password_of, id=account.id) is None

    async def complete(self, raw: str, password: str, *, claiming: bool = False) -> Account:
        """Set a new password, end every session and the account's other reset links, and give the account.

        With `claiming` an address that nobody confirmed counts as confirmed then, and what whoever registered it may
        hold ends as well: access tokens, and identities.

        Raises NotFound for a link that is unknown, used or expired, Invalid for a password that breaks a rule, after
        which the link still works, Unavailable when too many passwords wait to be hashed.
        """
        account = await self.account_of(raw)
        secret = passwords.accept(password, self.min_password_length, account)
        return await self._complete(LINKS.digest_of(raw), await self.hasher.hash(secret), claiming)

    @transactional
    async def _complete(self, tx: Transaction, digest: bytes, password_hash: str, claiming: bool) -> Account:
        account = await self._account_behind(tx, digest)
        if claiming and not account.email_verified:
            await self._claim(tx, account)
        await tx.run(accounts.set_password, id=account.id, password_hash=password_hash, now=self.runtime.clock())
        await tx.run(sessions.delete_links_of_account, account_id=account.id, purpose=LINKS.purpose)
        await lifecycle.end_sessions(tx, account.id)
        await record(tx, self.runtime, account.id, Action.PASSWORD_RESET, account.id)
        return account

    async def _claim(self, tx: Transaction, account: Account) -> None:
        now, state = self.runtime.clock(), account.state.value
        await tx.run(accounts.set_state, id=account.id, state=state, email_verified=True, now=now)
        await tx.run(tokens.delete_of_account, account_id=account.id)
        await tx.run(profiles.unlink_identities, account_id=account.id)

    async def _account_behind(self, reader: Reader, digest: bytes) -> Account:
        link = await LINKS.find(reader, digest, self.runtime.clock())
        account = await reader.one(accounts.by_id, id=link.account_id)
        if account is None or not account.usable:
            raise LINKS.gone()
        return account


async def _resettable(reader: Reader, email_key: str) -> Account | None:
    """Give the account that has this address, not one that is called by it, and has a password and may act."""
    found = await reader.one(accounts.for_sign_in, name_key=email_key)
    if found is None or found[1] is None or not found[0].usable:
        return None
    account = found[0]
    # A stolen token can change the address: it must not lead to the password of somebody with a role.
    if not account.email_verified and await reader.all(grants.of_account, account_id=account.id):
        return None
    return account if fold(account.email) == email_key else None
