"""How to reach a PostgreSQL database."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class PostgresOptions:
    """Where the database is and how much of it one process takes.

    `url` may name several hosts; `listen_url` is where notifications come from, when `url` leads to a pooler that
    does not pass them on. `connections` bounds those of one process, `statement_seconds` a single statement.
    """

    url: str = field(repr=False)
    listen_url: str = field(default="", repr=False)
    connections: int = 8
    statement_seconds: float = 10.0
