"""Runs of procedures: answers, and the files that show them."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _runs()
    _evidence()
    _answers()


def _runs() -> None:
    op.create_table(
        "procedure_runs",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(
            "edition",
            sa.Integer,
            sa.ForeignKey("procedure_versions.id", name="fk_procedure_runs_edition_procedure_versions"),
            nullable=False,
        ),
        *(
            sa.Column(name, sa.Text, nullable=False)
            for name in ("sop", "number", "department", "case_kind", "case_id")
        ),
        sa.Column("case_known", sa.Boolean),
        *(
            sa.Column(name, sa.Text, nullable=False)
            for name in ("market", "product", "team", "person", "state")
        ),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sqlite_autoincrement=True,
    )
    for name, columns in (
        ("person_state", ["person", "state", "id"]),
        ("case", ["case_id", "case_kind"]),
        ("department_state", ["department", "state", "id"]),
        ("changed_at", ["changed_at"]),
    ):
        op.create_index(f"ix_procedure_runs_{name}", "procedure_runs", columns)


def _evidence() -> None:
    op.create_table(
        "run_evidence",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(
            "run",
            sa.Integer,
            sa.ForeignKey("procedure_runs.id", name="fk_run_evidence_run_procedure_runs"),
            nullable=False,
        ),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("step", "sha256", "kind", "title")),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("run", "step", "sha256", name="uq_run_evidence_run_step_sha256"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_run_evidence_sha256", "run_evidence", ["sha256"])


def _answers() -> None:
    op.create_table(
        "run_answers",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(
            "run",
            sa.Integer,
            sa.ForeignKey("procedure_runs.id", name="fk_run_answers_run_procedure_runs"),
            nullable=False,
        ),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("step", "key", "outcome")),
        sa.Column("value", sa.Text),
        sa.Column("remark", sa.Text, nullable=False),
        sa.Column(
            "evidence",
            sa.Integer,
            sa.ForeignKey("run_evidence.id", name="fk_run_answers_evidence_run_evidence"),
        ),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("code", "person")),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("key", name="uq_run_answers_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_run_answers_run_id", "run_answers", ["run", "id"])
    op.create_index("ix_run_answers_code", "run_answers", ["code"])
