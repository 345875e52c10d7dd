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
    lasting: bool


@dataclass(frozen=True, slots=True)
class Session:
    """A session as its owner sees it, `device` as the client called itself. Instants are milliseconds."""

    id: str
    device: str
    created_at: int
    used_at: int
    expires_at: int
    lasting: bool


@dataclass(frozen=True, slots=True)
class Link:
    """A one-time link as stored: what it is for, for whom, and the digest of the invitation that came with it."""

    purpose: str
    account_id: str | None
    expires_at: int
    invitation: bytes | None


def _holder(row: Row) -> SessionHolder:
    return SessionHolder(row[0], row[1], row[2], row[3], State(row[4]), bool(row[5]), bool(row[6]))


def _session(row: Row) -> Session:
    return Session(row[0], row[1], row[2], row[3], row[4], bool(row[5]))


def _link(row: Row) -> Link:
    return Link(*row)


_HOLDER = (
    "SELECT s.id, s.account_id, s.used_at, s.expires_at, a.state, a.disabled, s.lasting "
    "FROM sessions s JOIN accounts a ON a.id = s.account_id"
)
_COLUMNS = "id, device, created_at, used_at, expires_at, lasting"

by_digest = query("sessions.by_digest", f"{_HOLDER} WHERE s.digest = :digest", _holder)

by_attachment = query("sessions.by_attachment", f"{_HOLDER} WHERE s.attachment_digest = :digest", _holder)

of_account = query("sessions.of_account", f"SELECT {_COLUMNS} FROM sessions WHERE account_id = :account_id", _session)

own = query("sessions.own", f"SELECT {_COLUMNS} FROM sessions WHERE id = :id AND account_id = :account_id", _session)

insert = command(
    "sessions.insert",
    "INSERT INTO sessions (id, account_id, digest, attachment_digest, lasting, device, created_at, used_at, "
    "expires_at) VALUES (:id, :account_id, :digest, :attachment_digest, :lasting, :device, :now, :now, :expires_at)",
)

delete = command("sessions.delete", "DELETE FROM sessions WHERE digest = :digest")

delete_own = command("sessions.delete_own", "DELETE FROM sessions WHERE id = :id AND account_id = :account_id")

delete_others = command("sessions.delete_others", "DELETE FROM sessions WHERE account_id = :account_id AND id <> :kept")

end_attachment = command("sessions.end_attachment", "UPDATE sessions SET attachment_digest = NULL WHERE id = :id")

delete_of_account = command("sessions.delete_of_account", "DELETE FROM sessions WHERE account_id = :account_id")

mark_used = command("sessions.mark_used", "UPDATE sessions SET used_at = :at WHERE id = :id AND used_at < :at")

expire = command(
    "sessions.expire",
    "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE expires_at < :now LIMIT :portion)",
)

link_by_digest = query(
    "links.by_digest", "SELECT purpose, account_id, expires_at, invitation FROM links WHERE digest = :digest", _link
)

insert_link = command(
    "links.insert",
    "INSERT INTO links (digest, purpose, account_id, created_at, expires_at, invitation) "
    "VALUES (:digest, :purpose, :account_id, :now, :expires_at, :invitation)",
)

delete_link = command("links.delete", "DELETE FROM links WHERE digest = :digest")

delete_links_of_account = command(
    "links.delete_of_account", "DELETE FROM links WHERE account_id = :account_id AND purpose = :purpose"
)

delete_links_of_purpose = command(
    "links.delete_of_purpose",
    "DELETE FROM links WHERE purpose = :purpose",
    scans="a handful of rows, once in the life of an installation",
)

expire_links = command(
    "links.expire",
    "DELETE FROM links WHERE digest IN (SELECT digest FROM links WHERE expires_at < :now LIMIT :portion)",
)
