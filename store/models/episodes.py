"""How alerts stand, the episodes people deal with, what happened in each, and what somebody is to be told."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import Base, Instant, Words


class AlertState(Base):
    """Where one alert stands after its last evaluated period; every change raises `version`."""

    __tablename__ = "alert_states"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    fingerprint: Mapped[str] = mapped_column(Words, unique=True)
    rule: Mapped[str] = mapped_column(Words)
    kpi: Mapped[str] = mapped_column(Words)
    segment: Mapped[str] = mapped_column(Words)
    state: Mapped[str] = mapped_column(Words)
    held: Mapped[str] = mapped_column(Words)
    run: Mapped[int]
    absent: Mapped[int]
    period: Mapped[date | None]
    since: Mapped[date | None]
    version: Mapped[int]


class Episode(Base):
    """One trouble of a KPI and segment (or of a source or procedure); `open_key` lets only one of each be open."""

    __tablename__ = "episodes"
    __table_args__ = (
        Index("ix_episodes_kpi", "kpi"),
        Index("ix_episodes_closed_at", "closed_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    open_key: Mapped[str | None] = mapped_column(Words, unique=True)
    kpi: Mapped[str] = mapped_column(Words)
    department: Mapped[str] = mapped_column(Words)
    segment: Mapped[str] = mapped_column(Words)
    reasons: Mapped[list[str]] = mapped_column(JSON)
    active: Mapped[list[str]] = mapped_column(JSON)
    stage: Mapped[str] = mapped_column(Words)
    since: Mapped[date]
    until: Mapped[date | None]
    opened_at: Mapped[datetime] = mapped_column(Instant)
    told_on: Mapped[date | None]
    duty: Mapped[str] = mapped_column(Words)
    owner: Mapped[str] = mapped_column(Words)
    acknowledged_by: Mapped[str] = mapped_column(Words)
    action: Mapped[int | None]
    verified: Mapped[int]
    snoozed_until: Mapped[date | None]
    snoozed_by: Mapped[str] = mapped_column(Words)
    snooze_reason: Mapped[str] = mapped_column(Words)
    incident: Mapped[str] = mapped_column(Words)
    explained: Mapped[bool]
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    ending: Mapped[str] = mapped_column(Words)
    happened: Mapped[int]
    version: Mapped[int]


class EpisodeEvent(Base):
    """What happened in an episode, numbered; the database refuses to change or delete it."""

    __tablename__ = "episode_events"
    __table_args__ = (UniqueConstraint("episode", "n"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    episode: Mapped[int] = mapped_column(ForeignKey("episodes.id"))
    n: Mapped[int]
    kind: Mapped[str] = mapped_column(Words)
    at: Mapped[datetime] = mapped_column(Instant)
    day: Mapped[date]
    who: Mapped[str] = mapped_column(Words)
    text: Mapped[str] = mapped_column(Words)
    detail: Mapped[Mapping[str, object] | None] = mapped_column(JSON(none_as_null=True))


class Notice(Base):
    """What somebody is to be told of an event, once: the key says of which. `planned_at`: when messages were made."""

    __tablename__ = "notices"
    __table_args__ = (
        Index("ix_notices_due_at", "due_at"),
        Index("ix_notices_planned_at", "planned_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(Words, unique=True)
    episode: Mapped[int] = mapped_column(ForeignKey("episodes.id"))
    event: Mapped[int]
    what: Mapped[str] = mapped_column(Words)
    duty: Mapped[str] = mapped_column(Words)
    person: Mapped[str] = mapped_column(Words)
    department: Mapped[str] = mapped_column(Words)
    severity: Mapped[str] = mapped_column(Words)
    incident: Mapped[str] = mapped_column(Words)
    made_at: Mapped[datetime] = mapped_column(Instant)
    due_at: Mapped[datetime] = mapped_column(Instant)
    planned_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
