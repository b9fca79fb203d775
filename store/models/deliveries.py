"""Messages on their way to people and places, and how each person wishes to be told."""

from datetime import date, datetime, time

from sqlalchemy import JSON, Index
from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import Base, Instant, Told, Words


class Delivery(Base):
    """One message by one channel to one recipient about some notices or a meeting; the key makes it one of its kind.

    `attempts` is the fence too: only who began the newest attempt says how it ended.
    """

    __tablename__ = "deliveries"
    __table_args__ = (Index("ix_deliveries_state_due_at", "state", "due_at"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(Words, unique=True)
    channel: Mapped[str] = mapped_column(Words)
    recipient: Mapped[str] = mapped_column(Words, index=True)
    notices: Mapped[list[int]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(Words)
    message: Mapped[str] = mapped_column(Told)
    attempts: Mapped[int]
    made_at: Mapped[datetime] = mapped_column(Instant)
    due_at: Mapped[datetime] = mapped_column(Instant)
    first_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    meeting: Mapped[int | None]


class Wish(Base):
    """How one person wishes to be told; who has no row is told by what is usual."""

    __tablename__ = "wishes"

    person: Mapped[str] = mapped_column(Words, primary_key=True)
    how: Mapped[str] = mapped_column(Words)
    zone: Mapped[str] = mapped_column(Words)
    quiet_from: Mapped[time]
    quiet_until: Mapped[time]
    digest_at: Mapped[time]
    paused_until: Mapped[date | None]
    language: Mapped[str] = mapped_column(Words)
    version: Mapped[int]
