"""From which day on a KPI's usual range is taken anew, why, and who said so."""

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import Base, Instant, Words


class Baseline(Base):
    """One entry; entries are only ever added. `version` counts the entries of one KPI and segment."""

    __tablename__ = "baselines"
    __table_args__ = (UniqueConstraint("kpi", "segment", "version"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    kpi: Mapped[str] = mapped_column(Words)
    segment: Mapped[str] = mapped_column(Words)
    starts_on: Mapped[date]
    reason: Mapped[str] = mapped_column(Words)
    set_by: Mapped[str] = mapped_column(Words)
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    undone: Mapped[bool]
    version: Mapped[int]
