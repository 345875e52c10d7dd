"""What administrators note about an account, and who holds a role on a resource in the order of accounts."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the column, and let the index of roles give accounts in order."""
    op.add_column("accounts", sa.Column("description", sa.Text(), nullable=True))
    op.drop_index("ix_grants_role_resource", table_name="grants")
    op.create_index("ix_grants_role_resource_account_id", "grants", ["role", "resource", "account_id"], unique=False)
