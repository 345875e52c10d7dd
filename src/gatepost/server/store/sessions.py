"""Sessions and one-time links."""

from dataclasses import dataclass

from gatepost.server.domain.accounts import State
from gatepost.server.store.statement import Row, command, query


@dataclass(frozen=True, slots=True)
class SessionHolder:
    """A session together with what decides whether its account may act. Instants are milliseconds."""

    id: str
    account_id: str
    used_at: int
    expires_at: int
    state: State
    disabled: bool


@dataclass(frozen=True, slots=True)
class Link:
    """A one-time link as stored: what it is for, and for whom."""

    purpose: str
    account_id: str | None
    expires_at: int


def _session(row: Row) -> SessionHolder:
    return SessionHolder(row[0], row[1], row[2], row[3], State(row[4]), bool(row[5]))


def _link(row: Row) -> Link:
    return Link(*row)


by_digest = query(
    "sessions.by_digest",
    "SELECT s.id, s.account_id, s.used_at, s.expires_at, a.state, a.disabled "
    "FROM sessions s JOIN accounts a ON a.id = s.account_id WHERE s.digest = :digest",
    _session,
)

insert = command(
    "sessions.insert",
    "INSERT INTO sessions (id, account_id, digest, device, created_at, used_at, expires_at) "
    "VALUES (:id, :account_id, :digest, :device, :now, :now, :expires_at)",
)

delete = command("sessions.delete", "DELETE FROM sessions WHERE digest = :digest")

delete_of_account = command("sessions.delete_of_account", "DELETE FROM sessions WHERE account_id = :account_id")

mark_used = command("sessions.mark_used", "UPDATE sessions SET used_at = :at WHERE id = :id AND used_at < :at")

expire = command("sessions.expire", "DELETE FROM sessions WHERE expires_at < :now")

link_by_digest = query(
    "links.by_digest", "SELECT purpose, account_id, expires_at FROM links WHERE digest = :digest", _link
)

insert_link = command(
    "links.insert",
    "INSERT INTO links (digest, purpose, account_id, created_at, expires_at) "
    "VALUES (:digest, :purpose, :account_id, :now, :expires_at)",
)

delete_link = command("links.delete", "DELETE FROM links WHERE digest = :digest")

delete_links_of_purpose = command(
    "links.delete_of_purpose",
    "DELETE FROM links WHERE purpose = :purpose",
    scans="a handful of rows, once in the life of an installation",
)

expire_links = command("links.expire", "DELETE FROM links WHERE expires_at < :now")
