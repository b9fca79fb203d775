"""What people say of steps, why a procedure must be looked at, and the reviews that were finished."""

from datetime import date, datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import Base, Instant, Names, Words


class StepFlag(Base):
    """One person's word on one step of one version; `edition` is the version's name, `run` the run it was said in."""

    __tablename__ = "step_flags"
    __table_args__ = (
        Index("ix_step_flags_sop_state", "sop", "state"),
        Index("ix_step_flags_reporter", "reporter"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sop: Mapped[str] = mapped_column(Words)
    edition: Mapped[str] = mapped_column(Words)
    step: Mapped[str] = mapped_column(Words)
    department: Mapped[str] = mapped_column(Words)
    markets: Mapped[frozenset[str] | None] = mapped_column(Names)
    kind: Mapped[str] = mapped_column(Words)
    text: Mapped[str] = mapped_column(Words)
    run: Mapped[str] = mapped_column(Words)
    reporter: Mapped[str] = mapped_column(Words)
    flagged_on: Mapped[date]
    due: Mapped[date]
    state: Mapped[str] = mapped_column(Words)
    leads_to: Mapped[str] = mapped_column(Words)
    answer: Mapped[str] = mapped_column(Words)
    answered_by: Mapped[str] = mapped_column(Words)
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    version: Mapped[int]


class ReviewTrigger(Base):
    """
    One reason to review a procedure before its time, with its evidence; `review` is the review that answered it.
    `evidence_of` is the department the evidence is about, `takes_effect` the day of what is announced.
    """

    __tablename__ = "review_triggers"
    __table_args__ = (
        Index("ix_review_triggers_sop_review", "sop", "review"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sop: Mapped[str] = mapped_column(Words)
    department: Mapped[str] = mapped_column(Words)
    markets: Mapped[frozenset[str] | None] = mapped_column(Names)
    kind: Mapped[str] = mapped_column(Words)
    subject: Mapped[str] = mapped_column(Words)
    evidence: Mapped[str] = mapped_column(Words)
    evidence_of: Mapped[str] = mapped_column(Words)
    source: Mapped[str] = mapped_column(Words)
    day: Mapped[date]
    due: Mapped[date]
    takes_effect: Mapped[date | None]
    raised_by: Mapped[str] = mapped_column(Words)
    review: Mapped[int | None]
    version: Mapped[int]


class ProcedureReview(Base):
    """One finished review of one procedure and what it ended with; `edition` is the version that was looked at."""

    __tablename__ = "procedure_reviews"
    __table_args__ = (Index("ix_procedure_reviews_sop", "sop"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    sop: Mapped[str] = mapped_column(Words)
    edition: Mapped[str] = mapped_column(Words)
    department: Mapped[str] = mapped_column(Words)
    markets: Mapped[frozenset[str] | None] = mapped_column(Names)
    outcome: Mapped[str] = mapped_column(Words)
    remark: Mapped[str] = mapped_column(Words)
    reviewed_on: Mapped[date]
    reviewed_by: Mapped[str] = mapped_column(Words)
    version: Mapped[int]
