"""The audit trail: one event for every change, holding ids and never personal data."""

import json
from dataclasses import dataclass

from gatepost.server.store.statement import Row, command, query, scalar


@dataclass(frozen=True, slots=True)
class Event:
    """One change: when (milliseconds), by whom, to whom, and its details as `docs/reference/audit.md` has them."""

    id: str
    at: int
    actor: str
    action: str
    subject: str
    detail: dict[str, str | int | None]


def _event(row: Row) -> Event:
    id, at, actor, action, subject, detail = row
    return Event(id, at, actor, action, subject, json.loads(detail))


_COLUMNS = "id, at, actor, action, subject, detail"

insert = command(
    "audit.insert",
    "INSERT INTO audit (id, at, actor, action, subject, detail) VALUES (:id, :at, :actor, :action, :subject, :detail)",
)

newest = query(
    "audit.newest", "SELECT at FROM audit ORDER BY id DESC LIMIT 1", scalar, scans="the last entry of the key's index"
)

page = query("audit.page", f"SELECT {_COLUMNS} FROM audit WHERE id < :before ORDER BY id DESC LIMIT :limit", _event)

page_of_subject = query(
    "audit.page_of_subject",
    f"SELECT {_COLUMNS} FROM audit WHERE subject = :subject AND id < :before ORDER BY id DESC LIMIT :limit",
    _event,
)
