r"""The searchable directory: every usable account, found by any part of its names, username or e-mail address.

Theory of operation. `directory` has one row for each listed account, with its folded fields twice: in one indexed
column each, and joined to a haystack, `first␟last␟username␟email␟␟`. A search ends as soon as it has enough:

1. Fields that begin with the text are one range of each column's index. A field equal to the text is the smallest of
   its range, so the order of the index is the ranking: exact matches, then prefixes. `limit` entries of each
   column are always enough, however many accounts match.
2. All other matches come from an index of the haystacks' trigrams. Three characters and more: a haystack that holds
   the text holds all its trigrams; the index intersects a few of them and `instr` verifies what is left.
   One and two characters: every trigram that begins with them is proof of a match, and the closing separators give
   the last characters of a field such a trigram too. The most frequent are tried first, so mostly one is enough.

`directory_grams` knows every trigram in use, and roughly how many accounts have it. That it is complete makes short
texts findable and answers most misses at once; the counts only choose the cheapest plan, so every 64th account, chosen
by the checksum of its id, counts for 64, and most accounts are listed without writing to the table. Deletions leave
counts and trigrams behind, which costs a little speed until the next `rebuild` and never a match.

Nothing in the haystack or the text can be mistaken for a separator, an operator or a wildcard: control characters,
lone surrogates and the few code points that SQLite cannot tell apart are replaced in both.
"""

import re
from collections import Counter
from collections.abc import AsyncIterator, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol
from zlib import crc32

from gatepost.server.domain.text import fold
from gatepost.server.store.database import Database, Reader, Transaction
from gatepost.server.store.statement import Row, command, fill, placeholders, query, scalar

SEPARATOR = "\x1f"
_HIGHEST = "\U0010ffff"
_UNSEARCHABLE = re.compile(r"[\x00-\x1f\ud800-\udfff\ufffe\uffff\U0010ffff]")
_REPLACEMENT = "\ufffd"

_GRAM = 3
_SAMPLED = 64
_MOST_GRAMS = 32
"""How many trigrams of a text are looked at to choose the best; the text's whole length is verified."""

_VERIFYING = 80
"""What fetching and checking one haystack costs, in steps over entries of the trigram index (measured: 40 to 160)."""

_LEFT_BESIDE = {1: 0.7, 2: 0.5}
_LEFT = 0.2
"""The share of candidates one more trigram leaves, less the farther it is from those chosen (measured)."""

_MOST_ALTERNATIVES = 64


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


@dataclass(frozen=True, slots=True)
class DirectoryRow:
    """One match."""

    id: str
    first_name: str | None
    last_name: str | None


def _match(row: Row) -> DirectoryRow:
    return DirectoryRow(*row)


def _gram_count(row: Row) -> tuple[str, int]:
    return row[0], row[1]


SCHEMA = {
    "sqlite": (
        "CREATE TABLE directory (number INTEGER PRIMARY KEY, "
        "account_id TEXT NOT NULL UNIQUE REFERENCES accounts (id) ON DELETE CASCADE, "
        "first_name_key TEXT, last_name_key TEXT, username_key TEXT, email_key TEXT, haystack TEXT NOT NULL)",
        "CREATE INDEX ix_directory_first_name_key ON directory (first_name_key)",
        "CREATE INDEX ix_directory_last_name_key ON directory (last_name_key)",
        "CREATE INDEX ix_directory_username_key ON directory (username_key)",
        "CREATE INDEX ix_directory_email_key ON directory (email_key)",
        "CREATE TABLE directory_grams (gram TEXT PRIMARY KEY, seen INTEGER NOT NULL) WITHOUT ROWID",
        "CREATE VIRTUAL TABLE directory_fts USING fts5 (haystack, content = 'directory', content_rowid = 'number', "
        "tokenize = 'trigram case_sensitive 1', detail = none, columnsize = 0)",
        "CREATE VIRTUAL TABLE directory_vocabulary USING fts5vocab (directory_fts, row)",
        "CREATE TRIGGER directory_listed AFTER INSERT ON directory BEGIN "
        "INSERT INTO directory_fts (rowid, haystack) VALUES (new.number, new.haystack); END",
        "CREATE TRIGGER directory_unlisted AFTER DELETE ON directory BEGIN "
        "INSERT INTO directory_fts (directory_fts, rowid, haystack) VALUES ('delete', old.number, old.haystack); END",
    ),
}
"""The statements that create the directory, by engine. Its rows are inserted and deleted, never updated."""

