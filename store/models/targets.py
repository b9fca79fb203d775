"""What a KPI should reach, from which day to which, and who said so."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import Base, Exact, Instant, Words


class Target(Base):
    """One entry; entries are only ever added. `version` counts the entries of one KPI and segment."""

    __tablename__ = "targets"
    __table_args__ = (UniqueConstraint("kpi", "segment", "version"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    kpi: Mapped[str] = mapped_column(Words)
    segment: Mapped[str] = mapped_column(Words)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    target: Mapped[Decimal] = mapped_column(Exact)
    warn: Mapped[Decimal | None] = mapped_column(Exact)
    stretch: Mapped[Decimal | None] = mapped_column(Exact)
    basis: Mapped[str] = mapped_column(Words)
    owner: Mapped[str] = mapped_column(Words)
    approver: Mapped[str] = mapped_column(Words)
    review_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(Words)
    withdrawn: Mapped[bool]
    version: Mapped[int]
