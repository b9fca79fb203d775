"""What pages ask the worker to do, and the mappings of files that people bring."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "errands",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("asked", sa.JSON, nullable=False),
        sa.Column("asked_by", sa.Text, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("step", sa.Text, nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("answer", sa.JSON),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_errands_state_id", "errands", ["state", "id"])
    op.create_table(
        "brought_sources",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("shape", sa.Text, nullable=False, index=True),
        sa.Column("toml", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("saved_by", sa.Text, nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
    )
