"""Personal access tokens, the default token among them."""

from dataclasses import dataclass

from gatepost.server.domain.accounts import State
from gatepost.server.domain.tokens import AccessToken
from gatepost.server.store.statement import Row, command, query, scalar


@dataclass(frozen=True, slots=True)
class TokenHolder:
    """A token together with what decides whether its account may act."""

    token: AccessToken
    is_default: bool
    state: State
    disabled: bool


_COLUMNS = "t.id, t.account_id, t.name, t.created_at, t.used_at, t.expires_at"


def _token(row: Row) -> AccessToken:
    return AccessToken(*row)


def _holder(row: Row) -> TokenHolder:
    return TokenHolder(AccessToken(*row[:6]), bool(row[6]), State(row[7]), bool(row[8]))


by_digest = query(
    "tokens.by_digest",
    f"SELECT {_COLUMNS}, t.is_default, a.state, a.disabled FROM tokens t JOIN accounts a ON a.id = t.account_id "
    "WHERE t.digest = :digest",
    _holder,
)

of_account = query(
    "tokens.of_account",
    f"SELECT {_COLUMNS} FROM tokens t WHERE t.account_id = :account_id AND NOT t.is_default ORDER BY t.id",
    _token,
)

count_of_account = query(
    "tokens.count_of_account",
    "SELECT count(*) FROM tokens WHERE account_id = :account_id AND NOT is_default",
    scalar,
)

default_of = query(
    "tokens.default_of", "SELECT id, sealed FROM tokens WHERE account_id = :account_id AND is_default", tuple
)

any_default = query(
    "tokens.any_default",
    "SELECT id, sealed FROM tokens WHERE is_default LIMIT 1",
    tuple,
    scans="the first entry of the index of default tokens",
)

insert = command(
    "tokens.insert",
    "INSERT INTO tokens (id, account_id, is_default, name, digest, sealed, created_at, expires_at) "
    "VALUES (:id, :account_id, :is_default, :name, :digest, :sealed, :now, :expires_at)",
)

delete_own = command(
    "tokens.delete_own", "DELETE FROM tokens WHERE id = :id AND account_id = :account_id AND NOT is_default"
)

delete_default = command("tokens.delete_default", "DELETE FROM tokens WHERE account_id = :account_id AND is_default")

mark_used = command(
    "tokens.mark_used",
    "UPDATE tokens SET used_at = :at WHERE id = :id AND (used_at IS NULL OR used_at < :at)",
)

delete_of_account = command("tokens.delete_of_account", "DELETE FROM tokens WHERE account_id = :account_id")
