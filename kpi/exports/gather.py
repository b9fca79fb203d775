"""What a report shows, read from the store as far as the reader may know: standings, decisions, answers, why."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from kpi.access import sees
from kpi.annotations import Annotations, annotations_of, at_most, diary, marks_of
from kpi.catalog import KPIS
from kpi.chart.told import Beside
from kpi.decisions import MOST, late_sources, needs_decision
from kpi.exports.answer import Answer, Basis, answered
from kpi.exports.one_kpi import OneKpi
from kpi.exports.overview import Overview
from kpi.headline import main_kpis
from kpi.model import Department, Distinct, Kpi
from kpi.period import Span
from kpi.question import Question
from kpi.reason import Reason, find_reason, moved_since
from kpi.standing import Standing
from kpi.standings import Known, standings
from kpi.why import NoChange, NotAdditive, Why, why_moved
from store.home import Store
from store.scope import Principal
from store.state import Action

USUAL = Beside(usual=True)
NOTHING: Mapping[str, Action] = {}


def overview_of(
    store: Store,
    principal: Principal,
    basis: Basis,
    *,
    market: str | None = None,
    weeks: int = 13,
    department: Department | None = None,
    actions: Mapping[str, Action] = NOTHING,
    overdue: Mapping[str, date] | None = None,
) -> Overview:
    """The overview of the departments that have ever had data, or of one of them."""
    covered = basis.covered
    shown = [
        kpi
        for kpi in main_kpis(KPIS.values())
        if department in (None, kpi.department)
        and sees(principal, kpi)
        and covered.has(kpi.department, KPIS.values())
    ]
    found = standings_of(store, principal, basis, shown, market, weeks)
    decisions = needs_decision(found.values(), overdue or {})
    reasons = {
        each.kpi.key: reason
        for each in decisions[:MOST]
        if (reason := _reason(store, principal, found[each.kpi.key], each.since))
    }
    return Overview(
        basis, list(found.values()), decisions, late_sources(basis.fresh, basis.made_at), actions, reasons, market,
        weeks, department,
    )  # fmt: skip


def _reason(store: Store, principal: Principal, standing: Standing, since: date) -> Reason | None:
    """The slice that stands out behind a decision."""
    moved = moved_since(standing, since)
    where = {"market": standing.market} if standing.market else {}
    return find_reason(store.lake, principal, standing.kpi, moved, where) if moved else None


def one_kpi_of(
    store: Store,
    principal: Principal,
    kpi: Kpi,
    basis: Basis,
    *,
    market: str | None = None,
    weeks: int = 13,
    beside: Beside = USUAL,
) -> OneKpi:
    """The page of one KPI, `beside` its chart as the page draws it; raises NotAllowed outside the scope.

    What happened on the days of the chart is drawn, too.
    """
    limit = market if "market" in kpi.dimensions else None
    values = periods_of(store, principal, kpi, basis, market=limit, weeks=weeks)
    standing = standings_of(store, principal, basis, [kpi], limit, weeks)[kpi.key]
    slices = tuple(_slices(store, principal, standing, basis))
    happened = happened_on(store, principal, standing, basis, weeks)
    drawn = replace(beside, events=marks_of(happened))
    why = _why(store, principal, standing)
    return OneKpi(basis, standing, values, slices, why, weeks, drawn, happened)


def happened_on(
    store: Store, principal: Principal, standing: Standing, basis: Basis, weeks: int
) -> Annotations:
    """What people noted and the system knows about the days of the chart, the most telling things."""
    shown, state = standing.recent(weeks), store.state
    if not shown:
        return Annotations()
    span = Span(shown[0].start, shown[-1].end)
    known = diary(state, principal, basis.company, span, standing.market, basis.fresh, basis.made_at)
    notes = state.annotations.rows(principal, span.start, span.end)
    return at_most(annotations_of(known, principal, standing.kpi, notes))


def periods_of(
    store: Store, principal: Principal, kpi: Kpi, basis: Basis, *, market: str | None = None, weeks: int = 13
) -> Answer:
    """The values of the periods a chart of so many weeks shows, as `fairlead kpi values` would tell them.

    A running period ends with the last closed day, as in the chart.
    """
    limit = market if "market" in kpi.dimensions else None
    standing = standings_of(store, principal, basis, [kpi], limit, weeks)[kpi.key]
    recent = standing.recent(weeks)
    today = basis.as_of or basis.made_at.date()
    last = min(recent[-1].end, basis.covered.closed or today) if recent else today
    span = Span(recent[0].start, max(recent[0].start, last)) if recent else Span(today, today)
    where = {"market": limit} if limit else {}
    return answered(store, principal, kpi, Question(span, standing.every, where=where), basis)


def standings_of(
    store: Store, principal: Principal, basis: Basis, kpis: list[Kpi], market: str | None, weeks: int
) -> dict[str, Standing]:
    """How each of these KPIs stands, by its key, in one market or all."""
    known = Known(
        basis.covered,
        store.state.targets.frame(principal),
        basis.fresh,
        store.state.baselines.rows(principal),
        basis.made_at,
    )
    return standings(store.lake, principal, kpis, known, market=market, weeks=weeks)


def _slices(store: Store, principal: Principal, standing: Standing, basis: Basis) -> list[Answer]:
    """The current period by each dimension it is not limited to."""
    current, kpi = standing.current, standing.kpi
    if current is None:
        return []
    where = {"market": standing.market} if standing.market else {}
    asked = [name for name in kpi.dimensions if name not in where]
    span = Span(current.start, current.end)
    return [answered(store, principal, kpi, Question(span, by=(by,), where=where), basis) for by in asked]


def _why(store: Store, principal: Principal, standing: Standing) -> Why | None:
    """Who brought the change from the period before; None where that cannot be said."""
    kpi, current, prior = standing.kpi, standing.current, standing.prior
    if (
        current is None
        or prior is None
        or current.value is None
        or prior.value is None
        or isinstance(kpi, Distinct)
    ):
        return None
    where = {"market": standing.market} if standing.market else {}
    by = [name for name in kpi.dimensions if name not in where]
    spans = Span(prior.start, prior.end), Span(current.start, current.end)
    try:
        return why_moved(store.lake, principal, kpi, *spans, by=by, where=where)
    except (NotAdditive, NoChange):
        return None
