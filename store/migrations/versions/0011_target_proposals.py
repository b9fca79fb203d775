"""Targets that somebody proposes and somebody else decides."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "target_proposals",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("kpi", sa.Text, nullable=False),
        sa.Column("segment", sa.Text, nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_to", sa.Date),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("warn", sa.Text),
        sa.Column("stretch", sa.Text),
        sa.Column("basis", sa.Text, nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("review_on", sa.Date),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("withdrawn", sa.Boolean, nullable=False),
        sa.Column("seen", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("proposed_by", sa.Text, nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Text, nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("remark", sa.Text, nullable=False),
        sa.Column("entry", sa.Integer, sa.ForeignKey("targets.id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_target_proposals_state_kpi", "target_proposals", ["state", "kpi"])
