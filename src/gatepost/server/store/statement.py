"""Named SQL statements with typed rows, each registered so that CI can EXPLAIN every one of them on every engine.

Statements are written once, in the portable subset of SQLite and PostgreSQL, with `:name` parameters. A statement
that may read a whole table says why in `scans`; all others must reach their rows through an index.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
Row = Sequence[Any]

_PARAMETER = re.compile(r"(?<![:\w]):([a-z_]\w*)")


@dataclass(frozen=True, slots=True)
class Statement:
    """One SQL text; `scans` gives the reason why it may read a whole table."""

    name: str
    sql: str
    scans: str | None = None

    @property
    def parameters(self) -> tuple[str, ...]:
        """The parameter names in order of appearance, without repetition."""
        return tuple(dict.fromkeys(_PARAMETER.findall(self.sql)))

    @property
    def pyformat(self) -> str:
        """The same text with `%(name)s` parameters, as psycopg wants it."""
        return _PARAMETER.sub(r"%(\1)s", self.sql.replace("%", "%%"))


@dataclass(frozen=True, slots=True)
class Query(Statement, Generic[T_co]):
    """A statement that answers rows, each turned into a T by `row`."""

    row: Callable[[Row], T_co] = field(kw_only=True)


registry: dict[str, Statement] = {}


def query(name: str, sql: str, row: Callable[[Row], T], *, scans: str | None = None) -> Query[T]:
    """Register a statement that answers rows of T."""
    return _register(Query(name, sql, scans, row=row))


def command(name: str, sql: str, *, scans: str | None = None) -> Statement:
    """Register a statement that only changes rows."""
    return _register(Statement(name, sql, scans))


S = TypeVar("S", bound=Statement)


def _register(statement: S) -> S:
    if statement.name in registry:
        raise ValueError(f"two statements are named {statement.name}")
    registry[statement.name] = statement
    return statement


def scalar(row: Row) -> Any:
    """Row mapper for statements with one column."""
    return row[0]


def placeholders(prefix: str, count: int) -> str:
    """Spell `:prefix_0, :prefix_1, …` for an IN list of fixed length."""
    return ", ".join(f":{prefix}_{index}" for index in range(count))


def fill(prefix: str, count: int, values: Sequence[str]) -> dict[str, str | None]:
    """Give the parameters for `placeholders`; what is left over is NULL and so matches nothing."""
    return {f"{prefix}_{i}": values[i] if i < len(values) else None for i in range(count)}
