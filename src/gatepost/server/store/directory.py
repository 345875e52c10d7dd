"""The searchable directory: every usable account, found by any part of its names, username or e-mail.

Theory of operation. `directory` has one row for each listed account: what a match shows, and the folded
fields twice, each in an indexed column and joined to a haystack, `first|last|username|email||` with U+001F
for the bars. A search ends as soon as it has enough rows:

1. Fields that begin with the text are one range of each column's index. A field equal to the text is the
   smallest of its range, so the order of the index is the ranking: exact matches, then prefixes. `limit`
   entries of each column are always enough, however many accounts match.
2. All other matches come from an index of the haystacks' trigrams. From three characters on, what contains
   the text contains all its trigrams: the index intersects some of them and `instr` verifies the rest. For
   one and two characters every trigram that begins with them proves a match; the closing separators give
   the last characters of each field such a trigram too.

`directory_grams` knows every trigram in use and roughly how many accounts have it. Being complete, it
answers most misses at once and makes short texts findable. The counts only choose the cheapest way, so a
sample is enough: every 64th account, by the checksum of its id, counts for 64, and listing the others
mostly writes nothing here. Removals leave trigrams and counts behind; that costs a little speed until the
next `rebuild`, never a match.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable
from typing import Any, Protocol
from zlib import crc32

from gatepost.server.domain.accounts import Overview
from gatepost.server.domain.text import fold
from gatepost.server.store import trigrams
from gatepost.server.store.database import Database, Reader, Transaction
from gatepost.server.store.statement import Row, command, fill, placeholders, query, scalar

_SEPARATOR = "\x1f"
_HIGHEST = "\U0010ffff"
_SAMPLED = 64

# Separators, the end of every range, and what SQLite's tokenizer stops at or cannot tell apart.
_UNSEARCHABLE = re.compile(r"[\x00-\x1f\ud800-\udfff\ufffe\uffff\U0010ffff]")
_REPLACEMENT = "\ufffd"

SCHEMA = {
    "sqlite": (
        """CREATE TABLE directory (
            number INTEGER PRIMARY KEY,
            account_id TEXT NOT NULL UNIQUE REFERENCES accounts (id) ON DELETE CASCADE,
            first_name TEXT, last_name TEXT,
            first_name_key TEXT, last_name_key TEXT, username_key TEXT, email_key TEXT,
            haystack TEXT NOT NULL)""",
        "CREATE INDEX ix_directory_first_name_key ON directory (first_name_key)",
        "CREATE INDEX ix_directory_last_name_key ON directory (last_name_key)",
        "CREATE INDEX ix_directory_username_key ON directory (username_key)",
        "CREATE INDEX ix_directory_email_key ON directory (email_key)",
        "CREATE TABLE directory_grams (gram TEXT PRIMARY KEY, seen INTEGER NOT NULL) WITHOUT ROWID",
        """CREATE VIRTUAL TABLE directory_fts USING fts5 (
            haystack, content = 'directory', content_rowid = 'number',
            tokenize = 'trigram case_sensitive 1', detail = none, columnsize = 0)""",
        "INSERT INTO directory_fts (directory_fts, rank) VALUES ('automerge', 8)",
        "CREATE VIRTUAL TABLE directory_vocabulary USING fts5vocab (directory_fts, row)",
        """CREATE TRIGGER directory_unlisted AFTER DELETE ON directory BEGIN
            INSERT INTO directory_fts (directory_fts, rowid, haystack)
            VALUES ('delete', old.number, old.haystack);
        END""",
    ),
    "postgresql": (
        """CREATE TABLE directory (
            number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            account_id TEXT COLLATE "C" NOT NULL UNIQUE REFERENCES accounts (id) ON DELETE CASCADE,
            first_name TEXT COLLATE "C", last_name TEXT COLLATE "C",
            first_name_key TEXT COLLATE "C", last_name_key TEXT COLLATE "C",
            username_key TEXT COLLATE "C", email_key TEXT COLLATE "C",
            haystack TEXT COLLATE "C" NOT NULL)""",
        "CREATE INDEX ix_directory_first_name_key ON directory (first_name_key)",
        "CREATE INDEX ix_directory_last_name_key ON directory (last_name_key)",
        "CREATE INDEX ix_directory_username_key ON directory (username_key)",
        "CREATE INDEX ix_directory_email_key ON directory (email_key)",
    ),
}
"""The statements that create the directory, by engine. Its rows are inserted and deleted, never updated.

