"""What is copied: every table of the schema and its columns, parents before children."""

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Table as Described

BATCH = 1_000
"""How many rows are in hand at a time."""

_KINDS = {"Text": "text", "Boolean": "bool", "BigInteger": "int8", "LargeBinary": "bytea"}


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its key and its columns; `columns` gives PostgreSQL's name of the type of each."""

    name: str
    key: tuple[str, ...]
    columns: dict[str, str]


_DIRECTORY = Table(
    "directory",
    ("account_id",),
    dict.fromkeys(
        (
            "account_id",
            "first_name",
            "last_name",
            "first_name_key",
            "last_name_key",
            "username_key",
            "email_key",
            "haystack",
        ),
        "text",
    ),
)
"""The listed accounts; what finds them by parts of their names is made anew."""


@cache
def tables() -> tuple[Table, ...]:
    """List every table whose rows are copied."""
    from gatepost.server.store.schema import metadata  # SQLAlchemy, which nothing else here needs

    return (*map(_table, metadata.sorted_tables), _DIRECTORY)


def _table(described: "Described") -> Table:
    columns = {column.name: _KINDS[type(column.type).__name__] for column in described.columns}
    return Table(described.name, tuple(column.name for column in described.primary_key), columns)
