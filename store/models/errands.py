"""What pages ask the worker to do, and the sources people brought as files."""

from datetime import datetime

from sqlalchemy import JSON, Index
from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import Base, Instant, Told, Words


class Errand(Base):
    """One thing a person asked the worker for; `answer` is what came of it, until it is forgotten."""

    __tablename__ = "errands"
    __table_args__ = (Index("ix_errands_state_id", "state", "id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Words)
    asked: Mapped[dict[str, object]] = mapped_column(JSON)
    asked_by: Mapped[str] = mapped_column(Words)
    asked_at: Mapped[datetime] = mapped_column(Instant)
    state: Mapped[str] = mapped_column(Words)
    attempts: Mapped[int]
    step: Mapped[str] = mapped_column(Told)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    message: Mapped[str] = mapped_column(Told)
    answer: Mapped[dict[str, object] | None] = mapped_column(JSON(none_as_null=True))


class BroughtSource(Base):
    """A source whose files people bring by hand: its mapping, and the shape of file it fits."""

    __tablename__ = "brought_sources"

    name: Mapped[str] = mapped_column(Words, primary_key=True)
    shape: Mapped[str] = mapped_column(Words, index=True)
    toml: Mapped[str] = mapped_column(Words)
    title: Mapped[str] = mapped_column(Words)
    saved_by: Mapped[str] = mapped_column(Words)
    saved_at: Mapped[datetime] = mapped_column(Instant)
