"""OAuth2 clients."""

from dataclasses import dataclass, field

from gatepost.server.domain.clients import Client
from gatepost.server.store.statement import Row, command, query


@dataclass(frozen=True, slots=True)
class ClientSecret:
    """A client together with the digest of its secret."""

    client: Client
    digest: bytes = field(repr=False)


_COLUMNS = "id, name, roles, created_at"


def _client(row: Row) -> Client:
    return Client(row[0], row[1], tuple(row[2].split()), row[3])


def _with_secret(row: Row) -> ClientSecret:
    return ClientSecret(_client(row), bytes(row[4]))


by_id = query("clients.by_id", f"SELECT {_COLUMNS} FROM clients WHERE id = :id", _client)

with_secret = query("clients.with_secret", f"SELECT {_COLUMNS}, digest FROM clients WHERE id = :id", _with_secret)

page = query("clients.page", f"SELECT {_COLUMNS} FROM clients WHERE id > :after ORDER BY id LIMIT :limit", _client)

insert = command(
    "clients.insert",
    "INSERT INTO clients (id, name, digest, roles, created_at) VALUES (:id, :name, :digest, :roles, :now)",
)

delete = command("clients.delete", "DELETE FROM clients WHERE id = :id")
