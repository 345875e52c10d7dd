"""The searchable directory: every usable account, found by any part of its names, username or e-mail.

Theory of operation. `directory` has one row for each listed account: what a match shows, and the folded fields twice,
each in an indexed column and joined to a haystack, `first|last|username|email||` with U+001F for the bars. On either
engine a search ends as soon as it has enough rows:

1. Fields that begin with the text are one range of each column's index. A field equal to the text is the smallest of
   its range, so the order of the index is the ranking: exact matches, then prefixes. `limit` entries of each column are
   always enough, however many accounts match.
2. All other matches come from an index of the haystacks' trigrams. From three characters on, what contains the text
   contains all its trigrams: the index intersects some of them, and the rest is verified. For one and two characters
   every trigram that begins with them proves a match; the closing separators give the last characters of each field
   such a trigram too.

How each engine keeps its trigrams and chooses between them stands in `sqlite` and `postgresql`.
"""

from collections.abc import Collection
from typing import Protocol

from gatepost.server.domain.accounts import Overview
from gatepost.server.store.database import Database, Transaction
from gatepost.server.store.directory import postgresql, sqlite
from gatepost.server.store.directory.listing import Entry, Listable, delete, entry_of, searchable

__all__ = ["SCHEMA", "Listable", "add", "add_many", "entry_of", "rebuild", "remove", "search"]

SCHEMA = {"sqlite": sqlite.SCHEMA, "postgresql": postgresql.SCHEMA}
"""The statements that create the directory, by engine. Its rows are inserted and deleted, never updated."""


class _Engine(Protocol):
    """What differs between the engines."""

    async def insert(self, tx: Transaction, entries: list[Entry], /) -> None: ...
    async def rebuild(self, tx: Transaction, /) -> None: ...
    async def find(self, database: Database, text: str, limit: int, /) -> list[Overview]: ...


_ENGINES: dict[str, _Engine] = {"sqlite": sqlite, "postgresql": postgresql}


async def add(tx: Transaction, account: Listable) -> None:
    """Make an account findable; raises Duplicate when it is listed already."""
    await add_many(tx, [account])


async def add_many(tx: Transaction, accounts: Collection[Listable]) -> None:
    """Make accounts findable, best by the thousand; raises Duplicate when one is listed already."""
    await _ENGINES[tx.engine].insert(tx, [entry_of(account) for account in accounts])


async def remove(tx: Transaction, account_id: str) -> None:
    """Make an account unfindable, as deleting it does; one that is not listed is no error."""
    await tx.run(delete, account_id=account_id)


async def rebuild(tx: Transaction) -> None:
    """Make anew from the listed accounts what finds them: on SQLite about ten seconds for a million.

    PostgreSQL keeps its indexes itself, so nothing is left to do there.
    """
    await _ENGINES[tx.engine].rebuild(tx)


async def search(database: Database, text: str, limit: int) -> list[Overview]:
    """Find at most `limit` accounts with a field that contains the text, whatever the case.

    Fields equal to the text come first, then those that begin with it in alphabetical order, then all others.
    Blank text finds nothing.
    """
    wanted = searchable(text)
    return await _ENGINES[database.engine].find(database, wanted, limit) if wanted else []
