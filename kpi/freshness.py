"""Until which day the sources behind a KPI have reported, so that a late source is never read as a bad result."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from kpi.model import Kpi
from kpi.prepare import PREPARATIONS
from store.rhythm import Rhythm
from store.state.runs import Freshness


def facts_behind(kpi: Kpi) -> set[str]:
    """Names of the mapped facts a KPI is computed from, through prepared ones."""
    prepared = _sources_of_prepared()
    return {name for rows in kpi.sides for name in prepared.get(rows.fact.name, {rows.fact.name})}


@cache
def _sources_of_prepared() -> dict[str, set[str]]:
    return {each.table.name: {source.name for source in each.sources} for each in PREPARATIONS}


def sources_behind(kpi: Kpi, fresh: Iterable[Freshness]) -> list[Freshness]:
    """The sources whose latest run sent a fact of the KPI."""
    facts = facts_behind(kpi)
    return [each for each in fresh if facts & each.facts]


@dataclass(frozen=True)
class Reported:
    """
    Until which day the sources behind a KPI have reported: `waiting`, the one furthest behind of those whose next turn
    has not come yet; `late`, the same of those that missed theirs. None where there is none.
    """

    waiting: date | None = None
    late: date | None = None

    @property
    def until(self) -> date | None:
        """The day up to which all of them have reported."""
        return min((day for day in (self.waiting, self.late) if day), default=None)

    def closed(self, closed: date | None) -> date | None:
        """The last day whose periods can be over: what nobody could have reported yet is still to come, not unknown."""
        return min(closed, self.waiting) if closed and self.waiting else closed


def reported_of(kpi: Kpi, fresh: Iterable[Freshness], now: datetime) -> Reported:
    """How far the sources of a KPI have reported; one that is expected only once limits nothing."""
    waiting: list[date] = []
    late: list[date] = []
    for each in sources_behind(kpi, fresh):
        if each.last_ok_at and each.expected.rhythm is not Rhythm.ONCE:
            (late if each.is_late(now) else waiting).append(each.last_ok_at.date())
    return Reported(min(waiting, default=None), min(late, default=None))


def reported_until(kpi: Kpi, fresh: Iterable[Freshness]) -> date | None:
    """The day of the last good pull of the source that is furthest behind; None where nothing is known."""
    days = [
        each.last_ok_at.date()
        for each in sources_behind(kpi, fresh)
        if each.last_ok_at and each.expected.rhythm is not Rhythm.ONCE
    ]
    return min(days, default=None)
