"""Until which day the sources behind a KPI have reported, so that a late source is never read as a bad result."""

from collections.abc import Iterable
from datetime import date
from functools import cache

from kpi.model import Kpi
from kpi.prepare import PREPARATIONS
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


def reported_until(kpi: Kpi, fresh: Iterable[Freshness]) -> date | None:
    """The day of the last good pull of the source that is furthest behind; None where nothing is known."""
    days = [each.last_ok_at.date() for each in sources_behind(kpi, fresh) if each.last_ok_at]
    return min(days, default=None)
