"""Peaks of the business, what each of them needs, and how far the stock reaches into it."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import Base, Instant, Words


class Peak(Base):
    """A season of many orders in some markets (none named: in all). A removed one stays, marked `deleted`."""

    __tablename__ = "peaks"
    __table_args__ = (Index("ix_peaks_begins", "begins"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Words)
    begins: Mapped[date]
    ends: Mapped[date]
    markets: Mapped[list[str]] = mapped_column(JSON)
    entered_by: Mapped[str] = mapped_column(Words)
    deleted: Mapped[bool]
    version: Mapped[int]


class PeakNeed(Base):
    """What a peak takes of one carrier or team, and how much of it is promised; removed ones stay, too."""

    __tablename__ = "peak_needs"
    __table_args__ = (Index("ix_peak_needs_peak", "peak"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    peak: Mapped[int] = mapped_column(ForeignKey("peaks.id"))
    kind: Mapped[str] = mapped_column(Words)
    department: Mapped[str] = mapped_column(Words)
    segment: Mapped[str] = mapped_column(Words)
    what: Mapped[str] = mapped_column(Words)
    unit: Mapped[str] = mapped_column(Words)
    needed: Mapped[int]
    promised: Mapped[int]
    owner: Mapped[str] = mapped_column(Words)
    entered_by: Mapped[str] = mapped_column(Words)
    deleted: Mapped[bool]
    version: Mapped[int]


class PeakStock(Base):
    """Which articles run out before the end of a peak, as the worker found it last."""

    __tablename__ = "peak_stocks"

    peak: Mapped[int] = mapped_column(ForeignKey("peaks.id"), primary_key=True)
    made_at: Mapped[datetime] = mapped_column(Instant)
    content: Mapped[Mapping[str, object]] = mapped_column(JSON)
