"""The steps of an account's life that several use cases share, each inside the caller's transaction."""

from gatepost.server.domain.accounts import Account, Person, State
from gatepost.server.domain.errors import Conflict, NotFound, Unauthenticated
from gatepost.server.domain.mail import MailKind
from gatepost.server.domain.records import Newcomer
from gatepost.server.domain.roles import OWNER
from gatepost.server.services import membership
from gatepost.server.services.credentials import REFUSED
from gatepost.server.services.mails import Mails
from gatepost.server.store import accounts, directory, sessions
from gatepost.server.store.database import Reader, Transaction
from gatepost.server.store.statement import Query


async def existing(reader: Reader, account_id: str) -> Account:
    """Give the account with this id; raises NotFound."""
    account = await reader.one(accounts.by_id, id=account_id)
    if account is None:
        raise NotFound("There is no such account.")
    return account


async def acting(reader: Reader, account_id: str) -> Account:
    """Give the account that acts; raises Unauthenticated when it was deleted meanwhile."""
    account = await reader.one(accounts.by_id, id=account_id)
    if account is None:
        raise Unauthenticated(REFUSED)
    return account


async def taken(reader: Reader, who: Person | Newcomer, holder: str | None = None) -> str | None:
    """Say why an account cannot have its e-mail or username; nobody is called by the address of another either.

    What the account with the id `holder` has is not taken from it.
    """
    if await _others(reader, holder, accounts.by_email, email_key=who.email_key):
        return "There is an account with this e-mail address."
    if await _others(reader, holder, accounts.by_username, username_key=who.username_key):
        return "There is an account with this username."
    if await _others(reader, holder, accounts.by_username, username_key=who.email_key):
        return "The e-mail address is in use as somebody's username."
    if await _others(reader, holder, accounts.by_email, email_key=who.username_key):
        return "The username is somebody's e-mail address."
    return None


async def _others(reader: Reader, holder: str | None, statement: Query[Account], **key: str) -> bool:
    found = await reader.one(statement, **key)
    return found is not None and found.id != holder


async def arrive(tx: Transaction, mails: Mails, account: Account) -> None:
    """Make an account known whose address nobody has to confirm any more: to the directory, or to who decides."""
    if account.state is State.PENDING:
        await _announce_pending(tx, mails, account)
    await list_in_directory(tx, account)


async def _announce_pending(tx: Transaction, mails: Mails, account: Account) -> None:
    """Tell every owner that somebody awaits approval, unless the owner was told often enough for now."""
    name = " ".join(filter(None, (account.first_name, account.last_name)))
    values = {"name": name, "email": account.email, "id": account.id}
    for id, email in await tx.all(accounts.usable_holders, role=OWNER):
        if not await mails.flooded(tx, email):
            await mails.enqueue(tx, MailKind.AWAITING_APPROVAL, email, id, values)


async def list_in_directory(tx: Transaction, account: Account) -> None:
    """Make the account findable if, and only if, it is usable."""
    await directory.remove(tx, account.id)
    if account.usable:
        await directory.add(tx, account)


async def end_credentials(tx: Transaction) -> None:
    """Announce to every process that some credential no longer holds, so that no cache answers for it."""
    await tx.run(accounts.touch_revision)


async def end_sessions(tx: Transaction, account_id: str) -> None:
    """Sign the account out everywhere."""
    await tx.run(sessions.delete_of_account, account_id=account_id)
    await end_credentials(tx)


async def set_disabled(tx: Transaction, account_id: str, *, disabled: bool, now: int) -> None:
    """End the power of every credential of an account, or give it back; raises Conflict for the last owner."""
    if disabled:
        await keep_an_owner(tx, account_id)
        await end_sessions(tx, account_id)
    await tx.run(accounts.set_disabled, id=account_id, disabled=disabled, now=now)
    await end_credentials(tx)
    await list_in_directory(tx, await existing(tx, account_id))


async def keep_an_owner(tx: Transaction, account_id: str) -> None:
    """Raise Conflict when the account is the last usable owner."""
    if await usable_holders(tx, OWNER) == {account_id}:
        raise Conflict("This is the last owner; make somebody else an owner first.")


async def usable_holders(tx: Transaction, role: str) -> set[str]:
    """Give the ids of the accounts that hold a role and may act."""
    return {id for id, _ in await tx.all(accounts.usable_holders, role=role)}


async def erase(tx: Transaction, account_id: str) -> bool:
    """Remove the account with everything that hangs on it; False when there is none.

    Raises Conflict for the last owner.
    """
    await keep_an_owner(tx, account_id)
    await membership.hand_over(tx, account_id)
    await directory.remove(tx, account_id)
    removed = bool(await tx.run(accounts.delete, id=account_id))
    await end_credentials(tx)
    return removed
