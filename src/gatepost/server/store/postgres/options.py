"""How to reach a PostgreSQL database."""

from dataclasses import dataclass, field

GRACE_SECONDS = 1.0


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

    @property
    def patience(self) -> float:
        """How many seconds a server may take to answer, which is a little longer than a statement may take."""
        return self.statement_seconds + GRACE_SECONDS
