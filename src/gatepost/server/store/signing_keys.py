"""The keys that sign access tokens: the public halves as they are, the private ones sealed."""

from gatepost.server.domain.clients import SigningKey
from gatepost.server.store.statement import Row, command, query

_COLUMNS = "id, public, created_at, ends_at"


def _key(row: Row) -> SigningKey:
    return SigningKey(*row)


def _sealed(row: Row) -> tuple[str, bytes]:
    return row[0], bytes(row[1])


by_id = query("signing_keys.by_id", f"SELECT {_COLUMNS} FROM signing_keys WHERE id = :id", _key)

every = query(
    "signing_keys.every",
    f"SELECT {_COLUMNS} FROM signing_keys ORDER BY id",
    _key,
    scans="rotation leaves a handful of keys",
)

signing = query("signing_keys.signing", "SELECT id, sealed FROM signing_keys WHERE ends_at IS NULL", _sealed)

insert = command(
    "signing_keys.insert",
    "INSERT INTO signing_keys (id, public, sealed, created_at) VALUES (:id, :public, :sealed, :now)",
)

end_all = command(
    "signing_keys.end_all",
    "UPDATE signing_keys SET ends_at = :ends_at WHERE ends_at IS NULL OR ends_at > :ends_at",
)

delete_ended = command("signing_keys.delete_ended", "DELETE FROM signing_keys WHERE ends_at <= :now")
