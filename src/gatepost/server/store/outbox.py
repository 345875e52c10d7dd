"""Mails committed with the change that caused them, and delivered afterwards."""

from dataclasses import dataclass

from gatepost.server.store.statement import Row, command, query, scalar


@dataclass(frozen=True, slots=True)
class StoredMail:
    """A mail as stored; `sealed` holds its encrypted parts, None once they are gone. Instants are milliseconds."""

    id: str
    kind: str
    recipient: str
    subject: str
    state: str
    attempts: int
    due_at: int
    last_error: str | None
    created_at: int
    sealed: bytes | None


_COLUMNS = "id, kind, recipient, subject, state, attempts, due_at, last_error, created_at"


def _mail(row: Row) -> StoredMail:
    return StoredMail(*row)


page = query(
    "outbox.page",
    f"SELECT {_COLUMNS}, NULL FROM outbox WHERE id < :before ORDER BY id DESC LIMIT :limit",
    _mail,
)

by_id = query("outbox.by_id", f"SELECT {_COLUMNS}, sealed FROM outbox WHERE id = :id", _mail)

recent_to = query(
    "outbox.recent_to",
    "SELECT count(*) FROM outbox WHERE recipient_key = :recipient_key AND created_at > :since",
    scalar,
)

next_due = query("outbox.next_due", "SELECT due_at FROM outbox WHERE state = 'queued' ORDER BY due_at LIMIT 1", scalar)

insert = command(
    "outbox.insert",
    "INSERT INTO outbox (id, account_id, kind, recipient, recipient_key, subject, sealed, state, attempts, due_at, "
    "created_at) VALUES (:id, :account_id, :kind, :recipient, :recipient_key, :subject, :sealed, 'queued', 0, :now, "
    ":now)",
)

_DUE = "SELECT id FROM outbox WHERE state = 'queued' AND due_at <= :now ORDER BY due_at LIMIT :limit"
_LEASE = "UPDATE outbox SET due_at = :until, attempts = attempts + 1 WHERE id"

lease = query(
    "outbox.lease",
    f"{_LEASE} IN ({_DUE}) RETURNING {_COLUMNS}, sealed",
    _mail,
    # Where several write at the same time, each takes once what no other is taking.
    postgresql=f"{_LEASE} = ANY (ARRAY ({_DUE} FOR UPDATE SKIP LOCKED)) RETURNING {_COLUMNS}, sealed",
)

sent = command("outbox.sent", "UPDATE outbox SET state = 'sent', sealed = NULL, last_error = NULL WHERE id = :id")

# Who comes back after the lease ran out leaves the mail to whoever tries it now.
postpone = command(
    "outbox.postpone",
    "UPDATE outbox SET due_at = :due_at, last_error = :error WHERE id = :id AND attempts = :attempts",
)

failed = command(
    "outbox.failed",
    "UPDATE outbox SET state = 'failed', sealed = NULL, last_error = :error WHERE id = :id AND attempts = :attempts",
)

purge = command(
    "outbox.purge",
    "DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE created_at < :before LIMIT :portion)",
)
