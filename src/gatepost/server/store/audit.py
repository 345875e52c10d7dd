"""The audit trail: one event for every change, holding ids and never personal data."""

from gatepost.server.store.statement import command, query, scalar

insert = command(
    "audit.insert",
    "INSERT INTO audit (id, at, actor, action, subject, detail) VALUES (:id, :at, :actor, :action, :subject, :detail)",
)

newest = query(
    "audit.newest", "SELECT at FROM audit ORDER BY id DESC LIMIT 1", scalar, scans="the last entry of the key's index"
)

of_subject = query(
    "audit.of_subject",
    "SELECT id, at, actor, action, subject, detail FROM audit WHERE subject = :subject ORDER BY id",
    tuple,
)
