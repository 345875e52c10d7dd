"""The roles of accounts, held everywhere or on one resource."""

from gatepost.server.domain.grants import Grant
from gatepost.server.domain.roles import ROLES_ON
from gatepost.server.store.statement import Row, command, fill, placeholders, query, scalar

BATCH = 100
"""How many accounts `of_accounts` takes at once."""


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


def _of_whom(row: Row) -> tuple[str, Grant]:
    return row[0], Grant(row[1], row[2])


of_accounts = query(
    "grants.of_accounts",
    f"SELECT account_id, role, resource FROM grants WHERE account_id IN ({placeholders('id', BATCH)})",
    _of_whom,
)

_NAMED = ", ".join(f"'{role}'" for role in sorted({role for roles in ROLES_ON.values() for role in roles}))

holder_on = query(
    "grants.holder_on",
    f"SELECT account_id FROM grants WHERE role IN ({_NAMED}) AND resource = :resource LIMIT 1",
    scalar,
)

insert = command(
    "grants.insert",
    "INSERT INTO grants (account_id, role, resource) VALUES (:account_id, :role, :resource) ON CONFLICT DO NOTHING",
)

delete = command(
    "grants.delete", "DELETE FROM grants WHERE account_id = :account_id AND role = :role AND resource = :resource"
)


def batch_of(ids: list[str]) -> dict[str, str | None]:
    """Give the parameters of `of_accounts` for at most `BATCH` ids."""
    return fill("id", BATCH, ids)