_COLUMNS = ("first_name_key", "last_name_key", "username_key", "email_key")

_RANGES = " UNION ALL ".join(
    f"SELECT * FROM (SELECT account_id, {column} AS field FROM directory "
    f"WHERE {column} >= :text AND {column} < :end ORDER BY {column} LIMIT :limit) AS by_{column}"
    for column in _COLUMNS
)

_beginning = query(
    "directory.beginning",
    "SELECT a.id, a.first_name, a.last_name FROM "
    f"(SELECT account_id, min(field) AS field FROM ({_RANGES}) AS ranges GROUP BY account_id) AS d "
    "JOIN accounts a ON a.id = d.account_id ORDER BY d.field, a.id LIMIT :limit",
    _match,
    scans="what the four bounded index ranges gave, at most four times the limit",
)

_containing = query(
    "directory.sqlite.containing",
    "SELECT a.id, a.first_name, a.last_name FROM directory_fts f CROSS JOIN directory d ON d.number = f.rowid "
    "JOIN accounts a ON a.id = d.account_id "
    "WHERE f.directory_fts MATCH :grams AND instr(d.haystack, :text) > 0 LIMIT :limit",
    _match,
    scans="only what the full-text index finds; SQLite calls every use of a virtual table a scan",
)

_counts_of = query(
    "directory.sqlite.counts_of",
    f"SELECT gram, seen FROM directory_grams WHERE gram IN ({placeholders('gram', _MOST_GRAMS)})",
    _gram_count,
)

_beginning_with = query(
    "directory.sqlite.beginning_with",
    "SELECT gram FROM directory_grams WHERE gram >= :text AND gram < :end ORDER BY seen DESC, gram",
    scalar,
)

_insert = command(
    "directory.insert",
    f"INSERT INTO directory (account_id, {', '.join(_COLUMNS)}, haystack) "
    f"VALUES (:account_id, {', '.join(f':{column}' for column in _COLUMNS)}, :haystack)",
)

_delete = command("directory.delete", "DELETE FROM directory WHERE account_id = :account_id")

_know = command(
    "directory.sqlite.know",
    "INSERT INTO directory_grams (gram, seen) VALUES (:gram, 1) ON CONFLICT DO NOTHING",
)

_count = command(
    "directory.sqlite.count", "UPDATE directory_grams SET seen = seen + :more WHERE gram = :gram"
)

_REBUILD = (
    command("directory.sqlite.reindex", "INSERT INTO directory_fts (directory_fts) VALUES ('rebuild')"),
    command("directory.sqlite.forget", "DELETE FROM directory_grams", scans="rebuilding"),
    command(
        "directory.sqlite.recount",
        "INSERT INTO directory_grams (gram, seen) SELECT term, doc FROM directory_vocabulary",
        scans="rebuilding",
    ),
)


async def add(tx: Transaction, account: Listable) -> None:
    """Make an account findable; raises Duplicate when it is listed already."""
    await add_many(tx, [account])


async def add_many(tx: Transaction, accounts: Collection[Listable]) -> None:
    """Make accounts findable; for imports, best with some thousands at a time. Raises Duplicate like `add`."""
    rows = [_entry(account) for account in accounts]
    await tx.run_many(_insert, rows)
    known: set[str] = set()
    sample: Counter[str] = Counter()
    for row in rows:
        grams = _grams(row["haystack"] or "")
        known.update(grams)
        if crc32((row["account_id"] or "").encode()) % _SAMPLED == 0:
            sample.update(dict.fromkeys(grams, _SAMPLED))
    await tx.run_many(_know, ({"gram": gram} for gram in known))
    await tx.run_many(_count, ({"gram": gram, "more": more} for gram, more in sample.items()))


async def remove(tx: Transaction, account_id: str) -> None:
    """Make an account unfindable; one that is not listed is no error. Deleting an account does this too."""
    await tx.run(_delete, account_id=account_id)


