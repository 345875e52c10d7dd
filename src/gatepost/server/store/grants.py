"""The roles of accounts, held everywhere or on one resource."""

from gatepost.server.domain.grants import Grant
from gatepost.server.store.statement import Row, command, query, scalar


def _grant(row: Row) -> Grant:
    return Grant(*row)


of_account = query(
    "grants.of_account",
    "SELECT role, resource FROM grants WHERE account_id = :account_id ORDER BY role, resource",
    _grant,
)

roles_on = query(
    "grants.roles_on",
    "SELECT role FROM grants WHERE account_id = :account_id AND resource = :resource ORDER BY role",
    scalar,
)

insert = command(
    "grants.insert",
    "INSERT INTO grants (account_id, role, resource) VALUES (:account_id, :role, :resource) ON CONFLICT DO NOTHING",
)

delete = command(
    "grants.delete", "DELETE FROM grants WHERE account_id = :account_id AND role = :role AND resource = :resource"
)
