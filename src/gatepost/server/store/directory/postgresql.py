"""The directory on PostgreSQL: a GIN index of trigrams, and a sample that says how common a text is.

Theory of operation. A haystack's trigrams are the lexemes of a `tsvector` that exists in the index only. A query
names lexemes or their beginnings, so texts of any length and of any letters find their rows by it, whatever the locale
of the server; no extension is needed. But such an index gives all rows that match before the first of them can be
used, so common texts must be found without it: a sixteenth of the accounts, in an order drawn once for each, is an
index of its own that holds haystacks. What the first thousand do not settle is decided by how many of them match:

* so many that some thousands more must give enough: these are looked through;
* otherwise matches are rare enough for the index to list them all. Trigrams that nearly everybody has would
  cost most and tell least, so the four are intersected that the fewest of a hundred accounts have.

All of this is one statement, and so one round trip on one view of the data. Each step has a limit that is nothing when
the steps before found enough, and a step that may give nothing is not begun.
"""

from gatepost.server.domain.accounts import Overview
from gatepost.server.store.database import Database, Transaction
from gatepost.server.store.directory import trigrams
from gatepost.server.store.directory.listing import HIGHEST, Entry, match, ranges
from gatepost.server.store.directory.listing import insert as insert_row
from gatepost.server.store.statement import query

_SAMPLE = "shuffled < 0.0625 AND octet_length(haystack) < 1000"
"""What is in the sample; entries of an index must not be long."""

_FEW, _FIRST, _MORE = 100, 1_000, 7_000
_COMMON = 7
"""From how many matches among the first on looking through more is cheaper than the index (measured)."""

_INTERSECTED = 4

SCHEMA = (
    """CREATE TABLE directory (
        account_id TEXT COLLATE "C" PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
        first_name TEXT COLLATE "C", last_name TEXT COLLATE "C",
        first_name_key TEXT COLLATE "C", last_name_key TEXT COLLATE "C",
        username_key TEXT COLLATE "C", email_key TEXT COLLATE "C",
        haystack TEXT COLLATE "C" NOT NULL,
        shuffled DOUBLE PRECISION NOT NULL DEFAULT random())""",
    "CREATE INDEX ix_directory_first_name_key ON directory (first_name_key)",
    "CREATE INDEX ix_directory_last_name_key ON directory (last_name_key)",
    "CREATE INDEX ix_directory_username_key ON directory (username_key)",
    "CREATE INDEX ix_directory_email_key ON directory (email_key)",
    f"CREATE INDEX ix_directory_sample ON directory (shuffled) INCLUDE (account_id, haystack) WHERE {_SAMPLE}",
    """CREATE FUNCTION directory_trigrams(haystack TEXT) RETURNS TSVECTOR
        LANGUAGE SQL IMMUTABLE STRICT PARALLEL SAFE COST 1000
        RETURN array_to_tsvector(ARRAY(
            SELECT substr(haystack, place, 3) FROM generate_series(1, length(haystack) - 2) AS place))""",
    """CREATE INDEX ix_directory_trigrams ON directory USING gin (directory_trigrams(haystack))
        WITH (fastupdate = off)""",
)
"""The statements that create the directory.

Without `fastupdate`, listing an account costs always the same, and no search reads through a list of what is pending.
"""

_found_by_trigrams = f"""directory_trigrams(haystack) @@ (
    SELECT CAST(string_agg(lexeme, ' & ') AS tsquery) FROM (
      SELECT lexeme FROM unnest(CAST(:grams AS text[]), CAST(:lexemes AS text[])) WITH ORDINALITY
        AS asked (gram, lexeme, place)
      ORDER BY (SELECT count(*) FROM few WHERE strpos(haystack, gram) > 0), place LIMIT {_INTERSECTED}) AS rarest)"""


def _sampled(columns: str, limit: int, offset: int = 0) -> str:
    return f"SELECT {columns} FROM directory WHERE {_SAMPLE} ORDER BY shuffled LIMIT {limit} OFFSET {offset}"


statement = query(
    "directory.postgresql.search",
    f"""WITH
  beginning AS MATERIALIZED (
    SELECT account_id, min(field) AS field FROM ({ranges("account_id")}) AS ranges
    GROUP BY account_id ORDER BY field, account_id LIMIT :limit),
  first AS MATERIALIZED (
    SELECT account_id FROM ({_sampled("account_id, haystack", _FIRST)}) AS looked_at
    WHERE strpos(haystack, :text) > 0
    LIMIT (SELECT CASE WHEN count(*) < :limit THEN :limit ELSE 0 END FROM beginning)),
  more AS MATERIALIZED (
    SELECT account_id FROM ({_sampled("account_id, haystack", _MORE, _FIRST)}) AS looked_at
    WHERE strpos(haystack, :text) > 0
    LIMIT (SELECT CASE WHEN count(*) >= {_COMMON} THEN :limit - count(*) ELSE 0 END FROM first)),
  common AS MATERIALIZED (
    SELECT account_id, field FROM beginning
    UNION ALL SELECT account_id, NULL FROM first
    UNION ALL SELECT account_id, NULL FROM more),
  few AS MATERIALIZED ({_sampled("haystack", _FEW)}),
  rest AS MATERIALIZED (
    SELECT account_id FROM directory WHERE {_found_by_trigrams} AND strpos(haystack, :text) > 0
    LIMIT (SELECT CASE WHEN count(DISTINCT account_id) < :limit THEN :limit ELSE 0 END FROM common)),
  best AS (
    SELECT account_id, min(field) AS field
    FROM (SELECT account_id, field FROM common UNION ALL SELECT account_id, NULL FROM rest) AS found
    GROUP BY account_id ORDER BY field NULLS LAST, account_id LIMIT :limit)
SELECT d.account_id, d.first_name, d.last_name FROM best JOIN directory AS d ON d.account_id = best.account_id
ORDER BY best.field NULLS LAST, best.account_id""",
    match,
    scans=f"the sample of accounts, of which it reads at most {_FIRST + _MORE}",
)


async def insert(tx: Transaction, entries: list[Entry]) -> None:
    """List accounts."""
    await tx.run_many(insert_row, entries)


async def rebuild(tx: Transaction) -> None:
    """Do nothing: every index is the database's own."""


async def find(database: Database, text: str, limit: int) -> list[Overview]:
    """Find at most `limit` accounts, the best first; `text` is folded and not empty."""
    return await database.all(statement, text=text, end=text + HIGHEST, limit=limit, **asked_for(text))


def asked_for(text: str) -> dict[str, list[str]]:
    """Give the trigrams that a search may choose from, as text and as lexemes; what they begin with for shorter text.

    Those that do not overlap come first, as they tell most.
    """
    if len(text) < trigrams.LENGTH:
        return {"grams": [text], "lexemes": [f"{_quoted(text)}:*"]}
    grams = sorted(enumerate(trigrams.looked_at(text)), key=lambda place: place[0] % trigrams.LENGTH > 0)
    return {"grams": [gram for _, gram in grams], "lexemes": [_quoted(gram) for _, gram in grams]}


def _quoted(gram: str) -> str:
    """Quote a lexeme as `tsquery` reads it."""
    return "'" + gram.replace("\\", "\\\\").replace("'", "''") + "'"
