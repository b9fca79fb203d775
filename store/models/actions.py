"""What people promised to do about a KPI, who and until when."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import JSON, Index
from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import Base, Instant, Words


class Action(Base):
    """
    One promise; a change raises `version`, and what it said before is in the audit trail. `episode` and `meeting` are
    the alert and the meeting it came out of. One with a `cause` promises an effect: from `sop` on its columns say what
    it must show, and what was found.
    """

    __tablename__ = "actions"
    __table_args__ = (
        Index("ix_actions_status_kpi", "status", "kpi"),
        Index("ix_actions_meeting", "meeting"),
        {"sqlite_autoincrement": True},
    )

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
    sop: Mapped[str] = mapped_column(Words, default="")
    step: Mapped[str] = mapped_column(Words, default="")
    cause: Mapped[str] = mapped_column(Words, default="")
    reference: Mapped[str] = mapped_column(Words, default="")
    direction: Mapped[str] = mapped_column(Words, default="")
    wanted_percent: Mapped[int | None]
    first_due: Mapped[date | None]
    took_effect: Mapped[date | None]
    verify_on: Mapped[date | None]
    outcome: Mapped[str] = mapped_column(Words, default="")
    finding: Mapped[Mapping[str, object] | None] = mapped_column(JSON(none_as_null=True))
    evaluated_on: Mapped[date | None]
    reopened: Mapped[int] = mapped_column(default=0)
    evidence: Mapped[str] = mapped_column(Words, default="")
    episode: Mapped[int | None]
    meeting: Mapped[int | None]
