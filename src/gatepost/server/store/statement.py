"""Named SQL statements with typed rows, each registered so that CI can EXPLAIN every one of them on every engine.

Statements are written once, in the portable subset of SQLite and PostgreSQL, with `:name` parameters; where PostgreSQL
has a better way, its own text stands beside. A statement that may read a whole table says why in `scans`; all others
must reach their rows through an index.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
Row = Sequence[Any]

_PARAMETER = re.compile(r"(?<![:\w]):([a-z_]\w*)")


@dataclass(frozen=True, slots=True)
class Statement:
    """One SQL text; `scans` gives the reason why it may read a whole table, `postgresql` the text in its stead there.

    `positional` is the text for PostgreSQL with its parameters as `$1`, `$2`, …
    """

    name: str
    sql: str
    scans: str | None = None
    postgresql: str | None = field(default=None, kw_only=True)
    positional: str = field(init=False, repr=False)
    _order: tuple[str, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        text = self.sql if self.postgresql is None else self.postgresql
        order = _names(text)
        object.__setattr__(self, "_order", order)
        object.__setattr__(self, "positional", _PARAMETER.sub(lambda found: f"${order.index(found[1]) + 1}", text))

    @property
    def parameters(self) -> tuple[str, ...]:
        """The parameter names in order of appearance, without repetition."""
        return _names(self.sql)

    def values_of(self, parameters: Mapping[str, Any]) -> list[Any]:
        """Give the parameters in the order of `positional`."""
        return [parameters[name] for name in self._order]


def _names(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_PARAMETER.findall(text)))


@dataclass(frozen=True, slots=True)
class Query(Statement, Generic[T_co]):
    """A statement that answers rows, each turned into a T by `row`."""

    row: Callable[[Row], T_co] = field(kw_only=True)


registry: dict[str, Statement] = {}


def query(
    name: str, sql: str, row: Callable[[Row], T], *, scans: str | None = None, postgresql: str | None = None
) -> Query[T]:
    """Register a statement that answers rows of T."""
    return _register(Query(name, sql, scans, postgresql=postgresql, row=row))


def command(name: str, sql: str, *, scans: str | None = None, postgresql: str | None = None) -> Statement:
    """Register a statement that only changes rows."""
    return _register(Statement(name, sql, scans, postgresql=postgresql))


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
