"""The overview: what needs a decision, then every KPI by department."""

from collections.abc import Mapping
from datetime import date, datetime

import streamlit as st

from kpi.catalog import KPIS, of
from kpi.decisions import late_sources, needs_decision
from kpi.headline import main_kpis
from kpi.model import Department, Kpi
from kpi.standing import Coverage, Standing
from pages.parts.actions import load_overdue
from pages.parts.attention import build_attention, draw_attention
from pages.parts.cards import Group, build_card, draw_wall
from pages.parts.comparing import load_compared
from pages.parts.empty import draw_empty
from pages.parts.exports import draw_exports, overview_exports
from pages.parts.filters import Filters, draw_filters
from pages.parts.head import context_line, draw_head
from pages.parts.load import load_company_of, load_coverage, load_freshness, now
from pages.parts.trouble import guarded
from pages.parts.viewer import Viewer, open_link
from store.state.runs import Freshness


@guarded
def render(viewer: Viewer) -> None:
    """The page."""
    covered, company, fresh = load_coverage(viewer), load_company_of(viewer), load_freshness(viewer)
    head, at = st.container(gap="small"), now()
    if not covered.until or covered.as_of is None:
        with head:
            draw_head("Operations overview", context_line(covered, None, company), company, fresh, at)
        draw_empty(viewer)
        return
    filters = draw_filters(covered)
    with head:
        line = context_line(covered, filters.market, company)
        draw_head("Operations overview", line, company, fresh, at)
        draw_exports(viewer, overview_exports(viewer, filters.market, filters.weeks), "overview")
    shown = visible(covered)
    found = load_compared(viewer, main_kpis(shown), filters.market, filters.weeks, filters.comparison)
    st.header("Needs a decision", anchor=False)
    overdue = load_overdue(viewer, filters.market)
    opened = draw_decisions(found, fresh, company.currency, covered.as_of, at, filters, overdue)
    st.container(height=8, border=False)
    groups = build_groups(found, company.currency, covered.as_of, filters)
    opened = draw_wall(groups, note(filters, found)) or opened
    open_link(viewer, opened)


def visible(covered: Coverage) -> list[Kpi]:
    """The KPIs of departments that have ever had data; a KPI of theirs without data says so."""
    kpis = list(KPIS.values())
    return [kpi for kpi in kpis if covered.has(kpi.department, kpis)]


def draw_decisions(
    found: Mapping[str, Standing],
    fresh: list[Freshness],
    currency: str,
    today: date,
    at: datetime,
    filters: Filters,
    overdue: Mapping[str, date],
) -> str | None:
    """The list for these standings; the key that was just opened."""
    decisions, late = needs_decision(found.values(), overdue), late_sources(fresh, at)
    return draw_attention(build_attention(decisions, late, currency, today, at, filters.link))


def build_groups(found: Mapping[str, Standing], currency: str, today: date, filters: Filters) -> list[Group]:
    """One group of cards a department, in the order of the catalogue, which never changes."""
    groups = []
    for department in Department:
        mine = [found[kpi.key] for kpi in of(department) if kpi.key in found]
        cards = tuple(build_card(each, currency, today, filters.link, filters.weeks) for each in mine)
        if cards:
            groups.append(Group(department.label, department.value, cards))
    return groups


def note(filters: Filters, found: Mapping[str, Standing]) -> str:
    """Which cards do not follow the market that was chosen."""
    if filters.market is None:
        return ""
    whole = [each.kpi.name for each in found.values() if each.market is None]
    return f"Not split by market, shown for all of them: {', '.join(whole)}." if whole else ""