async def rebuild(tx: Transaction) -> None:
    """Make the trigram index anew from the listed accounts, about ten seconds for a million."""
    for statement in _REBUILD:
        await tx.run(statement)


async def search(database: Database, text: str, limit: int) -> list[DirectoryRow]:
    """Find at most `limit` accounts with a field that contains the text, whatever its case.

    Fields equal to the text come first, then fields that begin with it, in alphabetical order, then all others.
    Blank text finds nothing.
    """
    wanted = _searchable(text)
    return await database.read(lambda reader: _search(reader, wanted, limit)) if wanted else []


async def _search(reader: Reader, text: str, limit: int) -> list[DirectoryRow]:
    rows = await reader.all(_beginning, text=text, end=text + _HIGHEST, limit=limit)
    found = {row.id: row for row in rows}
    if len(found) < limit:
        async for grams in _expressions(reader, text):
            for row in await reader.all(_containing, grams=grams, text=text, limit=limit):
                found.setdefault(row.id, row)
            if len(found) >= limit:
                break
    return list(found.values())[:limit]


async def _expressions(reader: Reader, text: str) -> AsyncIterator[str]:
    """Give the full-text queries that together find all matches, the most productive first."""
    if len(text) < _GRAM:
        for grams in _portions(await reader.all(_beginning_with, text=text, end=text + _HIGHEST)):
            yield " OR ".join(map(_quoted, grams))
        return
    wanted = _grams(text, step=1 + len(text) // _MOST_GRAMS)
    seen = dict(await reader.all(_counts_of, **fill("gram", _MOST_GRAMS, wanted)))
    if len(seen) == len(wanted):
        yield " AND ".join(map(_quoted, _selective(text, seen)))


def _selective(text: str, seen: Mapping[str, int]) -> list[str]:
    """Choose the trigrams whose intersection, with the verification of what it leaves, costs least."""
    counts = {text.index(gram): count for gram, count in seen.items()}
    chosen: list[int] = []
    best = min(counts, key=counts.__getitem__)
    candidates, gain = float(counts[best]), 1.0
    while gain > 0:
        chosen.append(best)
        del counts[best]
        gain, best, left = max(_gains(counts, chosen, candidates), default=(0.0, 0, 0.0))
        candidates *= left
    return [text[place : place + _GRAM] for place in chosen]


def _gains(
    counts: Mapping[int, int], chosen: list[int], candidates: float
) -> Iterator[tuple[float, int, float]]:
    """Yield what adding each further trigram would save, its place, and the share of candidates it would leave."""
    for place, count in counts.items():
        left = _LEFT_BESIDE.get(min(abs(place - other) for other in chosen), _LEFT)
        yield candidates * (1 - left) * _VERIFYING - count, place, left


def _portions(grams: list[str]) -> Iterator[list[str]]:
    """Cut a list into portions of growing size."""
    start, size = 0, 1
    while start < len(grams):
        yield grams[start : start + size]
        start, size = start + size, min(size * 4, _MOST_ALTERNATIVES)


def _entry(account: Listable) -> dict[str, str | None]:
    fields = (account.first_name, account.last_name, account.username, account.email)
    keys = [_searchable(field or "") for field in fields]
    # A field that repeats another one adds no match: most usernames are the e-mail address.
    distinct = dict.fromkeys(filter(None, keys))
    columns = {key: column for column, key in zip(_COLUMNS, keys, strict=True) if key in distinct}
    return {
        "account_id": account.id,
        **dict.fromkeys(_COLUMNS),
        **{column: key for key, column in columns.items()},
        "haystack": SEPARATOR.join((*distinct, "", "")),
    }


def _searchable(text: str) -> str:
    return _UNSEARCHABLE.sub(_REPLACEMENT, fold(text))


def _grams(text: str, step: int = 1) -> list[str]:
    """List the distinct trigrams of a text that begin at every `step`th character."""
    places: Iterable[int] = range(0, len(text) - _GRAM + 1, step)
    return list(dict.fromkeys(text[place : place + _GRAM] for place in places))


def _quoted(gram: str) -> str:
    return '"' + gram.replace('"', '""') + '"'
