"""Any number of accounts, each with a little of everything, stored through the registered statements."""

from typing import Any

from gatepost.server.domain.accounts import Person, State
from gatepost.server.domain.roles import OWNER
from gatepost.server.store import (
    accounts,
    audit,
    clients,
    directory,
    grants,
    groups,
    invitations,
    outbox,
    preferences,
    profiles,
    sessions,
    signing_keys,
    tokens,
)
from gatepost.server.store.database import Database, Transaction
from gatepost.server.store.directory import Listable
from gatepost.server.store.statement import Statement

OWNERS = 2
CORPUS = "corpus:docs"


def id_of(number: int) -> str:
    return f"a{number:06}"


def email_of(number: int) -> str:
    return f"{id_of(number)}@example.org"


def _person(number: int) -> Person:
    return Person(email_of(number), email_of(number), id_of(number), id_of(number), f"First{number}", "Last")


def _account(number: int) -> dict[str, Any]:
    return accounts.insert_row(
        _person(number), id=id_of(number), now=number, state=State.ACTIVE, email_verified=True, password_hash=None
    )


def _belongings(number: int) -> dict[str, Any]:
    """Give the parameters of every statement below, for one account."""
    id = id_of(number)
    return {
        "id": id,
        "account_id": id,
        "digest": id.encode(),
        "now": number,
        "at": number,
        "expires_at": 1_000_000_000,
        "is_default": False,
        "name": "first",
        "sealed": b"",
        "device": "",
        "attachment_digest": b"attachment of " + id.encode(),
        "lasting": True,
        "purpose": "confirm",
        "invitation": None,
        "group_id": id,
        "role": "owner",
        "currency": "USD",
        "uses": 1,
        "document": "{}",
        "issuer": "https://issuer.example",
        "subject": id,
        "content_type": "image/png",
        "data": b"",
        "etag": "",
        "kind": "approved",
        "recipient": email_of(number),
        "recipient_key": email_of(number),
        "actor": id,
        "action": "account.created",
        "detail": "{}",
        "roles": "viewer",
        "public": "{}",
    }


def _reader(number: int) -> dict[str, Any]:
    return {"account_id": id_of(number), "role": "viewer", "resource": CORPUS}


_BELONGINGS: tuple[Statement, ...] = (
    tokens.insert,
    sessions.insert,
    sessions.insert_link,
    groups.insert,
    groups.join,
    invitations.insert,
    preferences.put,
    profiles.put_image,
    profiles.link_identity,
    outbox.insert,
    audit.insert,
    clients.insert,
)


class _Listed:
    def __init__(self, number: int) -> None:
        person = _person(number)
        self.id = id_of(number)
        self.first_name, self.last_name = person.first_name, person.last_name
        self.username, self.email = person.username, person.email


async def populate(database: Database, count: int) -> None:
    """Store `count` accounts; the first ones are owners, all may read a corpus, and one key signs."""
    listed: list[Listable] = [_Listed(number) for number in range(count)]

    async def body(tx: Transaction) -> None:
        await tx.run_many(accounts.insert, map(_account, range(count)))
        for statement in _BELONGINGS:
            await tx.run_many(statement, map(_belongings, range(count)))
        await tx.run_many(grants.insert, [_reader(number) for number in range(count)])
        await tx.run_many(accounts.grant, [{"id": id_of(number), "role": OWNER} for number in range(OWNERS)])
        await tx.run(signing_keys.insert, **_belongings(0))
        await directory.add_many(tx, listed)

    await database.transaction(body)
