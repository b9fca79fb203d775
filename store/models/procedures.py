"""Versions of procedures, each in one language, with everything that happened to them."""

from datetime import date, datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import Base, Instant, Names, Words


class ProcedureVersion(Base):
    """
    One version of a procedure in one language. `text` is all of it; the columns before it say what lists and scope
    need. `editors` are all who changed the text. Whether it is in force on a day follows from the days.
    """

    __tablename__ = "procedure_versions"
    __table_args__ = (
        Index("ix_procedure_versions_key_language", "key", "language"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(Words)
    language: Mapped[str] = mapped_column(Words)
    major: Mapped[int]
    minor: Mapped[int]
    translates: Mapped[str] = mapped_column(Words)
    title: Mapped[str] = mapped_column(Words)
    department: Mapped[str] = mapped_column(Words)
    owner: Mapped[str] = mapped_column(Words)
    markets: Mapped[frozenset[str] | None] = mapped_column(Names)
    kpis: Mapped[frozenset[str] | None] = mapped_column(Names)
    roles: Mapped[frozenset[str] | None] = mapped_column(Names)
    review_months: Mapped[int]
    text: Mapped[str] = mapped_column(Words, deferred=True)
    digest: Mapped[str] = mapped_column(Words)
    state: Mapped[str] = mapped_column(Words)
    change: Mapped[str] = mapped_column(Words)
    editors: Mapped[frozenset[str] | None] = mapped_column(Names)
    created_at: Mapped[datetime] = mapped_column(Instant)
    changed_by: Mapped[str] = mapped_column(Words)
    changed_at: Mapped[datetime] = mapped_column(Instant)
    submitted_by: Mapped[str] = mapped_column(Words)
    submitted_at: Mapped[datetime | None] = mapped_column(Instant)
    decided_by: Mapped[str] = mapped_column(Words)
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    remark: Mapped[str] = mapped_column(Words)
    effective_on: Mapped[date | None]
    retired_on: Mapped[date | None]
    version: Mapped[int]
