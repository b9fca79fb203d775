"""A department's page, one for each of the four: what is off target, the trends of its KPIs, and a table."""

from collections.abc import Mapping, Sequence
from datetime import date

import streamlit as st

from kpi.catalog import of
from kpi.decisions import late_sources, needs_decision
from kpi.freshness import sources_behind
from kpi.headline import main_kpis
from kpi.model import Department
from kpi.results import NotAllowed
from kpi.standing import Standing
from kpi.words import marked, say
from pages.parts.actions import load_actions, load_overdue, today_of
from pages.parts.attention import CALM_HERE, Told, build_attention, calm_of, draw_attention
from pages.parts.cards import period_words
from pages.parts.charts import build_trend, draw_trend
from pages.parts.comparing import load_compared
from pages.parts.empty import draw_empty
from pages.parts.exports import draw_exports, overview_exports
from pages.parts.filters import Filters, draw_filters
from pages.parts.format import ABSENT, change, count, figure, goal
from pages.parts.head import context_line, draw_head
from pages.parts.load import load_company_of, load_coverage, load_freshness, now
from pages.parts.reasons import load_reasons
from pages.parts.tables import Cell, Column, table
from pages.parts.theme import mode
from pages.parts.trouble import guarded
from pages.parts.viewer import Viewer, open_link
from store.state.runs import Freshness

COLUMNS = (
    Column(marked("KPI")),
    Column(marked("Status")),
    Column(marked("Value"), "r"),
    Column(marked("Target"), "r"),
    Column(marked("Change"), "r"),
    Column(marked("Rows"), "r"),
    Column(marked("Period"), "w"),
    Column(marked("Owner"), "w"),
)


@guarded
def render(viewer: Viewer, department: Department) -> None:
    """The page; raises NotAllowed outside the scope."""
    if not viewer.principal.scope.sees_department(department.value):
        raise NotAllowed(
            say(
                "{department} is limited to its own people. Ask an administrator for access.",
                department=department.label,
            )
        )
    covered, company, fresh = load_coverage(viewer), load_company_of(viewer), load_freshness(viewer)
    head, kpis, at = st.container(gap="small"), of(department), now()
    if covered.as_of is None or not covered.has(department, kpis):
        with head:
            draw_head(department.label, context_line(covered, None, company), company, fresh, at)
        draw_empty(viewer)
        return
    filters = draw_filters(covered, market=any("market" in kpi.dimensions for kpi in kpis))
    with head:
        draw_head(department.label, context_line(covered, filters.market, company), company, fresh, at)
        exports = overview_exports(viewer, filters.market, filters.weeks, department)
        draw_exports(viewer, exports, department.value)
    found = load_compared(viewer, kpis, filters.market, filters.weeks, filters.comparison)
    main = [found[kpi.key] for kpi in main_kpis(kpis)]
    st.header(say("Needs a decision"), anchor=False)
    decisions = needs_decision(main, load_overdue(viewer, filters.market))
    told = Told(
        company.currency,
        covered.as_of,
        filters.link,
        today_of(viewer),
        load_reasons(viewer, decisions, found),
        load_actions(viewer, filters.market),
    )
    late = late_sources(sources_of(main, fresh), at)
    opened = draw_attention(build_attention(decisions, late, told, at, calm_of(main, CALM_HERE)))
    st.header(say("Trends"), anchor=False)
    draw_trends(viewer, main, company.currency, covered.as_of, filters)
    st.header(say("All figures"), anchor=False)
    st.html(build_table(found, company.currency, covered.as_of))
    open_link(viewer, opened)


def sources_of(main: Sequence[Standing], fresh: Sequence[Freshness]) -> list[Freshness]:
    """The sources behind these KPIs."""
    behind = {each.source for standing in main for each in sources_behind(standing.kpi, fresh)}
    return [each for each in fresh if each.source in behind]


def draw_trends(
    viewer: Viewer, main: Sequence[Standing], currency: str, today: date, filters: Filters
) -> None:
    """One chart a main KPI that has data."""
    grid = st.grid(2, min_column_width=420, gap=12)
    for standing in main:
        if standing.until is None:
            continue
        with grid.cell():
            draw_trend(viewer, build_trend(standing, currency, today, filters.weeks, mode()))


def build_table(found: Mapping[str, Standing], currency: str, today: date) -> str:
    """Every KPI of the department with its last settled period."""
    return table(COLUMNS, [_row(each, currency, today) for each in found.values()], say("All figures"))


def _row(standing: Standing, currency: str, today: date) -> list[Cell]:
    kpi, period, prior = standing.kpi, standing.current, standing.prior
    if period is None:
        return [say(kpi.name), say("No data"), ABSENT, ABSENT, ABSENT, "0", ABSENT, say(kpi.owner)]
    return [
        say(kpi.name),
        period.status,
        str(figure(kpi, period.value, currency)),
        ABSENT if period.target is None else goal(kpi, period.target, currency),
        change(kpi, period.value, prior.value if prior else None, currency),
        count(period.n),
        period_words(standing, period, today),
        say(kpi.owner),
    ]
