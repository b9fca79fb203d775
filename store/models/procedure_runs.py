"""Runs of procedures: who followed which version for which order, every answer given, and the files that show it."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import Base, Exact, Instant, Words


class ProcedureRun(Base):
    """One run of one version of a procedure by one person, for one order, shipment, ticket or batch."""

    __tablename__ = "procedure_runs"
    __table_args__ = (
        Index("ix_procedure_runs_person_state", "person", "state", "id"),
        Index("ix_procedure_runs_case", "case_id", "case_kind"),
        Index("ix_procedure_runs_department_state", "department", "state", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    edition: Mapped[int] = mapped_column(ForeignKey("procedure_versions.id"))
    sop: Mapped[str] = mapped_column(Words)
    number: Mapped[str] = mapped_column(Words)
    department: Mapped[str] = mapped_column(Words)
    case_kind: Mapped[str] = mapped_column(Words)
    case_id: Mapped[str] = mapped_column(Words)
    case_known: Mapped[bool | None]
    market: Mapped[str] = mapped_column(Words)
    product: Mapped[str] = mapped_column(Words)
    team: Mapped[str] = mapped_column(Words)
    person: Mapped[str] = mapped_column(Words)
    state: Mapped[str] = mapped_column(Words)
    started_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    reason: Mapped[str] = mapped_column(Words)
    changed_at: Mapped[datetime] = mapped_column(Instant, index=True)
    version: Mapped[int]


class RunAnswer(Base):
    """
    One answer to one step of a run; never changed, a correction is another one. `key`: the device's own name for it, so
    that what is sent twice is kept once. `code`: what a second person confirms it by; empty where nobody has to.
    `shown_at`: when the step was opened, where the device said so.
    """

    __tablename__ = "run_answers"
    __table_args__ = (
        Index("ix_run_answers_run_id", "run", "id"),
        UniqueConstraint("key"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    run: Mapped[int] = mapped_column(ForeignKey("procedure_runs.id"))
    step: Mapped[str] = mapped_column(Words)
    key: Mapped[str] = mapped_column(Words)
    outcome: Mapped[str] = mapped_column(Words)
    value: Mapped[Decimal | None] = mapped_column(Exact)
    remark: Mapped[str] = mapped_column(Words)
    evidence: Mapped[int | None] = mapped_column(ForeignKey("run_evidence.id"))
    code: Mapped[str] = mapped_column(Words, index=True)
    person: Mapped[str] = mapped_column(Words)
    shown_at: Mapped[datetime | None] = mapped_column(Instant)
    done_at: Mapped[datetime] = mapped_column(Instant)
    saved_at: Mapped[datetime] = mapped_column(Instant)


class RunEvidence(Base):
    """One photo or file for one step of a run; its bytes lie in the home folder under their SHA-256."""

    __tablename__ = "run_evidence"
    __table_args__ = (UniqueConstraint("run", "step", "sha256"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    run: Mapped[int] = mapped_column(ForeignKey("procedure_runs.id"))
    step: Mapped[str] = mapped_column(Words)
    sha256: Mapped[str] = mapped_column(Words, index=True)
    kind: Mapped[str] = mapped_column(Words)
    title: Mapped[str] = mapped_column(Words)
    size: Mapped[int]
    person: Mapped[str] = mapped_column(Words)
    added_at: Mapped[datetime] = mapped_column(Instant)
