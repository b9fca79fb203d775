"""Audits of how procedures are followed: drawn records, checks with their answers, settled disagreements."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _audits()
    _records()
    _findings()


def _audits() -> None:
    op.create_table(
        "procedure_audits",
        sa.Column("id", sa.Integer, primary_key=True),
        *(_words(name) for name in ("sop",)),
        sa.Column("edition", sa.Integer, sa.ForeignKey("procedure_versions.id"), nullable=False),
        *(_words(name) for name in ("number", "department", "drawn_from")),
        sa.Column("first", sa.Date, nullable=False),
        sa.Column("last", sa.Date, nullable=False),
        *(_words(name) for name in ("market", "team", "selection")),
        sa.Column("plan", sa.JSON, nullable=False),
        sa.Column("template", sa.JSON, nullable=False),
        sa.Column("second_percent", sa.Integer, nullable=False),
        sa.Column("due_on", sa.Date),
        *(_words(name) for name in ("reason", "step")),
        sa.Column("because", sa.JSON),
        *(_words(name) for name in ("seed", "state")),
        sa.Column("population", sa.Integer, nullable=False),
        _words("digest"),
        sa.Column("size", sa.Integer, nullable=False),
        *(_words(name) for name in ("problem", "asked_by")),
        _moment("asked_at", nullable=False),
        _moment("drawn_at"),
        _words("ended_by"),
        _moment("ended_at"),
        _words("ended_why"),
        _moment("changed_at", nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_procedure_audits_sop_state", "procedure_audits", ["sop", "state"])
    op.create_index("ix_procedure_audits_state", "procedure_audits", ["state"])
    op.create_index("ix_procedure_audits_changed_at", "procedure_audits", ["changed_at"])


def _records() -> None:
    op.create_table(
        "audit_records",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("audit", sa.Integer, sa.ForeignKey("procedure_audits.id"), nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        *(_words(name) for name in ("case_id", "about")),
        sa.Column("day", sa.Date, nullable=False),
        *(_words(name) for name in ("market", "team", "shift", "channel", "person")),
        sa.Column("twice", sa.Boolean, nullable=False),
        sa.Column("not_by", sa.JSON, nullable=False),
        sa.UniqueConstraint("audit", "place", name="uq_audit_records_audit_place"),
        sa.UniqueConstraint("audit", "case_id", name="uq_audit_records_audit_case_id"),
    )
    op.create_table(
        "audit_checks",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("record", sa.Integer, sa.ForeignKey("audit_records.id"), nullable=False),
        sa.Column("turn", sa.Integer, nullable=False),
        sa.Column("auditor", sa.Text, nullable=False, index=True),
        _moment("begun_at", nullable=False),
        _moment("finished_at"),
        sa.Column("version", sa.Integer, nullable=False),
        sa.UniqueConstraint("record", "turn", name="uq_audit_checks_record_turn"),
        sqlite_autoincrement=True,
    )


def _findings() -> None:
    op.create_table(
        "audit_answers",
        sa.Column("audit_check", sa.Integer, sa.ForeignKey("audit_checks.id"), primary_key=True),
        sa.Column("step", sa.Text, primary_key=True),
        sa.Column("score", sa.Integer),
        *(_words(name) for name in ("value", "because", "comment", "evidence")),
        _moment("answered_at", nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_table(
        "audit_settlements",
        sa.Column("record", sa.Integer, sa.ForeignKey("audit_records.id"), primary_key=True),
        sa.Column("step", sa.Text, primary_key=True),
        sa.Column("score", sa.Integer),
        _words("because"),
        _words("settled_by"),
        _moment("settled_at", nullable=False),
    )


def _words(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _moment(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)
