"""How often each source is expected, as people or the configuration say."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "source_rhythms",
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("rhythm", sa.Text, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("told_by", sa.Text, nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
    )
