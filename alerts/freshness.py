"""When a source is late: after two of its own rounds, not after a fixed number of hours."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Freshness(StrEnum):
    """How current a source is; one that never reported is its own case."""

    FRESH = "fresh"
    STALE = "stale"
    NEVER_LOADED = "never_loaded"


@dataclass(frozen=True)
class Rhythm:
    """How often a source reports and how long a run usually takes."""

    interval: timedelta
    typical_run: timedelta = timedelta()

    @property
    def stale_after(self) -> timedelta:
        """Two whole rounds (Prometheus on batch jobs: every 4 h for 1 h gives 10 h)."""
        return 2 * (self.interval + self.typical_run)


def freshness(rhythm: Rhythm, age: timedelta | None) -> Freshness:
    """How current a source is whose last good data is `age` old; None if it never had any (kpi-domain 4)."""
    if age is None:
        return Freshness.NEVER_LOADED
    return Freshness.STALE if age > rhythm.stale_after else Freshness.FRESH
