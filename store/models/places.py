"""Markets and their working-day calendars, spelled out day by day."""

from datetime import date, time

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import Base, Words


class Market(Base):
    """A country or region sold to: its zone, currency, calendar and language."""

    __tablename__ = "markets"

    code: Mapped[str] = mapped_column(Words, primary_key=True)
    name: Mapped[str] = mapped_column(Words)
    timezone: Mapped[str] = mapped_column(Words)
    currency: Mapped[str] = mapped_column(Words)
    calendar: Mapped[str] = mapped_column(Words)
    language: Mapped[str] = mapped_column(Words)
    version: Mapped[int]


class Calendar(Base):
    """How a calendar is filled: weekdays (0 is Monday), opening hours in its zone, and whose holidays."""

    __tablename__ = "calendars"

    id: Mapped[str] = mapped_column(Words, primary_key=True)
    name: Mapped[str] = mapped_column(Words)
    zone: Mapped[str] = mapped_column(Words)
    weekdays: Mapped[list[int]] = mapped_column(JSON)
    opens: Mapped[time]
    closes: Mapped[time | None]
    country: Mapped[str] = mapped_column(Words)
    version: Mapped[int]


class CalendarDay(Base):
    """One local day; `closes` empty on a working day means open until midnight."""

    __tablename__ = "calendar_days"

    calendar: Mapped[str] = mapped_column(ForeignKey("calendars.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    is_working: Mapped[bool]
    opens: Mapped[time | None]
    closes: Mapped[time | None]
    label: Mapped[str] = mapped_column(Words)
    by_hand: Mapped[bool]
