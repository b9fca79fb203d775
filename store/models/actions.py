"""What people promised to do about a KPI, who and until when."""

from datetime import date, datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import Base, Instant, Words


class Action(Base):
    """One promise; a change raises `version`, and what it said before is in the audit trail."""

    __tablename__ = "actions"
    __table_args__ = (Index("ix_actions_status_kpi", "status", "kpi"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    kpi: Mapped[str] = mapped_column(Words)
    department: Mapped[str] = mapped_column(Words)
    segment: Mapped[str] = mapped_column(Words)
    text: Mapped[str] = mapped_column(Words)
    owner: Mapped[str] = mapped_column(Words)
    due: Mapped[date]
    opened_at: Mapped[datetime] = mapped_column(Instant)
    opened_by: Mapped[str] = mapped_column(Words)
    status: Mapped[str] = mapped_column(Words)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_by: Mapped[str] = mapped_column(Words)
    note: Mapped[str] = mapped_column(Words)
    version: Mapped[int]
