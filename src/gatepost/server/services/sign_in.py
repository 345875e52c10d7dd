"""Signing in by password, and signing out."""

from dataclasses import dataclass

from gatepost.server.domain import passwords, tokens
from gatepost.server.domain.accounts import EMAIL_LIMIT, Account, require_usable
from gatepost.server.domain.errors import Invalid, Unauthenticated
from gatepost.server.domain.sessions import Terms
from gatepost.server.domain.text import clean, fold
from gatepost.server.services import lifecycle
from gatepost.server.services.audit import Action, record
from gatepost.server.services.ports import Hasher, Service
from gatepost.server.services.sessions import NewSession, start
from gatepost.server.store import accounts, sessions
from gatepost.server.store.database import Transaction, transactional

WRONG = "The e-mail address or the password is wrong, or the address is not confirmed yet."


@dataclass(frozen=True, slots=True)
class SignIn(Service):
    """Password sign-in with opaque, revocable sessions."""

    hasher: Hasher
    session_days: int

    async def counted_as(self, name: str) -> str:
        """Give what attempts by this name count against: the id of its account, else the name as it is compared."""
        key = name_key(name)
        found = await self.database.one(accounts.for_sign_in, name_key=key)
        return found[0].id if found else key

    async def by_password(self, name: str, password: str, device: str, terms: Terms | None = None) -> NewSession:
        """Start a session for the account with this e-mail or username, on a browser's terms unless others are given.

        Takes the same time for known and unknown names. Raises Unauthenticated when they do not match, Forbidden
        with the reason when they do but the account may not act, Unavailable when too many are waiting.
        """
        found = await self.database.one(accounts.for_sign_in, name_key=name_key(name))
        account, stored = found or (None, None)
        secret = secret_of(password)
        verdict = await self.hasher.verify(secret, stored)
        if account is None or stored is None or not verdict.matches:
            raise Unauthenticated(WRONG)
        require_usable(account)
        new_hash = await self.hasher.hash(secret) if verdict.outdated else None
        return await self._start(account, stored, new_hash, device=device, terms=terms or Terms(self.session_days))

    @transactional
    async def _start(
        self, tx: Transaction, account: Account, stored: str, new_hash: str | None, *, device: str, terms: Terms
    ) -> NewSession:
        current = await tx.one(accounts.for_sign_in, name_key=fold(account.email))
        if current is None or current[1] != stored:
            raise Unauthenticated(WRONG)  # the password was changed while this one was being checked
        require_usable(current[0])
        if new_hash is not None:
            await tx.run(accounts.rehash, id=account.id, password_hash=new_hash, previous=stored)
        new = await start(tx, self.runtime, account, terms, device)
        await tx.run(accounts.signed_in, id=account.id, now=self.runtime.clock())
        await record(tx, self.runtime, account.id, Action.SIGNED_IN, account.id)
        return new

    async def sign_out(self, raw: str) -> None:
        """End a session; an unknown one is no error."""
        await self._end(tokens.digest(raw.encode(errors="replace")))

    @transactional
    async def _end(self, tx: Transaction, digest: bytes) -> None:
        session = await tx.one(sessions.by_digest, digest=digest)
        if session is not None:
            await tx.run(sessions.delete, digest=digest)
            await lifecycle.end_credentials(tx)
            await record(tx, self.runtime, session.account_id, Action.SIGNED_OUT, session.account_id)


def name_key(name: str) -> str:
    """Give what to look up; text that no account can be called becomes the empty name, which none has."""
    try:
        return fold(clean(name, "name", EMAIL_LIMIT))
    except Invalid:
        return ""


def secret_of(password: str) -> bytes:
    """Give the bytes to compare with a stored hash, whatever somebody typed."""
    try:
        return passwords.prepare(password)
    except Invalid:
        return b""  # no account can have such a password; hash something all the same
