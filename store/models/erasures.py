"""Who was erased: what is left of them is a hash that keeps them erased, and what was done."""

from datetime import date, datetime

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import Base, Instant, Words


class Erasure(Base):
    """One erasure, of a `customer` or a `user`. While it is under way, `tombstone` is what takes the place of `digest`.

    The digest stays, so that a source that sends the person again does not bring them back; a user has none.
    """

    __tablename__ = "erasures"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Words)
    digest: Mapped[str] = mapped_column(Words, index=True)
    tombstone: Mapped[str] = mapped_column(Words)
    asked_by: Mapped[str] = mapped_column(Words)
    asked_at: Mapped[datetime] = mapped_column(Instant)
    finished_at: Mapped[datetime | None] = mapped_column(Instant)
    done: Mapped[dict[str, int]] = mapped_column(JSON)


class RetiredPerson(Base):
    """Somebody who was forgotten because nothing was heard of them for as long as their rows may name them."""

    __tablename__ = "retired_people"

    digest: Mapped[str] = mapped_column(Words, primary_key=True)
    retired_on: Mapped[date]
