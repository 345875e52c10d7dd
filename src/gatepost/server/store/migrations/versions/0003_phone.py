"""The telephone number that some APIs know of an account."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add its column."""
    op.add_column("accounts", sa.Column("phone", sa.Text(), nullable=True))
