"""The directory on SQLite: a full-text index of trigrams, and a table that knows them.

Theory of operation. `directory_grams` knows every trigram in use and roughly how many accounts have it. Being complete,
it answers most misses at once and makes short texts findable. The counts only choose the cheapest way, so a sample is
enough: every 64th account, by the checksum of its id, counts for 64, and listing the others mostly writes nothing
here. Removals leave trigrams and counts behind; that costs a little speed until the next `rebuild`, never a match.
"""

from collections import Counter
from collections.abc import Iterable
from zlib import crc32

from gatepost.server.domain.accounts import Overview
from gatepost.server.store.database import Database, Reader, Transaction
from gatepost.server.store.directory import trigrams
from gatepost.server.store.directory.listing import HIGHEST, Entry, match, ranges
from gatepost.server.store.directory.listing import insert as insert_row
from gatepost.server.store.statement import Row, command, fill, placeholders, query, scalar

_SAMPLED = 64

SCHEMA = (
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
)
"""The statements that create the directory.

Deleted accounts leave the trigram index by a trigger, since they go by cascade. New ones enter it by a statement of
their own: FTS5 writes out what it has gathered at every savepoint, and a trigger brings one with each row.
Merging eight segments at a time, not four, makes slow insertions ten times rarer and searches no slower (measured).
"""


def _gram_count(row: Row) -> tuple[str, int]:
    return row[0], row[1]


_beginning = query(
    "directory.sqlite.beginning",
    "SELECT d.account_id, d.first_name, d.last_name FROM (SELECT number, min(field) AS field "
    f"FROM ({ranges('number')}) AS ranges GROUP BY number ORDER BY field, number LIMIT :limit) AS best "
    "JOIN directory d ON d.number = best.number ORDER BY best.field, best.number",
    match,
    scans="the rows the four index ranges gave, at most four times the limit",
)

_containing = query(
    "directory.sqlite.containing",
    "SELECT d.account_id, d.first_name, d.last_name "
    "FROM directory_fts f CROSS JOIN directory d ON d.number = f.rowid "
    "WHERE f.directory_fts MATCH :grams AND instr(d.haystack, :text) > 0 LIMIT :limit",
    match,
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

_newest = query("directory.sqlite.newest", "SELECT coalesce(max(number), 0) FROM directory", scalar)

_index = command(
    "directory.sqlite.index",
    "INSERT INTO directory_fts (rowid, haystack) SELECT number, haystack FROM directory WHERE number > :newest",
)

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


async def insert(tx: Transaction, entries: list[Entry]) -> None:
    """List accounts, and bring index and table of trigrams up to date."""
    newest = await tx.one(_newest)
    await tx.run_many(insert_row, entries)
    await tx.run(_index, newest=newest)
    await _learn(tx, entries)


async def _learn(tx: Transaction, entries: Iterable[Entry]) -> None:
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


async def rebuild(tx: Transaction) -> None:
    """Make index and table of trigrams anew."""
    for statement in _REBUILD:
        await tx.run(statement)


async def find(database: Database, text: str, limit: int) -> list[Overview]:
    """Find at most `limit` accounts, the best first; `text` is folded and not empty."""
    return await database.read(lambda reader: _search(reader, text, limit))


async def _search(reader: Reader, text: str, limit: int) -> list[Overview]:
    best = await reader.all(_beginning, text=text, end=text + HIGHEST, limit=limit)
    found = {account.id: account for account in best}
    for grams in await _expressions(reader, text) if len(found) < limit else ():
        for account in await reader.all(_containing, grams=grams, text=text, limit=limit):
            found.setdefault(account.id, account)
        if len(found) >= limit:
            break
    return list(found.values())[:limit]


async def _expressions(reader: Reader, text: str) -> Iterable[str]:
    """Give full-text queries that together find every match, the most productive first."""
    if len(text) < trigrams.LENGTH:
        return trigrams.unions(await reader.all(_beginning_with, text=text, end=text + HIGHEST))
    wanted = trigrams.looked_at(text)
    seen = dict(await reader.all(_counts_of, **fill("gram", trigrams.MOST_LOOKED_AT, wanted)))
    return [trigrams.intersection(text, seen)] if len(seen) == len(wanted) else []
