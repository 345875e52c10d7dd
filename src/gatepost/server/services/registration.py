"""Sign-up: attempts that each stand alone, confirmation by mail, and the status anybody may ask for.

No pre-hijacking: an attempt for an unconfirmed address is an account of its own in state `unverified`, with its own
password, profile and link. Confirming activates exactly that attempt and ends the others. Known and unknown
addresses get the same answer after the same work: one password hash, one transaction, one mail.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from gatepost.server.domain import passwords
from gatepost.server.domain.accounts import Account, Person, State, person
from gatepost.server.domain.clock import HOUR
from gatepost.server.domain.errors import Forbidden, Invalid
from gatepost.server.domain.mail import MailKind
from gatepost.server.domain.text import clean, fold
from gatepost.server.domain.tokens import Kind
from gatepost.server.services import lifecycle, membership
from gatepost.server.services.audit import Action, record
from gatepost.server.services.links import OneTimeLinks
from gatepost.server.services.mails import Mails
from gatepost.server.services.ports import Hasher, Service
from gatepost.server.store import accounts, sessions
from gatepost.server.store.database import Reader, Transaction, transactional
from gatepost.server.store.sessions import Link

_LINKS = OneTimeLinks(
    Kind.CONFIRM,
    "confirm",
    "This link is not valid any more: it was used, has expired, or a newer sign-up took its place.",
)


class Status(StrEnum):
    """How far the sign-up for an address has come."""

    NOT_FOUND = "not_found"
    UNVERIFIED = "unverified"
    PENDING = "pending"
    ACTIVE = "active"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class RegistrationPolicy:
    """Who may sign up. `mode` is open, approval, invitation or closed; no `allowed_domains` allows all."""

    mode: str
    verify_email: bool
    allowed_domains: tuple[str, ...]
    confirm_hours: int
    min_password_length: int
    public_url: str

    @property
    def open(self) -> bool:
        """Whether anybody may sign up."""
        return self.mode not in _CLOSED

    @property
    def needs_approval(self) -> bool:
        """Whether an administrator decides on each account."""
        return self.mode == "approval"

    @property
    def confirmed_state(self) -> State:
        """The state an account has once its address need not be confirmed any more."""
        return State.PENDING if self.needs_approval else State.ACTIVE

    @property
    def invitable(self) -> bool:
        """Whether somebody with an invitation may sign up."""
        return self.mode != "closed"

    def check(self, newcomer: Person, *, invited: bool = False) -> None:
        """Raise Forbidden when the newcomer may not sign up, Invalid when the address may not."""
        if not (self.open or (invited and self.invitable)):
            raise Forbidden(_CLOSED[self.mode])
        self.check_domain(newcomer)

    def check_domain(self, newcomer: Person) -> None:
        """Raise Invalid unless accounts may have addresses of this domain."""
        domain = newcomer.email_key.rpartition("@")[2]
        if self.allowed_domains and domain not in {fold(allowed) for allowed in self.allowed_domains}:
            raise Invalid("Sign-up is limited to certain e-mail domains, and this is not one of them.", "email")


_CLOSED = {"closed": "Sign-up is closed.", "invitation": "Sign-up is by invitation only."}


@dataclass(frozen=True, slots=True)
class SignUp:
    """What somebody filled in to get an account."""

    email: str
    password: str = field(repr=False)
    first_name: str | None = None
    last_name: str | None = None
    invitation: str | None = field(default=None, repr=False)
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class Admitted:
    """Somebody who may sign up; `invitation` is a digest."""

    newcomer: Person
    password_hash: str = field(repr=False)
    invitation: bytes | None


@dataclass(frozen=True, slots=True)
class Registration(Service):
    """The use cases around sign-up."""

    hasher: Hasher
    mails: Mails
    policy: RegistrationPolicy

    async def sign_up(self, form: SignUp) -> Person:
        """Record a sign-up attempt, mail its confirmation link and give what was filled in, checked.

        Answers alike whether or not the address has an account. Raises Invalid for a field that breaks its rule,
        Forbidden when the policy does not let them sign up, Unavailable when too many passwords wait to be hashed,
        and for an invitation NotFound or, when it expired or is used up, Conflict.
        """
        newcomer = person(form.email, None, form.first_name, form.last_name, form.phone)
        await self.attempt(newcomer, form.password, form.invitation)
        return newcomer

    async def attempt(self, newcomer: Person, password: str, invitation: str | None) -> None:
        """Do what `sign_up` does for somebody whose fields are checked already."""
        await self._record_attempt(await self.admit(newcomer, password, invitation))

    async def admit(self, newcomer: Person, password: str, invitation: str | None) -> Admitted:
        """Check that somebody may sign up, and hash their password; raises what `sign_up` raises."""
        self.policy.check(newcomer, invited=bool(invitation))
        secret = passwords.accept(password, self.policy.min_password_length, newcomer)
        digest = membership.invitation_digest(invitation) if invitation else None
        if digest is not None:
            await membership.open_invitation(self.database, digest, self.runtime.clock())
        return Admitted(newcomer, await self.hasher.hash(secret), digest)

    @transactional
    async def _record_attempt(self, tx: Transaction, admitted: Admitted) -> None:
        newcomer = admitted.newcomer
        holder = await tx.one(accounts.by_email, email_key=newcomer.email_key) or await tx.one(
            accounts.by_username, username_key=newcomer.username_key
        )
        if await self.mails.flooded(tx, (holder or newcomer).email):
            return
        if holder is not None:
            await self._tell_holder(tx, holder)
        elif self.policy.verify_email:
            await self._await_confirmation(tx, admitted)
        else:
            await self._accept_unconfirmed(tx, admitted)

    async def _tell_holder(self, tx: Transaction, holder: Account) -> None:
        values = {"name": holder.greeting, "link": f"{self.policy.public_url}/sign-in"}
        await self.mails.enqueue(tx, MailKind.ALREADY_REGISTERED, holder.email, holder.id, values)
        await record(tx, self.runtime, holder.id, Action.SIGN_UP_REPEATED, holder.id)

    async def _await_confirmation(self, tx: Transaction, admitted: Admitted) -> None:
        account, hours = await self._insert(tx, admitted, State.UNVERIFIED), self.policy.confirm_hours
        raw = await _LINKS.issue(tx, self.runtime, account.id, hours * HOUR, admitted.invitation)
        link = f"{self.policy.public_url}/confirm/{raw}"
        values = {"name": account.greeting, "link": link, "hours": str(hours)}
        await self.mails.enqueue(tx, MailKind.CONFIRM_EMAIL, account.email, account.id, values)
        await record(tx, self.runtime, account.id, Action.SIGNED_UP, account.id)

    async def _accept_unconfirmed(self, tx: Transaction, admitted: Admitted) -> None:
        account = await self._insert(tx, admitted, self.policy.confirmed_state)
        if admitted.invitation is not None:
            await membership.redeem(tx, self.runtime, admitted.invitation, account.id)
        await lifecycle.arrive(tx, self.mails, account)
        await record(tx, self.runtime, account.id, Action.SIGNED_UP, account.id)

    async def _insert(self, tx: Transaction, admitted: Admitted, state: State) -> Account:
        id, now, password_hash = self.runtime.ids(), self.runtime.clock(), admitted.password_hash
        return await accounts.add(
            tx, admitted.newcomer, id=id, now=now, state=state, email_verified=False, password_hash=password_hash
        )

    async def attempt_of(self, raw: str) -> Account:
        """Give the attempt that a confirmation link would activate, changing nothing; raises NotFound."""
        link = await _LINKS.find(self.database, _LINKS.digest_of(raw), self.runtime.clock())
        return await _attempt_behind(self.database, link)

    async def confirm(self, raw: str) -> Account:
        """Activate exactly the attempt the link was mailed for, ending all others for its address.

        Raises NotFound for a link that is unknown, used, expired or overtaken by another confirmation. An invitation
        that came with the attempt is spent now; raises NotFound or Conflict when that is too late.
        """
        return await self._confirm(_LINKS.digest_of(raw))

    @transactional
    async def _confirm(self, tx: Transaction, digest: bytes) -> Account:
        link = await _LINKS.find(tx, digest, self.runtime.clock())
        attempt = await _attempt_behind(tx, link)
        if await tx.one(accounts.by_email, email_key=fold(attempt.email)):
            raise _LINKS.gone()
        await self._activate(tx, attempt, digest)
        if link.invitation is not None:
            await membership.redeem(tx, self.runtime, link.invitation, attempt.id)
        account = await lifecycle.existing(tx, attempt.id)
        await lifecycle.arrive(tx, self.mails, account)
        await record(tx, self.runtime, account.id, Action.CONFIRMED, account.id)
        return account

    async def _activate(self, tx: Transaction, attempt: Account, digest: bytes) -> None:
        state, now = self.policy.confirmed_state, self.runtime.clock()
        await tx.run(accounts.set_state, id=attempt.id, state=state.value, email_verified=True, now=now)
        await tx.run(sessions.delete_link, digest=digest)
        await tx.run(accounts.end_attempts, email_key=fold(attempt.email), keep=attempt.id)

    async def status_of(self, email: str) -> Status:
        """Tell how far the sign-up for an address has come; raises Invalid for a blank or unusable address."""
        key = fold(clean(email, "email", 1_000))
        if not key:
            raise Invalid("email must not be blank", "email")
        account = await self.database.one(accounts.by_email, email_key=key)
        if account is not None:
            return Status(account.state.value)
        attempts = await self.database.one(accounts.attempts_for, email_key=key)
        return Status.UNVERIFIED if attempts else Status.NOT_FOUND


async def _attempt_behind(reader: Reader, link: Link) -> Account:
    attempt = await reader.one(accounts.by_id, id=link.account_id)
    if attempt is None or attempt.state is not State.UNVERIFIED:
        raise _LINKS.gone()
    return attempt
