"""How often each source is expected to bring something, where somebody has said so."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import Base, Instant, Words


class SourceRhythm(Base):
    """The rhythm of one source; empty where it is learnt again. `origin`: a person, or the configuration."""

    __tablename__ = "source_rhythms"

    source: Mapped[str] = mapped_column(Words, primary_key=True)
    rhythm: Mapped[str] = mapped_column(Words)
    origin: Mapped[str] = mapped_column(Words)
    told_by: Mapped[str] = mapped_column(Words)
    told_at: Mapped[datetime] = mapped_column(Instant)
