"""The people who use Fairlead, and the trail of what they changed."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.models.base import Base, Instant, Names, Words


class User(Base):
    """
    A person with a role; no departments, markets or teams named means all. A higher `epoch` ends every session.
    `lead`: who leads the person directly.
    """

    __tablename__ = "users"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Words)
    email: Mapped[str] = mapped_column(Words, unique=True)
    role: Mapped[str] = mapped_column(Words)
    active: Mapped[bool]
    departments: Mapped[frozenset[str] | None] = mapped_column(Names)
    markets: Mapped[frozenset[str] | None] = mapped_column(Names)
    teams: Mapped[frozenset[str] | None] = mapped_column(Names, default=None)
    version: Mapped[int]
    epoch: Mapped[int] = mapped_column(default=0)
    lead_id: Mapped[int | None] = mapped_column(default=None, index=True)
    lead: Mapped["User | None"] = relationship(
        primaryjoin="foreign(User.lead_id) == remote(User.id)", viewonly=True, lazy="joined"
    )


class AuditEntry(Base):
    """One change: who, what, to which subject, before and after. The database refuses to change it."""

    __tablename__ = "audit_trail"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant, index=True)
    who: Mapped[str] = mapped_column(Words, index=True)
    what: Mapped[str] = mapped_column(Words)
    subject: Mapped[str] = mapped_column(Words, index=True)
    before: Mapped[Mapping[str, object] | None] = mapped_column(JSON(none_as_null=True))
    after: Mapped[Mapping[str, object] | None] = mapped_column(JSON(none_as_null=True))
