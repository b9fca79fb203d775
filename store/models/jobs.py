"""What the worker does and when, who holds which job until when, and what became of each run."""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import Base, Instant, Told, Words


class Job(Base):
    """One job of the worker; `fence` grows with every claim, so that a holder of before can no longer finish it.

    `woken` counts how often what it waits for became newer; `slot` is the due time it was claimed for last.
    """

    __tablename__ = "jobs"

    name: Mapped[str] = mapped_column(Words, primary_key=True)
    due_at: Mapped[datetime] = mapped_column(Instant)
    slot: Mapped[datetime | None] = mapped_column(Instant)
    lease_owner: Mapped[str] = mapped_column(Words)
    lease_until: Mapped[datetime | None] = mapped_column(Instant)
    fence: Mapped[int]
    woken: Mapped[int]
    attempts: Mapped[int]
    last_ok: Mapped[datetime | None] = mapped_column(Instant)
    message: Mapped[str] = mapped_column(Told)
    late_after_s: Mapped[int]


class JobRun(Base):
    """One run of a job, from its claim to its end."""

    __tablename__ = "job_runs"
    __table_args__ = (
        Index("ix_job_runs_job_id", "job", "id"),
        Index("ix_job_runs_started_at", "started_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    job: Mapped[str] = mapped_column(Words)
    fence: Mapped[int]
    owner: Mapped[str] = mapped_column(Words)
    attempt: Mapped[int]
    started_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    status: Mapped[str] = mapped_column(Words)
    message: Mapped[str] = mapped_column(Told)


class WorkerSign(Base):
    """One row, there from the first: when a worker was last alive and last ended a run. Pages look at nothing else, and
    who locks it is alone with the jobs.
    """

    __tablename__ = "worker_signs"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seen_at: Mapped[datetime | None] = mapped_column(Instant)
    ran_at: Mapped[datetime | None] = mapped_column(Instant)
    every_s: Mapped[int]
