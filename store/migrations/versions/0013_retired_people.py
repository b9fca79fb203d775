"""Hashes of people whose time was over, so that their old rows do not bring them back."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "retired_people",
        sa.Column("digest", sa.Text, primary_key=True),
        sa.Column("retired_on", sa.Date, nullable=False),
    )
