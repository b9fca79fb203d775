"""Targets: what counts, what is proposed, who decides, and everything that was ever entered."""

import streamlit as st

from kpi.catalog import KPIS
from kpi.model import Department
from kpi.words import marked, say
from pages.parts.filters import EVERYWHERE
from pages.parts.head import context_line, draw_head
from pages.parts.load import load_company_of, load_coverage, load_freshness, now
from pages.parts.trouble import guarded
from pages.parts.viewer import Viewer
from pages.targets.deciding import draw_proposals
from pages.targets.files import draw_files
from pages.targets.listing import Chosen, Part, draw_history, draw_in_force
from pages.targets.proposing import draw_proposing

ALL = marked("All departments")


@guarded
def render(viewer: Viewer) -> None:
    """The page."""
    covered, company = load_coverage(viewer), load_company_of(viewer)
    draw_head(say("Targets"), context_line(covered, None, company), company, load_freshness(viewer), now())
    chosen = draw_filters(viewer)
    if chosen.part in (Part.ALL, Part.PROPOSED):
        draw_proposals(viewer, chosen)
    draw_proposing(viewer, chosen)
    if chosen.part in (Part.ALL, Part.IN_FORCE):
        draw_in_force(viewer, chosen)
    if chosen.part in (Part.ALL, Part.DECIDED):
        draw_history(viewer, chosen)
    draw_files(viewer)


def draw_filters(viewer: Viewer) -> Chosen:
    """Department, KPI, market and state; department and state stand in the address."""
    mine = [each for each in Department if viewer.principal.scope.sees_department(each.value)]
    names = {ALL: None} | {each.short: each for each in mine}
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom", key="target_filters"):
        picked = st.selectbox(
            say("Department"), list(names), format_func=say, key="department", bind="query-params", width=220
        )
        department = names.get(picked or ALL)
        keys = [
            key
            for key, kpi in KPIS.items()
            if kpi.department in mine and department in (None, kpi.department)
        ]
        kpi = st.selectbox(
            say("KPI"), ["", *keys], format_func=lambda key: say(KPIS[key].name) if key else say("All KPIs"),
            key="shown_kpi", width=320,
        )  # fmt: skip
        market = st.selectbox(
            say("Market"), [EVERYWHERE, *load_coverage(viewer).markets], format_func=say, key="shown_market",
            width=160,
        )  # fmt: skip
        part = st.selectbox(
            say("State"), list(Part), format_func=say, key="shown_part", bind="query-params", width=220
        )
    keys = [key for key in keys if not kpi or key == kpi]
    return Chosen(frozenset(keys), "" if market == EVERYWHERE else str(market), Part(part or Part.ALL))
