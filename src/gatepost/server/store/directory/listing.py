"""The row of a listed account, which is the same on every engine."""

import re
from typing import Any, Protocol

from gatepost.server.domain.accounts import Overview
from gatepost.server.domain.text import fold
from gatepost.server.store.statement import Row, command

COLUMNS = ("first_name_key", "last_name_key", "username_key", "email_key")
"""The columns of folded fields; each has an index."""

HIGHEST = "\U0010ffff"
"""What no field contains and every text that begins with another one sorts before."""

_SEPARATOR = "\x1f"

# Separators, the end of every range, and what SQLite's tokenizer stops at or cannot tell apart.
_UNSEARCHABLE = re.compile(r"[\x00-\x1f\ud800-\udfff\ufffe\uffff\U0010ffff]")
_REPLACEMENT = "\ufffd"

Entry = dict[str, Any]
"""The row of a listed account, as parameters of `insert`."""


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


insert = command(
    "directory.insert",
    f"INSERT INTO directory (account_id, first_name, last_name, {', '.join(COLUMNS)}, haystack) VALUES "
    f"(:account_id, :first_name, :last_name, {', '.join(f':{column}' for column in COLUMNS)}, :haystack)",
)

delete = command("directory.delete", "DELETE FROM directory WHERE account_id = :account_id")


def match(row: Row) -> Overview:
    """Give the account that a row of a search shows."""
    return Overview(*row)


def entry_of(account: Listable) -> Entry:
    """Give the row that lists an account."""
    fields = (account.first_name, account.last_name, account.username, account.email)
    keys = [searchable(field or "") for field in fields]
    # A field that repeats another one adds no match, and most usernames are the e-mail address.
    column_of = {key: column for column, key in zip(COLUMNS, keys, strict=True) if key}
    return {
        "account_id": account.id,
        "first_name": account.first_name,
        "last_name": account.last_name,
        **dict.fromkeys(COLUMNS),
        **{column: key for key, column in column_of.items()},
        "haystack": _SEPARATOR.join((*column_of, "", "")),
    }


def searchable(text: str) -> str:
    """Fold a field or what is looked for in it, and replace what no field can hold."""
    return _UNSEARCHABLE.sub(_REPLACEMENT, fold(text))


def ranges(key: str) -> str:
    """Spell the first `:limit` fields of each column that begin with `:text`, each with the `key` of its row."""
    return " UNION ALL ".join(
        f"SELECT * FROM (SELECT {key}, {column} AS field FROM directory "
        f"WHERE {column} >= :text AND {column} < :end ORDER BY {column} LIMIT :limit) AS by_{column}"
        for column in COLUMNS
    )
