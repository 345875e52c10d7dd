"""What people keep for their own programs."""

from gatepost.server.store.statement import command, query, scalar

of_account = query("preferences.of_account", "SELECT document FROM preferences WHERE account_id = :account_id", scalar)

put = command(
    "preferences.put",
    "INSERT INTO preferences (account_id, document, updated_at) VALUES (:account_id, :document, :now) "
    "ON CONFLICT (account_id) DO UPDATE SET document = excluded.document, updated_at = excluded.updated_at",
)

delete = command("preferences.delete", "DELETE FROM preferences WHERE account_id = :account_id")
