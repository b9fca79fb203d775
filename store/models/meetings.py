"""Performance meetings, what was decided in them, and the figures each of them looked at."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import Base, Instant, Words


class Meeting(Base):
    """The meeting of a department (of one market or team, where `segment` names it) in the week of a Monday."""

    __tablename__ = "meetings"
    __table_args__ = (
        UniqueConstraint("department", "segment", "week"),
        Index("ix_meetings_closed_at", "closed_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    department: Mapped[str] = mapped_column(Words)
    segment: Mapped[str] = mapped_column(Words)
    week: Mapped[date]
    opened_at: Mapped[datetime] = mapped_column(Instant)
    opened_by: Mapped[str] = mapped_column(Words)
    present: Mapped[list[str]] = mapped_column(JSON)
    notes: Mapped[str] = mapped_column(Words)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_by: Mapped[str] = mapped_column(Words)
    version: Mapped[int]


class MeetingDecision(Base):
    """One decision of a meeting, on a KPI where it names one; a change raises `version`."""

    __tablename__ = "meeting_decisions"
    __table_args__ = (Index("ix_meeting_decisions_meeting", "meeting"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting: Mapped[int] = mapped_column(ForeignKey("meetings.id"))
    department: Mapped[str] = mapped_column(Words)
    segment: Mapped[str] = mapped_column(Words)
    kpi: Mapped[str] = mapped_column(Words)
    sop: Mapped[str] = mapped_column(Words)
    verdict: Mapped[str] = mapped_column(Words)
    text: Mapped[str] = mapped_column(Words)
    made_at: Mapped[datetime] = mapped_column(Instant)
    made_by: Mapped[str] = mapped_column(Words)
    version: Mapped[int]


class MeetingComment(Base):
    """What the owner of a KPI says of it in a meeting: what happened, why, what is next; a change raises `version`."""

    __tablename__ = "meeting_comments"
    __table_args__ = (UniqueConstraint("meeting", "kpi"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting: Mapped[int] = mapped_column(ForeignKey("meetings.id"))
    department: Mapped[str] = mapped_column(Words)
    segment: Mapped[str] = mapped_column(Words)
    kpi: Mapped[str] = mapped_column(Words)
    what: Mapped[str] = mapped_column(Words)
    why: Mapped[str] = mapped_column(Words)
    then: Mapped[str] = mapped_column(Words)
    made_at: Mapped[datetime] = mapped_column(Instant)
    made_by: Mapped[str] = mapped_column(Words)
    version: Mapped[int]


class MeetingPack(Base):
    """
    What a meeting looked at, frozen when it was closed: numbers and keys, no names; `digest` is their SHA-256. The
    texts of actions and the names that belong to it are `words`, where an erasure reaches them. `kpis`: keys of what
    was off; `told_at`: when messages about it were made.
    """

    __tablename__ = "meeting_packs"
    __table_args__ = (Index("ix_meeting_packs_told_at", "told_at"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting: Mapped[int] = mapped_column(ForeignKey("meetings.id"), unique=True)
    made_at: Mapped[datetime] = mapped_column(Instant)
    content: Mapped[Mapping[str, object]] = mapped_column(JSON)
    digest: Mapped[str] = mapped_column(Words)
    words: Mapped[Mapping[str, object]] = mapped_column(JSON)
    kpis: Mapped[list[str]] = mapped_column(JSON)
    told_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
