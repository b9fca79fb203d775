"""Audits of how procedures are followed: what was drawn, who checked it, every answer, how disputes were settled."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import Base, Instant, Told, Words

Record = Mapping[str, object]


class ProcedureAudit(Base):
    """
    One audit of one version of a procedure. `plan` says how many records and why, `template` what each is asked (it
    never changes), `seed` with `digest` (of the population) which were drawn, `because` what asked for it.
    """

    __tablename__ = "procedure_audits"
    __table_args__ = (
        Index("ix_procedure_audits_sop_state", "sop", "state"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sop: Mapped[str] = mapped_column(Words)
    edition: Mapped[int] = mapped_column(ForeignKey("procedure_versions.id"))
    number: Mapped[str] = mapped_column(Words)
    department: Mapped[str] = mapped_column(Words)
    drawn_from: Mapped[str] = mapped_column(Words)
    first: Mapped[date]
    last: Mapped[date]
    market: Mapped[str] = mapped_column(Words)
    team: Mapped[str] = mapped_column(Words)
    selection: Mapped[str] = mapped_column(Words)
    plan: Mapped[Record] = mapped_column(JSON)
    template: Mapped[Record] = mapped_column(JSON)
    second_percent: Mapped[int]
    due_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(Words)
    step: Mapped[str] = mapped_column(Words)
    because: Mapped[Record | None] = mapped_column(JSON(none_as_null=True))
    seed: Mapped[str] = mapped_column(Words)
    state: Mapped[str] = mapped_column(Words, index=True)
    population: Mapped[int]
    digest: Mapped[str] = mapped_column(Words)
    size: Mapped[int]
    problem: Mapped[str] = mapped_column(Told)
    asked_by: Mapped[str] = mapped_column(Words)
    asked_at: Mapped[datetime] = mapped_column(Instant)
    drawn_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_by: Mapped[str] = mapped_column(Words)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_why: Mapped[str] = mapped_column(Words)
    changed_at: Mapped[datetime] = mapped_column(Instant, index=True)
    version: Mapped[int]


class AuditRecord(Base):
    """
    One record that was drawn: the `place`-th to be looked at. `person`: who did the work, where that is known;
    `not_by`: who said that it is their own work. `twice`: a second auditor looks at it, too.
    """

    __tablename__ = "audit_records"
    __table_args__ = (UniqueConstraint("audit", "place"), UniqueConstraint("audit", "case_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    audit: Mapped[int] = mapped_column(ForeignKey("procedure_audits.id"))
    place: Mapped[int]
    case_id: Mapped[str] = mapped_column(Words)
    about: Mapped[str] = mapped_column(Words)
    day: Mapped[date]
    market: Mapped[str] = mapped_column(Words)
    team: Mapped[str] = mapped_column(Words)
    shift: Mapped[str] = mapped_column(Words)
    channel: Mapped[str] = mapped_column(Words)
    person: Mapped[str] = mapped_column(Words)
    twice: Mapped[bool]
    not_by: Mapped[list[str]] = mapped_column(JSON)


class AuditCheck(Base):
    """One auditor's look at one record; `turn` 1 or 2. The points are those of the day it was finished."""

    __tablename__ = "audit_checks"
    __table_args__ = (UniqueConstraint("record", "turn"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    record: Mapped[int] = mapped_column(ForeignKey("audit_records.id"))
    turn: Mapped[int]
    auditor: Mapped[str] = mapped_column(Words, index=True)
    begun_at: Mapped[datetime] = mapped_column(Instant)
    finished_at: Mapped[datetime | None] = mapped_column(Instant)
    version: Mapped[int]


class AuditAnswer(Base):
    """What an auditor found at one step: the points, what was measured or seen, or why the step does not apply."""

    __tablename__ = "audit_answers"

    audit_check: Mapped[int] = mapped_column(ForeignKey("audit_checks.id"), primary_key=True)
    step: Mapped[str] = mapped_column(Words, primary_key=True)
    score: Mapped[int | None]
    value: Mapped[str] = mapped_column(Words)
    because: Mapped[str] = mapped_column(Words)
    comment: Mapped[str] = mapped_column(Words)
    evidence: Mapped[str] = mapped_column(Words)
    answered_at: Mapped[datetime] = mapped_column(Instant)
    version: Mapped[int]


class AuditSettlement(Base):
    """What counts where two auditors disagreed about a step, and why; both answers stay."""

    __tablename__ = "audit_settlements"

    record: Mapped[int] = mapped_column(ForeignKey("audit_records.id"), primary_key=True)
    step: Mapped[str] = mapped_column(Words, primary_key=True)
    score: Mapped[int | None]
    because: Mapped[str] = mapped_column(Words)
    settled_by: Mapped[str] = mapped_column(Words)
    settled_at: Mapped[datetime] = mapped_column(Instant)