Deleted accounts leave the trigram index by a trigger, since they go by cascade. New ones enter it by a statement of
their own: FTS5 writes out what it has gathered at every savepoint, and a trigger brings one with each row.
Merging eight segments at a time, not four, makes slow insertions ten times rarer and searches no slower (measured).
"""


class Listable(Protocol):
    """What the directory needs to know of an account."""

    @property
    def id(self) -> str: ...
    @property
    def first_name(self) -> str | None: ...
    @property
    def last_name(self) -> str | None: ...
    @property
    def username(self) -> str: ...
    @property
    def email(self) -> str: ...


def _match(row: Row) -> Overview:
    return Overview(*row)


def _gram_count(row: Row) -> tuple[str, int]:
    return row[0], row[1]


_COLUMNS = ("first_name_key", "last_name_key", "username_key", "email_key")

_RANGES = " UNION ALL ".join(
    f"SELECT * FROM (SELECT number, {column} AS field FROM directory "
    f"WHERE {column} >= :text AND {column} < :end ORDER BY {column} LIMIT :limit) AS by_{column}"
    for column in _COLUMNS
)

_beginning = query(
    "directory.beginning",
    "SELECT d.account_id, d.first_name, d.last_name FROM (SELECT number, min(field) AS field "
    f"FROM ({_RANGES}) AS ranges GROUP BY number ORDER BY field, number LIMIT :limit) AS best "
    "JOIN directory d ON d.number = best.number ORDER BY best.field, best.number",
    _match,
    scans="the rows the four index ranges gave, at most four times the limit",
)

_containing = query(
    "directory.sqlite.containing",
    "SELECT d.account_id, d.first_name, d.last_name "
    "FROM directory_fts f CROSS JOIN directory d ON d.number = f.rowid "
    "WHERE f.directory_fts MATCH :grams AND instr(d.haystack, :text) > 0 LIMIT :limit",
    _match,
    scans="only what the full-text index finds; SQLite calls every use of a virtual table a scan",
)

_counts_of = query(
    "directory.sqlite.counts_of",
    f"SELECT gram, seen FROM directory_grams WHERE gram IN ({placeholders('gram', trigrams.MOST_LOOKED_AT)})",
    _gram_count,
)

_beginning_with = query(
    "directory.sqlite.beginning_with",
    "SELECT gram FROM directory_grams WHERE gram >= :text AND gram < :end ORDER BY seen DESC, gram",
    scalar,
)

_insert = command(
    "directory.insert",
    f"INSERT INTO directory (account_id, first_name, last_name, {', '.join(_COLUMNS)}, haystack) VALUES "
    f"(:account_id, :first_name, :last_name, {', '.join(f':{column}' for column in _COLUMNS)}, :haystack)",
)

_newest = query("directory.newest", "SELECT coalesce(max(number), 0) FROM directory", scalar)

_index = command(
    "directory.sqlite.index",
    "INSERT INTO directory_fts (rowid, haystack) SELECT number, haystack FROM directory WHERE number > :newest",
)

_delete = command("directory.delete", "DELETE FROM directory WHERE account_id = :account_id")

_know = command(
    "directory.sqlite.know",
    "INSERT INTO directory_grams (gram, seen) VALUES (:gram, 1) ON CONFLICT DO NOTHING",
)

_count = command("directory.sqlite.count", "UPDATE directory_grams SET seen = seen + :more WHERE gram = :gram")

_REBUILD = (
    command(
        "directory.sqlite.reindex",
        "INSERT INTO directory_fts (directory_fts) VALUES ('rebuild')",
        scans="a rebuild reads everything",
    ),
    command("directory.sqlite.forget", "DELETE FROM directory_grams", scans="a rebuild reads everything"),
    command(
        "directory.sqlite.recount",
        "INSERT INTO directory_grams (gram, seen) SELECT term, doc FROM directory_vocabulary",
        scans="a rebuild reads everything",
    ),
)


async def add(tx: Transaction, account: Listable) -> None:
    """Make an account findable; raises Duplicate when it is listed already."""
    await add_many(tx, [account])


async def add_many(tx: Transaction, accounts: Collection[Listable]) -> None:
    """Make accounts findable, best by the thousand; raises Duplicate when one is listed already."""
    entries = [_entry(account) for account in accounts]
    newest = await tx.one(_newest)
    await tx.run_many(_insert, entries)
    if tx.engine == "sqlite":
        await tx.run(_index, newest=newest)
        await _learn(tx, entries)


async def _learn(tx: Transaction, entries: Iterable[dict[str, Any]]) -> None:
    """Bring `directory_grams` up to date with new entries."""
    known: set[str] = set()
    sample: Counter[str] = Counter()
    for entry in entries:
        grams = trigrams.trigrams(entry["haystack"])
        known.update(grams)
        if crc32(entry["account_id"].encode()) % _SAMPLED == 0:
            sample.update(grams)
    await tx.run_many(_know, ({"gram": gram} for gram in known))
    await tx.run_many(_count, ({"gram": gram, "more": _SAMPLED * n} for gram, n in sample.items()))


async def remove(tx: Transaction, account_id: str) -> None:
    """Make an account unfindable, as deleting it does; one that is not listed is no error."""
    await tx.run(_delete, account_id=account_id)


async def rebuild(tx: Transaction) -> None:
    """Make the trigram index anew from the listed accounts: about ten seconds for a million."""
    for statement in _REBUILD if tx.engine == "sqlite" else ():
        await tx.run(statement)


async def search(database: Database, text: str, limit: int) -> list[Overview]:
    """Find at most `limit` accounts with a field that contains the text, whatever the case.

    Fields equal to the text come first, then those that begin with it in alphabetical order, then all others.
    Blank text finds nothing.
    """
    wanted = _searchable(text)
    return await database.read(lambda reader: _search(reader, wanted, limit)) if wanted else []


async def _search(reader: Reader, text: str, limit: int) -> list[Overview]:
    best = await reader.all(_beginning, text=text, end=text + _HIGHEST, limit=limit)
    found = {match.id: match for match in best}
    for grams in await _expressions(reader, text) if len(found) < limit and reader.engine == "sqlite" else ():
        for match in await reader.all(_containing, grams=grams, text=text, limit=limit):
            found.setdefault(match.id, match)
        if len(found) >= limit:
            break
    return list(found.values())[:limit]


async def _expressions(reader: Reader, text: str) -> Iterable[str]:
    """Give full-text queries that together find every match, the most productive first."""
    if len(text) < trigrams.LENGTH:
        return trigrams.unions(await reader.all(_beginning_with, text=text, end=text + _HIGHEST))
    wanted = trigrams.looked_at(text)
    seen = dict(await reader.all(_counts_of, **fill("gram", trigrams.MOST_LOOKED_AT, wanted)))
    return [trigrams.intersection(text, seen)] if len(seen) == len(wanted) else []


def _entry(account: Listable) -> dict[str, Any]:
    fields = (account.first_name, account.last_name, account.username, account.email)
    keys = [_searchable(field or "") for field in fields]
    # A field that repeats another one adds no match, and most usernames are the e-mail address.
    column_of = {key: column for column, key in zip(_COLUMNS, keys, strict=True) if key}
    return {
        "account_id": account.id,
        "first_name": account.first_name,
        "last_name": account.last_name,
        **dict.fromkeys(_COLUMNS),
        **{column: key for key, column in column_of.items()},
        "haystack": _SEPARATOR.join((*column_of, "", "")),
    }


def _searchable(text: str) -> str:
    return _UNSEARCHABLE.sub(_REPLACEMENT, fold(text))
