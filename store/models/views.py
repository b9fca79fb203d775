"""Views people keep: a page with the choices they made on it, under a name."""

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import Base, Words


class SavedView(Base):
    """One view; `query` is what stands in the link. A removed one stays, marked `deleted`."""

    __tablename__ = "saved_views"
    __table_args__ = (Index("ix_saved_views_owner", "owner"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    owner: Mapped[str] = mapped_column(Words)
    name: Mapped[str] = mapped_column(Words)
    page: Mapped[str] = mapped_column(Words)
    query: Mapped[str] = mapped_column(Words)
    department: Mapped[str] = mapped_column(Words)
    market: Mapped[str] = mapped_column(Words)
    shared: Mapped[bool]
    is_default: Mapped[bool]
    deleted: Mapped[bool]
    version: Mapped[int]
