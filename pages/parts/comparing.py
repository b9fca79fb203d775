"""With what the figures of a page are compared: standings beside those of a year before."""

from collections.abc import Mapping, Sequence
from datetime import date

from kpi.catalog import KPIS
from kpi.compare import Comparison
from kpi.comparison import compared, weeks_before
from kpi.events import events_of
from kpi.headline import block_of, kpis_of
from kpi.model import Kpi
from kpi.standing import Period, Standing
from kpi.standings import Scored, scored, weeks_of
from pages.parts.kept import kept
from pages.parts.load import known_of, load_company_of, load_coverage, load_standings, scope_key, version_of
from pages.parts.viewer import Viewer
from store.company import Event

SETTLING = 14  # weeks until the slowest KPI is settled


def load_compared(
    viewer: Viewer, kpis: Sequence[Kpi], market: str | None, weeks: int, comparison: Comparison
) -> dict[str, Standing]:
    """How these KPIs stand, by key, each with the period it is compared with (see `load_standings`)."""
    found = load_standings(viewer, kpis, market, weeks)
    if comparison is Comparison.BEFORE:
        return found
    if comparison is Comparison.NONE:
        return {key: compared(each, comparison) for key, each in found.items()}
    earlier, events = (
        _load_earlier(viewer, found, market),
        {each: _events(viewer, each) for each in (None, market)},
    )
    return {
        key: compared(each, comparison, earlier.get(key, ()), events[each.market])
        for key, each in found.items()
    }


def _events(viewer: Viewer, market: str | None) -> tuple[Event, ...]:
    return events_of(load_company_of(viewer).events, market)


def _load_earlier(
    viewer: Viewer, found: Mapping[str, Standing], market: str | None
) -> Mapping[str, tuple[Period, ...]]:
    """The weeks around a year before, by KPI; read a department at a time, so that all pages share them."""
    closed = load_coverage(viewer).closed
    if closed is None:
        return {}
    version, scope = version_of(viewer), scope_key(viewer.principal.scope)
    known: dict[str, tuple[Period, ...]] = {}
    for block in dict.fromkeys(block_of(each.kpi) for each in found.values()):
        weekly = tuple(kpi.key for kpi in kpis_of(block) if not kpi.monthly)
        known |= _earlier(version, scope, weekly, market, closed, viewer)
    return known


@kept(200)
def _earlier(
    version: str, scope: str, keys: tuple[str, ...], market: str | None, closed: date, _viewer: Viewer
) -> dict[str, tuple[Period, ...]]:
    kpis, span = [KPIS[key] for key in keys], weeks_before(closed, SETTLING)
    scores = _scores(version, scope, keys, market is not None, closed, _viewer)
    if market is None:
        return {kpi.key: weeks_of(scores, kpi, span, None) for kpi in kpis}
    everywhere = _earlier(version, scope, keys, None, closed, _viewer)
    by_market = {kpi.key: weeks_of(scores, kpi, span, market) for kpi in scores.kpis}
    return {**everywhere, **by_market}


@kept(50)
def _scores(
    version: str, scope: str, keys: tuple[str, ...], by_market: bool, closed: date, _viewer: Viewer
) -> Scored:
    """For all markets, or for each of them at once."""
    kpis = [KPIS[key] for key in keys if not by_market or "market" in KPIS[key].dimensions]
    return scored(
        _viewer.store.lake, _viewer.principal, kpis, known_of(_viewer), by_market=by_market,
        over=weeks_before(closed, SETTLING),
    )  # fmt: skip
