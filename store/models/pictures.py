"""Pictures of procedures."""

from datetime import datetime

from sqlalchemy import LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import Base, Instant, Words


class ProcedurePicture(Base):
    """One picture of a procedure under the name its texts use; never changed, so that old versions keep theirs."""

    __tablename__ = "procedure_pictures"
    __table_args__ = (UniqueConstraint("key", "file"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(Words)
    file: Mapped[str] = mapped_column(Words)
    kind: Mapped[str] = mapped_column(Words)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    added_by: Mapped[str] = mapped_column(Words)
    added_at: Mapped[datetime] = mapped_column(Instant)
