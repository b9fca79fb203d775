"""What was pulled and computed, how far each source has been read, and which commands were already done."""

from datetime import date, datetime

from sqlalchemy import JSON, BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import Base, Instant, Told, Words


class SyncRun(Base):
    """One pull of one source; ids only grow, also over deleted runs and restored backups."""

    __tablename__ = "sync_runs"
    __table_args__ = (Index("ix_sync_runs_source_id", "source", "id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(Words)
    started_at: Mapped[datetime] = mapped_column(Instant)
    finished_at: Mapped[datetime | None] = mapped_column(Instant)
    status: Mapped[str] = mapped_column(Words)
    message: Mapped[str] = mapped_column(Told)
    data_time: Mapped[datetime | None] = mapped_column(Instant)


class SyncCount(Base):
    """What one run did to one fact table, in rows; days touched in days."""

    __tablename__ = "sync_counts"

    run: Mapped[int] = mapped_column(ForeignKey("sync_runs.id"), primary_key=True)
    fact: Mapped[str] = mapped_column(Words, primary_key=True)
    read: Mapped[int] = mapped_column(BigInteger)
    new: Mapped[int] = mapped_column(BigInteger)
    changed: Mapped[int] = mapped_column(BigInteger)
    unchanged: Mapped[int] = mapped_column(BigInteger)
    deleted: Mapped[int] = mapped_column(BigInteger)
    rejected: Mapped[int] = mapped_column(BigInteger)
    days_touched: Mapped[int]
    unusable: Mapped[dict[str, int]] = mapped_column(JSON)


class Cursor(Base):
    """How far a stream of a source has been read, and by which run."""

    __tablename__ = "cursors"

    source: Mapped[str] = mapped_column(Words, primary_key=True)
    stream: Mapped[str] = mapped_column(Words, primary_key=True)
    value: Mapped[str] = mapped_column(Words)
    run: Mapped[int | None] = mapped_column(ForeignKey("sync_runs.id"))


class ComputeRun(Base):
    """One refresh of the components of one grain, and the evaluation day it was made for."""

    __tablename__ = "compute_runs"
    __table_args__ = (Index("ix_compute_runs_grain_id", "grain", "id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    grain: Mapped[str] = mapped_column(Words)
    as_of: Mapped[date]
    started_at: Mapped[datetime] = mapped_column(Instant)
    finished_at: Mapped[datetime | None] = mapped_column(Instant)
    status: Mapped[str] = mapped_column(Words)
    message: Mapped[str] = mapped_column(Told)


class DoneCommand(Base):
    """A command that was carried out, so that repeating it after a lost answer changes nothing."""

    __tablename__ = "done_commands"

    key: Mapped[str] = mapped_column(Words, primary_key=True)
    done_at: Mapped[datetime] = mapped_column(Instant)
    answer: Mapped[object] = mapped_column(JSON)
