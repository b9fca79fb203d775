"""Flags on steps, reasons for a review, finished reviews, and what a corrective action must show."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0017"
branch_labels = None
depends_on = None

WORDS = ("sop", "step", "cause", "reference", "direction", "outcome")


def upgrade() -> None:
    add_flags()
    add_triggers()
    add_reviews()
    add_proof_of_actions()


def add_flags() -> None:
    op.create_table(
        "step_flags",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("sop", sa.Text, nullable=False),
        sa.Column("edition", sa.Text, nullable=False),
        sa.Column("step", sa.Text, nullable=False),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("markets", sa.JSON),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("run", sa.Text, nullable=False),
        sa.Column("reporter", sa.Text, nullable=False),
        sa.Column("flagged_on", sa.Date, nullable=False),
        sa.Column("due", sa.Date, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("leads_to", sa.Text, nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("answered_by", sa.Text, nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
        sa.Column("version", sa.Integer, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_step_flags_sop_state", "step_flags", ["sop", "state"])
    op.create_index("ix_step_flags_reporter", "step_flags", ["reporter"])


def add_triggers() -> None:
    op.create_table(
        "review_triggers",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("sop", sa.Text, nullable=False),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("markets", sa.JSON),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("evidence", sa.Text, nullable=False),
        sa.Column("evidence_of", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("due", sa.Date, nullable=False),
        sa.Column("takes_effect", sa.Date),
        sa.Column("raised_by", sa.Text, nullable=False),
        sa.Column("review", sa.Integer),
        sa.Column("version", sa.Integer, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_review_triggers_sop_review", "review_triggers", ["sop", "review"])


def add_reviews() -> None:
    op.create_table(
        "procedure_reviews",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("sop", sa.Text, nullable=False),
        sa.Column("edition", sa.Text, nullable=False),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("markets", sa.JSON),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("remark", sa.Text, nullable=False),
        sa.Column("reviewed_on", sa.Date, nullable=False),
        sa.Column("reviewed_by", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_procedure_reviews_sop", "procedure_reviews", ["sop"])


def add_proof_of_actions() -> None:
    for name in WORDS:
        op.add_column("actions", sa.Column(name, sa.Text, nullable=False, server_default=""))
    for name in ("first_due", "took_effect", "verify_on", "evaluated_on"):
        op.add_column("actions", sa.Column(name, sa.Date))
    op.add_column("actions", sa.Column("wanted_percent", sa.Integer))
    op.add_column("actions", sa.Column("reopened", sa.Integer, nullable=False, server_default="0"))
    op.add_column("actions", sa.Column("finding", sa.JSON))
