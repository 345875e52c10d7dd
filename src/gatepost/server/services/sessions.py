"""Sessions: started, listed, renewed and ended."""

from dataclasses import dataclass, field

from gatepost.server.domain import tokens
from gatepost.server.domain.accounts import Account, require_usable
from gatepost.server.domain.clock import DAY
from gatepost.server.domain.errors import Invalid, NotFound, Unauthenticated
from gatepost.server.domain.principal import CredentialKind, Principal
from gatepost.server.domain.sessions import Terms
from gatepost.server.domain.tokens import Kind
from gatepost.server.services import lifecycle
from gatepost.server.services.audit import Action, record
from gatepost.server.services.credentials import REFUSED
from gatepost.server.services.ports import Runtime, Service
from gatepost.server.services.usage import Usage
from gatepost.server.store import accounts, sessions
from gatepost.server.store.database import Transaction, transactional
from gatepost.server.store.sessions import Session

DEVICE_LIMIT = 200


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session just started, its raw values shown this once; `expires_at` is in milliseconds."""

    account: Account
    raw: str = field(repr=False)
    expires_at: int
    attachment: str | None = field(default=None, repr=False)


async def start(tx: Transaction, runtime: Runtime, account: Account, terms: Terms, device: str) -> NewSession:
    """Store a fresh session; `device` is what the client calls itself, cut to 200 characters."""
    now = runtime.clock()
    raw = tokens.mint(Kind.SESSION, runtime.random_below, terms.spelling)
    attachment = tokens.mint(Kind.ATTACHMENT, runtime.random_below, terms.spelling) if terms.paired else None
    new = NewSession(account, raw, now + terms.days * DAY, attachment)
    await tx.run(
        sessions.insert,
        id=runtime.ids(),
        account_id=account.id,
        digest=tokens.digest(raw.encode()),
        attachment_digest=attachment and tokens.digest(attachment.encode()),
        lasting=terms.lasting,
        device=device[:DEVICE_LIMIT],
        now=now,
        expires_at=new.expires_at,
    )
    return new


@dataclass(frozen=True, slots=True)
class Sessions(Service):
    """What people do with their own sessions."""

    usage: Usage

    async def list_own(self, principal: Principal) -> list[Session]:
        """List the account's sessions that have not expired, the newest first."""
        now = self.runtime.clock()
        found = await self.database.all(sessions.of_account, account_id=principal.account_id)
        holding = [self.usage.overlay_session(session) for session in found if session.expires_at > now]
        return sorted(holding, key=lambda session: (session.created_at, session.id), reverse=True)

    @transactional
    async def begin(self, tx: Transaction, principal: Principal, terms: Terms, device: str) -> NewSession:
        """Start a session for somebody whom an identity provider vouches for; raises Forbidden if they may not act."""
        account = await lifecycle.acting(tx, principal.account_id)
        require_usable(account)
        new = await start(tx, self.runtime, account, terms, device)
        await tx.run(accounts.signed_in, id=account.id, now=self.runtime.clock())
        await record(tx, self.runtime, account.id, Action.SIGNED_IN, account.id)
        return new

    @transactional
    async def refresh(self, tx: Transaction, principal: Principal, terms: Terms) -> NewSession:
        """Replace the acting session, and its attachment token, by a new one; the old one has ended then.

        Raises Invalid for another kind of credential, Unauthenticated when the session ended meanwhile.
        """
        account, old = await lifecycle.acting(tx, principal.account_id), _session_of(principal)
        session = await tx.one(sessions.own, id=old, account_id=account.id)
        if session is None or not await tx.run(sessions.delete_own, id=old, account_id=account.id):
            raise Unauthenticated(REFUSED)
        new = await start(tx, self.runtime, account, terms, session.device)
        await lifecycle.end_credentials(tx)
        await record(tx, self.runtime, account.id, Action.SESSION_REFRESHED, account.id)
        return new

    async def end(self, principal: Principal) -> None:
        """End the acting session with its attachment token; raises Invalid for another kind of credential."""
        await self.end_one(principal, _session_of(principal))

    @transactional
    async def end_one(self, tx: Transaction, principal: Principal, id: str) -> None:
        """End one of the account's sessions; raises NotFound."""
        if not await tx.run(sessions.delete_own, id=id, account_id=principal.account_id):
            raise NotFound("There is no such session.")
        await lifecycle.end_credentials(tx)
        await record(tx, self.runtime, principal.account_id, Action.SIGNED_OUT, principal.account_id)

    @transactional
    async def end_all(self, tx: Transaction, principal: Principal) -> None:
        """End every session of the account with its attachment token; access tokens stay."""
        await lifecycle.end_sessions(tx, principal.account_id)
        await record(tx, self.runtime, principal.account_id, Action.SIGNED_OUT_EVERYWHERE, principal.account_id)


def _session_of(principal: Principal) -> str:
    if principal.kind is not CredentialKind.SESSION or principal.credential_id is None:
        raise Invalid("Only a session can be refreshed or ended this way.")
    return principal.credential_id
