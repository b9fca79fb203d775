"""How often a source brings something new, and when it is late by that."""

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

LEAST_DAYS, MANY_GAPS = 3, 5


class Rhythm(StrEnum):
    """How often something is expected; `once` means never again."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    ONCE = "once"

    @property
    def late_after(self) -> timedelta | None:
        """The age at which a source is late: one turn and some grace for weekends and holidays; None for never."""
        return _LATE_AFTER[self]


_LATE_AFTER = {
    Rhythm.DAILY: timedelta(hours=26),
    Rhythm.WEEKLY: timedelta(days=8),
    Rhythm.MONTHLY: timedelta(days=35),
    Rhythm.QUARTERLY: timedelta(days=100),
    Rhythm.ONCE: None,
}


class Origin(StrEnum):
    """Where a rhythm is known from."""

    CONFIGURED = "configured"
    TOLD = "told"
    LEARNT = "learnt"
    ASSUMED = "assumed"


def learnt(days: Iterable[date]) -> Rhythm | None:
    """
    The rhythm of the days on which a source was read; None before three different days. Of many gaps the longest
    does not count: a holiday is no rhythm.
    """
    ordered = sorted(set(days))
    if len(ordered) < LEAST_DAYS:
        return None
    gaps = sorted(after - before for before, after in pairwise(ordered))
    usual = gaps[-2] if len(gaps) >= MANY_GAPS else gaps[-1]
    scheduled = (Rhythm.DAILY, Rhythm.WEEKLY, Rhythm.MONTHLY)
    return next((each for each in scheduled if usual <= (each.late_after or usual)), Rhythm.QUARTERLY)
