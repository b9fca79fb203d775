"""Meetings with decisions and what they looked at; actions know the meeting, the episode and their evidence."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _meetings()
    _what_came_of_them()
    op.add_column("actions", sa.Column("evidence", sa.Text, nullable=False, server_default=""))
    op.add_column("actions", sa.Column("episode", sa.Integer))
    op.add_column("actions", sa.Column("meeting", sa.Integer))
    op.create_index("ix_actions_meeting", "actions", ["meeting"])


def _meetings() -> None:
    op.create_table(
        "meetings",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("segment", sa.Text, nullable=False),
        sa.Column("week", sa.Date, nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by", sa.Text, nullable=False),
        sa.Column("present", sa.JSON, nullable=False),
        sa.Column("notes", sa.Text, nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.Column("closed_by", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.UniqueConstraint("department", "segment", "week"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_meetings_closed_at", "meetings", ["closed_at"])


def _what_came_of_them() -> None:
    op.create_table(
        "meeting_decisions",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("meeting", sa.Integer, sa.ForeignKey("meetings.id"), nullable=False),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("segment", sa.Text, nullable=False),
        sa.Column("kpi", sa.Text, nullable=False),
        sa.Column("sop", sa.Text, nullable=False),
        sa.Column("verdict", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_meeting_decisions_meeting", "meeting_decisions", ["meeting"])
    op.create_table(
        "meeting_packs",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("meeting", sa.Integer, sa.ForeignKey("meetings.id"), nullable=False, unique=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.JSON, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
