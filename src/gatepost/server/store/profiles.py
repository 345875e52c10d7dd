"""Profile images and links to identity providers."""

from dataclasses import dataclass

from gatepost.server.store.statement import Row, command, query, scalar


@dataclass(frozen=True, slots=True)
class StoredImage:
    """A profile image as stored: re-encoded, never the bytes that were uploaded."""

    content_type: str
    data: bytes
    etag: str


def _image(row: Row) -> StoredImage:
    return StoredImage(*row)


def _identity(row: Row) -> tuple[str, str]:
    return row[0], row[1]


image_of = query(
    "profiles.image_of",
    "SELECT content_type, data, etag FROM profile_images WHERE account_id = :account_id",
    _image,
)

put_image = command(
    "profiles.put_image",
    "INSERT INTO profile_images (account_id, content_type, data, etag, updated_at) "
    "VALUES (:account_id, :content_type, :data, :etag, :now) ON CONFLICT (account_id) DO UPDATE SET "
    "content_type = excluded.content_type, data = excluded.data, etag = excluded.etag, "
    "updated_at = excluded.updated_at",
)

delete_image = command("profiles.delete_image", "DELETE FROM profile_images WHERE account_id = :account_id")

subject_at = query(
    "identities.subject_at",
    "SELECT subject FROM identities WHERE account_id = :account_id AND issuer = :issuer LIMIT 1",
    scalar,
)

issuer_of = query(
    "identities.issuer_of",
    "SELECT min(i.issuer) FROM identities i JOIN accounts a ON a.id = i.account_id "
    "WHERE i.account_id = :account_id AND a.password_hash IS NULL",
    scalar,
)

identities_of = query(
    "identities.of_account",
    "SELECT issuer, subject FROM identities WHERE account_id = :account_id",
    _identity,
)

link_identity = command(
    "identities.link",
    "INSERT INTO identities (issuer, subject, account_id, created_at) VALUES (:issuer, :subject, :account_id, :now)",
)

unlink_identities = command("identities.unlink", "DELETE FROM identities WHERE account_id = :account_id")
