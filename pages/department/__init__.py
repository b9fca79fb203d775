"""A department's page: what fires, its trends, where it goes wrong, and what that department looks for."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import partial

import streamlit as st

from kpi.access import NotAllowed
from kpi.annotations import Annotations, marks_of
from kpi.catalog import of
from kpi.decisions import Decision, late_sources, needs_decision
from kpi.firing import firing
from kpi.freshness import sources_behind
from kpi.headline import main_kpis, shown
from kpi.model import Department
from kpi.period import Every, whole_periods
from kpi.standing import Coverage, Standing
from kpi.words import marked, say
from pages.alerts.told import load_told
from pages.department.backlog import draw_backlog
from pages.department.board import draw_board
from pages.department.funnels import draw_funnels
from pages.department.stops import draw_stops
from pages.parts.actions import load_actions, load_overdue, today_of
from pages.parts.annotate import load_annotations_of
from pages.parts.attention import (
    CALM_HERE,
    Attention,
    Told,
    build_attention,
    calm_of,
    decision_line,
    draw_attention,
)
from pages.parts.built import built
from pages.parts.charts import Beside, Trend, build_trend, draw_trend
from pages.parts.comparing import load_compared
from pages.parts.empty import draw_empty, draw_unread
from pages.parts.exports import draw_exports, overview_exports
from pages.parts.filters import Filters, draw_filters
from pages.parts.head import context_line, draw_head
from pages.parts.load import load_company_of, load_coverage, load_freshness, now
from pages.parts.people import load_named
from pages.parts.reasons import load_reasons
from pages.parts.scorecard import draw_scorecard
from pages.parts.theme import mode
from pages.parts.trouble import guarded
from pages.parts.viewer import Viewer, open_link
from store.state.runs import Freshness

MOST_EVENTS = 3  # on a chart of half the width
ALSO = marked("Also off target, watched or worse than usual")


@guarded
def render(viewer: Viewer, department: Department) -> None:
    """The page; raises NotAllowed outside the scope."""
    title = say(department.label)
    if not viewer.principal.scope.sees_department(department.value):
        told = say(
            "{department} is limited to its own people. Ask an administrator for access.", department=title
        )
        raise NotAllowed(told)
    covered, company, fresh = load_coverage(viewer), load_company_of(viewer), load_freshness(viewer)
    head, kpis, at = st.container(gap="small"), of(department), now()
    if covered.as_of is None or not covered.has(department, kpis):
        with head:
            draw_head(title, context_line(covered, None, company), company, fresh, at)
        if covered.until:
            draw_unread(viewer, title, kpis)
        else:
            draw_empty(viewer)
        return
    filters = draw_filters(covered, market=any("market" in kpi.dimensions for kpi in kpis))
    with head:
        draw_head(title, context_line(covered, filters.market, company), company, fresh, at)
        exports = overview_exports(viewer, filters.market, filters.weeks, department)
        draw_exports(viewer, exports, department.value)
    every = load_compared(viewer, kpis, filters.market, filters.weeks, filters.comparison)
    found = {kpi.key: every[kpi.key] for kpi in main_kpis(kpis)}
    opened = draw_alerts(viewer, found, covered.as_of, fresh, filters)
    draw_trends(viewer, found, department, covered.as_of, filters)
    draw_board(viewer, department, found, filters.market, company.currency, covered.as_of)
    draw_own(viewer, department, covered, filters)
    asked = (company.currency, covered.as_of, department.value, filters)
    opened = draw_scorecard(viewer, list(every.values()), *asked) or opened
    open_link(viewer, opened)


def draw_alerts(
    viewer: Viewer, found: Mapping[str, Standing], today: date, fresh: Sequence[Freshness], filters: Filters
) -> str | None:
    """What needs a decision, then whatever else fires or misses its target; the key that was just opened."""
    st.header(say("Needs a decision"), anchor=False)
    decisions, at = needs_decision(found.values(), load_overdue(viewer, filters.market)), now()
    told = Told(
        load_company_of(viewer).currency, today, filters.link, today_of(viewer),
        load_reasons(viewer, decisions, found), load_actions(viewer, filters.market), load_named(viewer),
        episodes=load_told(viewer, filters.market),
    )  # fmt: skip
    late = late_sources(sources_of(found.values(), fresh), at)
    opened = draw_attention(build_attention(decisions, late, told, at, calm_of(found.values(), CALM_HERE)))
    rest = besides(decisions, firing(found.values()))
    if not rest:
        return opened
    with st.expander(f"{say(ALSO)} ({len(rest)})", key="also", bind="query-params"):
        lines = tuple(decision_line(each, told) for each in rest)
        return draw_attention(Attention(lines, 0, ""), key="also_firing") or opened


def besides(decisions: Sequence[Decision], fires: Sequence[Decision]) -> list[Decision]:
    """What fires and does not lead a decision of its own."""
    leading = {each.kpi.key for each in decisions}
    return [each for each in fires if each.kpi.key not in leading]


def sources_of(standings: Iterable[Standing], fresh: Sequence[Freshness]) -> list[Freshness]:
    """The sources behind these KPIs."""
    behind = {each.source for standing in standings for each in sources_behind(standing.kpi, fresh)}
    return [each for each in fresh if each.source in behind]


def draw_trends(
    viewer: Viewer, found: Mapping[str, Standing], department: Department, today: date, filters: Filters
) -> None:
    """One chart for each KPI that speaks for the department or is off, where it has data."""
    st.header(say("Trends"), anchor=False)
    grid, currency = st.grid(2, min_column_width=420, gap=12), load_company_of(viewer).currency
    drawn = [each for each in shown(found, department).standings if each.until is not None]
    happened = load_annotations_of(viewer, drawn, filters.weeks, MOST_EVENTS)

    def build(standing: Standing, beside: Beside) -> Trend:
        return build_trend(standing, currency, today, filters.weeks, mode(), beside=beside)

    for number, standing in enumerate(drawn):
        events = tuple(marks_of(happened.get(standing.kpi.key, Annotations())))
        asked, make = (standing.kpi.key, filters, events), partial(build, standing, Beside(events=events))
        trend = built(viewer, "trend", asked, make)
        alone = number % 2 == 0 and number == len(drawn) - 1
        with grid.cell(column_span="all" if alone else 1):
            draw_trend(viewer, trend)


def draw_own(viewer: Viewer, department: Department, covered: Coverage, filters: Filters) -> None:
    """What only this department looks for."""
    closed = covered.closed
    if closed is None or covered.as_of is None:
        return
    currency = load_company_of(viewer).currency
    weeks = whole_periods(Every.WEEK, closed, filters.weeks)
    match department:
        case Department.SERVICE:
            draw_backlog(viewer, filters.market, covered.as_of)
        case Department.MANUFACTURING:
            draw_stops(viewer, weeks, currency)
        case Department.MARKETING:
            draw_funnels(viewer, weeks, filters.market)
