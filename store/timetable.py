"""When a job is due again: every so many minutes, or at a time of day in the firm's zone."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
EXAMPLES = "'every 15 minutes', '06:30' or 'monday 06:30'"
BELIEVED = timedelta(hours=2)  # a turn done further in the future than this was done by a wrong clock
_EVERY = re.compile(r"every (\d{1,5}) minutes?")
_AT = re.compile(rf"(?:({'|'.join(DAYS)}) )?([01]?\d|2[0-3]):([0-5]\d)")


class Timetable(Protocol):
    """When something is done again."""

    @property
    def gap(self) -> timedelta:
        """The longest time between two turns."""

    def following(self, now: datetime, done: datetime | None) -> datetime:
        """The first turn after `now` that is not the turn `done` or one before it."""


@dataclass(frozen=True)
class Every:
    """So long after the last time; turns that were missed are not made up for."""

    gap: timedelta

    def following(self, now: datetime, done: datetime | None) -> datetime:
        """One gap from now, whatever was done: a clock set back delays nothing by more than that."""
        return now + self.gap


@dataclass(frozen=True)
class At:
    """At a time of day in a zone, every day or one day a week (0 is Monday).

    A time that a change of clocks skips is due as much later as clocks are put on; one that comes twice, once.
    """

    at: time
    zone: ZoneInfo
    weekday: int | None = None

    @property
    def gap(self) -> timedelta:
        return timedelta(days=1 if self.weekday is None else 7, hours=1)

    def following(self, now: datetime, done: datetime | None) -> datetime:
        """A turn that was done is not done again by a clock set back an hour."""
        since = max(now, done) if done is not None and done - now <= BELIEVED else now
        day = since.astimezone(self.zone).date()
        turns = (self._turn(day + timedelta(days=ahead)) for ahead in range(9))
        return next(turn for turn in turns if turn is not None and turn > since)

    def _turn(self, day: date) -> datetime | None:
        if self.weekday not in (None, day.weekday()):
            return None
        return datetime.combine(day, self.at, self.zone).astimezone(UTC)


def timetable_of(told: str, zone: str) -> Timetable:
    """What `every 15 minutes`, `06:30` or `monday 06:30` mean in a zone. Raises ValueError with the way out."""
    asked = " ".join(told.lower().split())
    if (found := _EVERY.fullmatch(asked)) and (minutes := int(found[1])):
        return Every(timedelta(minutes=minutes))
    if found := _AT.fullmatch(asked):
        weekday = DAYS.index(found[1]) if found[1] else None
        return At(time(int(found[2]), int(found[3])), ZoneInfo(zone), weekday)
    raise ValueError(f"'{told}' is no time to do something; write {EXAMPLES}.")
