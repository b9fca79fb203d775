"""A target somebody proposes, until somebody else has decided."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import Base, Exact, Instant, Words


class Proposal(Base):
    """One proposed entry; `seen` is the version of the KPI's segment it was made on, `entry` the target it became."""

    __tablename__ = "target_proposals"
    __table_args__ = (
        Index("ix_target_proposals_state_kpi", "state", "kpi"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kpi: Mapped[str] = mapped_column(Words)
    segment: Mapped[str] = mapped_column(Words)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    target: Mapped[Decimal] = mapped_column(Exact)
    warn: Mapped[Decimal | None] = mapped_column(Exact)
    stretch: Mapped[Decimal | None] = mapped_column(Exact)
    basis: Mapped[str] = mapped_column(Words)
    owner: Mapped[str] = mapped_column(Words)
    review_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(Words)
    withdrawn: Mapped[bool]
    seen: Mapped[int]
    state: Mapped[str] = mapped_column(Words)
    proposed_by: Mapped[str] = mapped_column(Words)
    proposed_at: Mapped[datetime] = mapped_column(Instant)
    decided_by: Mapped[str] = mapped_column(Words)
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    remark: Mapped[str] = mapped_column(Words)
    entry: Mapped[int | None] = mapped_column(ForeignKey("targets.id"))
