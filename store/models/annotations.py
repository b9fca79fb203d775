"""What people noted about days of the figures, for the company, a department or one KPI."""

from datetime import date, datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import Base, Instant, Words


class Annotation(Base):
    """
    One note on the days from `starts_on` to `ends_on`. Without a KPI it is for the whole department, without a
    department for the company. A removed one stays, marked `deleted`.
    """

    __tablename__ = "annotations"
    __table_args__ = (Index("ix_annotations_starts_on", "starts_on"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    text: Mapped[str] = mapped_column(Words)
    department: Mapped[str] = mapped_column(Words)
    kpi: Mapped[str] = mapped_column(Words)
    segment: Mapped[str] = mapped_column(Words)
    author: Mapped[str] = mapped_column(Words)
    written_at: Mapped[datetime] = mapped_column(Instant)
    deleted: Mapped[bool]
    version: Mapped[int]
