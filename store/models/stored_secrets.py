"""Secrets of other systems, sealed; the key that opens them is elsewhere."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import Base, Instant, Words


class StoredSecret(Base):
    """One secret under its name, as only the key `key_id` opens it."""

    __tablename__ = "stored_secrets"

    name: Mapped[str] = mapped_column(Words, primary_key=True)
    key_id: Mapped[str] = mapped_column(Words)
    sealed: Mapped[str] = mapped_column(Words)
    version: Mapped[int]
    set_by: Mapped[str] = mapped_column(Words)
    set_at: Mapped[datetime] = mapped_column(Instant)


class SecretKey(Base):
    """Which key seals from now on: one row, since the first secret was set."""

    __tablename__ = "secret_keys"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key_id: Mapped[str] = mapped_column(Words)
    since: Mapped[datetime] = mapped_column(Instant)
