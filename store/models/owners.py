"""Who answers for a KPI or a procedure."""

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import Base, Words


class Owner(Base):
    """One KPI or procedure and the address of the person who answers for it; empty where nobody does any more."""

    __tablename__ = "owners"
    __table_args__ = (UniqueConstraint("what", "subject"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    what: Mapped[str] = mapped_column(Words)
    subject: Mapped[str] = mapped_column(Words)
    department: Mapped[str] = mapped_column(Words)
    person: Mapped[str] = mapped_column(Words, index=True)
    version: Mapped[int]
