"""Job roles, what they owe to which procedure, answers to reading, trainings, quizzes and refreshers."""

import re
from typing import Any

import sqlalchemy as sa
import yaml
from alembic import op

revision = "0021"
down_revision = "0019"
branch_labels = None
depends_on = None

WHOLE = sa.table("procedure_versions", sa.column("id"), sa.column("text"), sa.column("roles", sa.JSON))
HEAD = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)


def text(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Text, nullable=False)


def number(name: str, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer, nullable=nullable)


def moment(name: str, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def kept(name: str, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.JSON, nullable=nullable)


def table(name: str, *columns: sa.Column[Any] | sa.UniqueConstraint) -> None:
    op.create_table(name, sa.Column("id", sa.Integer, primary_key=True), *columns, sqlite_autoincrement=True)


def upgrade() -> None:
    _roles()
    table(
        "posts", text("person"), text("role"), text("department"), text("team"), text("market"),
        sa.Column("since", sa.Date, nullable=False), sa.Column("until", sa.Date), sa.Column("away_from", sa.Date),
        sa.Column("away_until", sa.Date), text("mentor"), number("version"),
    )  # fmt: skip
    op.create_index("ix_posts_person", "posts", ["person"])
    op.create_index("ix_posts_mentor", "posts", ["mentor"])
    table(
        "training_rules", text("sop"), text("role"), text("department"), text("needs"), number("due_days"),
        number("refresher_months", nullable=True), number("version"),
        sa.UniqueConstraint("sop", "role", name="uq_training_rules_sop_role"),
    )  # fmt: skip
    _reading()
    table(
        "training_events", text("person"), text("sop"), number("major"), number("minor"), text("how"),
        sa.Column("held_on", sa.Date, nullable=False), text("note"), text("entered_by"), moment("entered_at"),
        text("withdrawn_by"), moment("withdrawn_at", nullable=True),
    )  # fmt: skip
    op.create_index("ix_training_events_person", "training_events", ["person"])
    op.create_index("ix_training_events_sop_major", "training_events", ["sop", "major"])
    op.create_index("ix_training_events_entered_at", "training_events", ["entered_at"])
    _quizzes()


def _roles() -> None:
    """The roles a procedure is for, out of the text that names them, so that lists need not read it."""
    op.add_column("procedure_versions", sa.Column("roles", sa.JSON, nullable=True))
    bind = op.get_bind()
    for row in bind.execute(sa.select(WHOLE.c.id, WHOLE.c.text)).all():
        head = HEAD.match(row.text)
        roles = yaml.safe_load(head[1]).get("roles") if head else None
        if roles:
            bind.execute(sa.update(WHOLE).where(WHOLE.c.id == row.id).values(roles=sorted(map(str, roles))))


def _reading() -> None:
    table(
        "readings", text("person"), text("sop"), number("major"), number("minor"), text("language"), text("digest"),
        text("answer"), text("said"), moment("at"),
    )  # fmt: skip
    op.create_index("ix_readings_person", "readings", ["person"])
    op.create_index("ix_readings_sop_major", "readings", ["sop", "major"])
    table(
        "reading_replies", number("reading"), text("said"), text("by"), moment("at"),
        sa.UniqueConstraint("reading", name="uq_reading_replies_reading"),
    )  # fmt: skip


def _quizzes() -> None:
    table(
        "quiz_questions", text("sop"), text("step"), text("department"), number("major"), number("minor"),
        text("step_digest"), text("text"), kept("choices"), kept("right"), text("why"), text("written_by"),
        sa.Column("gone", sa.Boolean, nullable=False), number("version"),
    )  # fmt: skip
    op.create_index("ix_quiz_questions_sop", "quiz_questions", ["sop"])
    table(
        "quiz_attempts", text("person"), text("sop"), number("major"), number("minor"), text("kind"),
        number("refresher", nullable=True), kept("questions"), number("number"), moment("begun_at"),
        moment("ended_at", nullable=True), kept("answers", nullable=True), number("right"),
        sa.Column("passed", sa.Boolean),
    )  # fmt: skip
    op.create_index("ix_quiz_attempts_person", "quiz_attempts", ["person"])
    op.create_index("ix_quiz_attempts_ended_at", "quiz_attempts", ["ended_at"])
    table(
        "refreshers", text("sop"), text("department"), text("occasion"), kept("steps"), kept("people", nullable=True),
        sa.Column("due_on", sa.Date, nullable=False), text("asked_by"), moment("asked_at"),
        sa.UniqueConstraint("sop", "occasion", name="uq_refreshers_sop_occasion"),
    )  # fmt: skip
