"""The first administrator: a one-time link, printed by a server that has no owner yet."""

from dataclasses import dataclass

from gatepost.server.domain import passwords
from gatepost.server.domain.accounts import Person, State, person
from gatepost.server.domain.clock import DAY
from gatepost.server.domain.principal import SYSTEM
from gatepost.server.domain.roles import OWNER
from gatepost.server.domain.tokens import Kind
from gatepost.server.services import lifecycle
from gatepost.server.services.audit import Action, record
from gatepost.server.services.links import OneTimeLinks
from gatepost.server.services.ports import Hasher, Service
from gatepost.server.services.registration import SignUp
from gatepost.server.store import accounts, sessions
from gatepost.server.store.database import Reader, Transaction, transactional

_LINKS = OneTimeLinks(
    Kind.SETUP, "setup", "This link is not valid any more: start the server again for a new one, or sign in."
)


@dataclass(frozen=True, slots=True)
class Setup(Service):
    """Makes the first owner of an installation."""

    hasher: Hasher
    min_password_length: int
    public_url: str

    async def open(self) -> str | None:
        """Give a fresh one-time link, valid for a day, while there is no owner; None when there is one."""
        if await self.database.one(accounts.holder_of, role=OWNER) is not None:
            return None
        return f"{self.public_url}/setup/{await self._open()}"

    @transactional
    async def _open(self, tx: Transaction) -> str:
        raw = await _LINKS.issue(tx, self.runtime, None, DAY)
        await record(tx, self.runtime, SYSTEM.account_id, Action.SETUP_OPENED, SYSTEM.account_id)
        return raw

    async def check(self, raw: str) -> None:
        """Raise NotFound unless the link still works."""
        await self.database.read(lambda reader: self._check(reader, _LINKS.digest_of(raw)))

    async def _check(self, reader: Reader, digest: bytes) -> None:
        await _LINKS.find(reader, digest, self.runtime.clock())
        if await reader.one(accounts.holder_of, role=OWNER) is not None:
            raise _LINKS.gone()

    async def complete(self, raw: str, form: SignUp) -> str:
        """Make the owner's account, active at once, and give its id.

        Raises NotFound when the link does not work any more, Invalid for a field that breaks its rule, Conflict
        when the address has an account.
        """
        await self.check(raw)
        owner = person(form.email, None, form.first_name, form.last_name)
        secret = passwords.accept(form.password, self.min_password_length, owner)
        return await self._complete(_LINKS.digest_of(raw), owner, await self.hasher.hash(secret))

    @transactional
    async def _complete(self, tx: Transaction, digest: bytes, owner: Person, password_hash: str) -> str:
        await self._check(tx, digest)
        id, now = self.runtime.ids(), self.runtime.clock()
        # Whoever holds the link operates this installation, so the address counts as theirs.
        account = await accounts.add(
            tx, owner, id=id, now=now, state=State.ACTIVE, email_verified=True, password_hash=password_hash
        )
        await tx.run(accounts.grant, id=id, role=OWNER)
        await tx.run(accounts.end_attempts, email_key=owner.email_key, keep=id)
        await tx.run(sessions.delete_links_of_purpose, purpose=_LINKS.purpose)
        await lifecycle.list_in_directory(tx, account)
        await record(tx, self.runtime, id, Action.SETUP_DONE, id)
        return id
