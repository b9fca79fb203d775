"""How levels are taken over time, and what a ratio of flow and level is scaled by."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """What a level is over the days of a period: its average, or what it was at the end."""

    AVERAGE = "average"
    CLOSING = "closing"


@dataclass(frozen=True)
class OverTime:
    """How a level (stock, receivables) is taken over time; over things it simply adds up.

    The average is a trapezoid over the days with a snapshot, from the last one before the period (at most
    `keeps_days` before it) to the last one in it; a single day is its own snapshot. A day without any snapshot is
    passed over: it is not zero. `apart`: the dimension whose values (places) send snapshots of their own; one that
    is silent on a day others speak keeps its last level for `keeps_days`, then it is gone.
    `months_alike`: intervals are weighed in months of equal length, not in days.
    """

    take: Level = Level.AVERAGE
    apart: str | None = None
    keeps_days: int = 7
    months_alike: bool = False


class Scaled(StrEnum):
    """What a ratio of flow and level is scaled by, from the length of the period in months of equal length."""

    AS_IS = "as is"
    PER_YEAR = "per year"
    IN_DAYS = "in days"
