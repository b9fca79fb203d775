"""Who leads a person directly. No foreign key: people are never deleted, and a backup is loaded in order of ids."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("lead_id", sa.Integer, nullable=True))
    op.create_index("ix_users_lead_id", "users", ["lead_id"])
