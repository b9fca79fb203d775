"""What needs a decision: KPIs off target in two closed periods running, and sources that are late."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from kpi.model import Kpi
from kpi.standing import Period, Standing, beyond
from store.state.runs import Freshness

RUNNING, MOST = 2, 7
LATE_AFTER = timedelta(hours=26)


@dataclass(frozen=True, eq=False)
class Decision:
    """A KPI off target, since when, and how many rows it would take to be back at target."""

    kpi: Kpi
    period: Period
    since: date
    beyond: int


def needs_decision(standings: Iterable[Standing]) -> list[Decision]:
    """KPIs off target in their last two settled periods, those furthest beyond their target first."""
    found = [
        Decision(standing.kpi, run[-1], run[0].start, beyond(standing.kpi, run[-1]))
        for standing in standings
        if len(run := standing.run) >= RUNNING
    ]
    return sorted(found, key=lambda each: (-each.beyond, each.kpi.key))


def late_sources(fresh: Iterable[Freshness], now: datetime) -> list[Freshness]:
    """Sources whose last good pull is more than 26 hours ago, or that never had one; the longest silence first."""
    late = [each for each in fresh if each.last_ok_at is None or now - each.last_ok_at > LATE_AFTER]
    return sorted(late, key=lambda each: each.last_ok_at.timestamp() if each.last_ok_at else 0.0)
