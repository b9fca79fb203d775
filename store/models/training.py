"""Who works as what, what each must know, who read what, who was trained when, and quizzes."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import Base, Instant, Names, Words

Kept = JSON(none_as_null=True)


class Post(Base):
    """A person at work in a job role, from a day to the day before another; `away` days are a leave."""

    __tablename__ = "posts"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(Words, index=True)
    role: Mapped[str] = mapped_column(Words)
    department: Mapped[str] = mapped_column(Words)
    team: Mapped[str] = mapped_column(Words)
    market: Mapped[str] = mapped_column(Words)
    since: Mapped[date]
    until: Mapped[date | None]
    away_from: Mapped[date | None]
    away_until: Mapped[date | None]
    mentor: Mapped[str] = mapped_column(Words, index=True)
    version: Mapped[int]


class TrainingRule(Base):
    """What people in a job role (empty: in any) owe a procedure, where that differs from what its scope says."""

    __tablename__ = "training_rules"
    __table_args__ = (UniqueConstraint("sop", "role"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    sop: Mapped[str] = mapped_column(Words)
    role: Mapped[str] = mapped_column(Words)
    department: Mapped[str] = mapped_column(Words)
    needs: Mapped[str] = mapped_column(Words)
    due_days: Mapped[int]
    refresher_months: Mapped[int | None]
    version: Mapped[int]


class Reading(Base):
    """One answer of one person to being asked to read a version. Nothing of it is ever changed."""

    __tablename__ = "readings"
    __table_args__ = (Index("ix_readings_sop_major", "sop", "major"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(Words, index=True)
    sop: Mapped[str] = mapped_column(Words)
    major: Mapped[int]
    minor: Mapped[int]
    language: Mapped[str] = mapped_column(Words)
    digest: Mapped[str] = mapped_column(Words)
    answer: Mapped[str] = mapped_column(Words)
    said: Mapped[str] = mapped_column(Words)
    at: Mapped[datetime] = mapped_column(Instant)


class ReadingReply(Base):
    """What the owner of a procedure says to a question about it."""

    __tablename__ = "reading_replies"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    reading: Mapped[int] = mapped_column(unique=True)
    said: Mapped[str] = mapped_column(Words)
    by: Mapped[str] = mapped_column(Words)
    at: Mapped[datetime] = mapped_column(Instant)


class TrainingEvent(Base):
    """One training of one person on one version; one entered by mistake is withdrawn, and stays."""

    __tablename__ = "training_events"
    __table_args__ = (Index("ix_training_events_sop_major", "sop", "major"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(Words, index=True)
    sop: Mapped[str] = mapped_column(Words)
    major: Mapped[int]
    minor: Mapped[int]
    how: Mapped[str] = mapped_column(Words)
    held_on: Mapped[date]
    note: Mapped[str] = mapped_column(Words)
    entered_by: Mapped[str] = mapped_column(Words)
    entered_at: Mapped[datetime] = mapped_column(Instant, index=True)
    withdrawn_by: Mapped[str] = mapped_column(Words)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant)


class QuizQuestion(Base):
    """One question about a step, with its choices and which of them are right; `step_digest`: the step as it was."""

    __tablename__ = "quiz_questions"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    sop: Mapped[str] = mapped_column(Words, index=True)
    step: Mapped[str] = mapped_column(Words)
    department: Mapped[str] = mapped_column(Words)
    major: Mapped[int]
    minor: Mapped[int]
    step_digest: Mapped[str] = mapped_column(Words)
    text: Mapped[str] = mapped_column(Words)
    choices: Mapped[Sequence[str]] = mapped_column(Kept)
    right: Mapped[Sequence[int]] = mapped_column(Kept)
    why: Mapped[str] = mapped_column(Words)
    written_by: Mapped[str] = mapped_column(Words)
    gone: Mapped[bool]
    version: Mapped[int]


class QuizAttempt(Base):
    """One attempt of one person at a quiz: which questions were asked, what was answered, what came of it."""

    __tablename__ = "quiz_attempts"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(Words, index=True)
    sop: Mapped[str] = mapped_column(Words)
    major: Mapped[int]
    minor: Mapped[int]
    kind: Mapped[str] = mapped_column(Words)
    refresher: Mapped[int | None]
    questions: Mapped[Sequence[int]] = mapped_column(Kept)
    number: Mapped[int]
    begun_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant, index=True)
    answers: Mapped[Mapping[str, Sequence[int]] | None] = mapped_column(Kept)
    right: Mapped[int]
    passed: Mapped[bool | None]


class Refresher(Base):
    """A refresher that is asked for: of which procedure, about which steps, why, by when, of whom."""

    __tablename__ = "refreshers"
    __table_args__ = (UniqueConstraint("sop", "occasion"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    sop: Mapped[str] = mapped_column(Words)
    department: Mapped[str] = mapped_column(Words)
    occasion: Mapped[str] = mapped_column(Words)
    steps: Mapped[Sequence[str]] = mapped_column(Kept)
    people: Mapped[frozenset[str] | None] = mapped_column(Names)
    due_on: Mapped[date]
    asked_by: Mapped[str] = mapped_column(Words)
    asked_at: Mapped[datetime] = mapped_column(Instant)
