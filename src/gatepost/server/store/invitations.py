"""Invitations to groups."""

from gatepost.server.domain.groups import Invitation
from gatepost.server.store.statement import Row, command, query, scalar

_COLUMNS = "id, group_id, uses, created_at, expires_at"


def _invitation(row: Row) -> Invitation:
    return Invitation(*row)


by_digest = query("invitations.by_digest", f"SELECT {_COLUMNS} FROM invitations WHERE digest = :digest", _invitation)

of_group = query(
    "invitations.of_group",
    f"SELECT {_COLUMNS} FROM invitations WHERE group_id = :group_id ORDER BY id",
    _invitation,
)

count_of_group = query(
    "invitations.count_of_group", "SELECT count(*) FROM invitations WHERE group_id = :group_id", scalar
)

insert = command(
    "invitations.insert",
    "INSERT INTO invitations (id, group_id, digest, uses, created_at, expires_at) "
    "VALUES (:id, :group_id, :digest, :uses, :now, :expires_at)",
)

spend = command("invitations.spend", "UPDATE invitations SET uses = uses - 1 WHERE id = :id AND uses > 0")

delete = command("invitations.delete", "DELETE FROM invitations WHERE id = :id AND group_id = :group_id")

expire = command(
    "invitations.expire",
    "DELETE FROM invitations WHERE id IN (SELECT id FROM invitations WHERE expires_at < :before LIMIT :portion)",
)
