"""What people say to the evidence about their own work."""

from datetime import date, datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import Base, Instant, Words


class EvidenceReply(Base):
    """
    What one person says to what runs from `first` to `last` say of their work at one step, or (`step` is `audit 12/3`)
    to what the audit 12 found in the run that is its record 3.
    """

    __tablename__ = "evidence_replies"
    __table_args__ = (
        Index("ix_evidence_replies_person_sop", "person", "sop", "step"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(Words)
    sop: Mapped[str] = mapped_column(Words)
    step: Mapped[str] = mapped_column(Words)
    first: Mapped[date]
    last: Mapped[date] = mapped_column(index=True)
    text: Mapped[str] = mapped_column(Words)
    at: Mapped[datetime] = mapped_column(Instant)
    version: Mapped[int]
