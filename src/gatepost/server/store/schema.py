"""The schema as SQLAlchemy tables: what migrations aim for and `alembic check` compares with.

Only migrations import this module; statements are plain SQL (docs/decisions/0001-sql-text.md).
Instants are milliseconds since the epoch, ids are UUIDv7 text, and `*_key` columns hold normalised look-up forms.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    Table,
    Text,
    false,
    text,
)
from sqlalchemy.ext.compiler import compiles

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


@compiles(Text, "postgresql")
def _by_code_point(element: Text, compiler: object, **options: object) -> str:
    """Order text by code points on PostgreSQL too, whatever its locale: pages and prefixes depend on it."""
    return 'TEXT COLLATE "C"'


_CLAIMED = text("state <> 'unverified'")
"""An unconfirmed address claims nothing: only accounts past that state hold their e-mail and username."""


_ROOM = {"fillfactor": 80}
"""Rows that change keep room beside them: PostgreSQL writes the new version there and leaves the indexes alone."""


def _account(*, primary_key: bool = False, index: bool = False) -> Column[str]:
    owner = ForeignKey("accounts.id", ondelete="CASCADE")
    return Column("account_id", Text, owner, nullable=False, primary_key=primary_key, index=index or None)


accounts = Table(
    "accounts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("email", Text, nullable=False),
    Column("email_key", Text, nullable=False),
    Column("username", Text, nullable=False),
    Column("username_key", Text, nullable=False),
    Column("first_name", Text),
    Column("last_name", Text),
    Column("password_hash", Text),
    Column("state", Text, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("email_verified", Boolean, nullable=False),
    Column("current_position", Text),
    Column("homepage", Text),
    Column("about", Text),
    Column("phone", Text),
    Column("description", Text),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("last_sign_in_at", BigInteger),
    Column("version", BigInteger, nullable=False),
    CheckConstraint("state IN ('unverified', 'pending', 'active', 'rejected')", name="state"),
    Index("uq_accounts_email_key", "email_key", unique=True, sqlite_where=_CLAIMED, postgresql_where=_CLAIMED),
    Index(
        "uq_accounts_username_key",
        "username_key",
        unique=True,
        sqlite_where=_CLAIMED,
        postgresql_where=_CLAIMED,
    ),
    Index("ix_accounts_attempts", "email_key", "created_at"),
    Index("ix_accounts_state", "state", "id"),
    postgresql_with=_ROOM,
)

grants = Table(
    "grants",
    metadata,
    _account(primary_key=True),
    Column("role", Text, primary_key=True),
    Column("resource", Text, primary_key=True),
    Index("ix_grants_role_resource_account_id", "role", "resource", "account_id"),
)

identities = Table(
    "identities",
    metadata,
    Column("issuer", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    _account(index=True),
    Column("created_at", BigInteger, nullable=False),
)

tokens = Table(
    "tokens",
    metadata,
    Column("id", Text, primary_key=True),
    _account(),
    Column("is_default", Boolean, nullable=False),
    Column("name", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False, unique=True),
    Column("sealed", LargeBinary),
    Column("created_at", BigInteger, nullable=False),
    Column("used_at", BigInteger),
    Column("expires_at", BigInteger),
    Index("ix_tokens_account_id_id", "account_id", "id"),
    Index(
        "uq_tokens_default",
        "account_id",
        unique=True,
        sqlite_where=text("is_default"),
        postgresql_where=text("is_default"),
    ),
    postgresql_with=_ROOM,
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", Text, primary_key=True),
    _account(index=True),
    Column("digest", LargeBinary, nullable=False, unique=True),
    Column("device", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("used_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False, index=True),
    Column("attachment_digest", LargeBinary),
    Column("lasting", Boolean, nullable=False, server_default=false()),
    Index("uq_sessions_attachment_digest", "attachment_digest", unique=True),
    postgresql_with=_ROOM,
)

links = Table(
    "links",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("purpose", Text, nullable=False),
    Column("account_id", Text, ForeignKey("accounts.id", ondelete="CASCADE"), index=True),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False, index=True),
    Column("invitation", LargeBinary),
)

groups = Table(
    "groups",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
)

memberships = Table(
    "memberships",
    metadata,
    _account(primary_key=True),
    Column("group_id", Text, ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True),
    Column("role", Text, nullable=False),
    Column("is_default", Boolean, nullable=False),
    Column("joined_at", BigInteger, nullable=False),
    CheckConstraint("role IN ('owner', 'member')", name="role"),
    Index("ix_memberships_group_id_joined_at", "group_id", "joined_at", "account_id"),
    Index(
        "uq_memberships_default",
        "account_id",
        unique=True,
        sqlite_where=text("is_default"),
        postgresql_where=text("is_default"),
    ),
)

invitations = Table(
    "invitations",
    metadata,
    Column("id", Text, primary_key=True),
    Column("group_id", Text, ForeignKey("groups.id", ondelete="CASCADE"), nullable=False),
    Column("digest", LargeBinary, nullable=False, unique=True),
    Column("uses", BigInteger, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False, index=True),
    CheckConstraint("uses >= 0", name="uses"),
    Index("ix_invitations_group_id_id", "group_id", "id"),
)

preferences = Table(
    "preferences",
    metadata,
    _account(primary_key=True),
    Column("document", Text, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
)

profile_images = Table(
    "profile_images",
    metadata,
    _account(primary_key=True),
    Column("content_type", Text, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("etag", Text, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Text, primary_key=True),
    Column("account_id", Text, ForeignKey("accounts.id", ondelete="CASCADE"), index=True),
    Column("kind", Text, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("recipient_key", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("sealed", LargeBinary),
    Column("state", Text, nullable=False),
    Column("attempts", BigInteger, nullable=False),
    Column("due_at", BigInteger, nullable=False),
    Column("last_error", Text),
    Column("created_at", BigInteger, nullable=False),
    CheckConstraint("state IN ('queued', 'sent', 'failed')", name="state"),
    Index("ix_outbox_state_due_at", "state", "due_at"),
    Index("ix_outbox_recipient_key_created_at", "recipient_key", "created_at"),
    Index("ix_outbox_created_at", "created_at"),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Text, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Index("ix_audit_subject_id", "subject", "id"),
)

clients = Table(
    "clients",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("roles", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

signing_keys = Table(
    "signing_keys",
    metadata,
    Column("id", Text, primary_key=True),
    Column("public", Text, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("ends_at", BigInteger, index=True),
)

revisions = Table(
    "revisions",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", BigInteger, nullable=False),
)
