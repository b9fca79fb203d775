"""The cross-border flow: eight stages against their budget, what will be late, who makes it so, and where."""

from collections.abc import Sequence

import streamlit as st

from kpi.access import NotAllowed
from kpi.decisions import late_sources
from kpi.flow.reading import DEPARTMENT, Flow, Slice, flow_slice
from kpi.standing import Coverage
from kpi.words import listed, say
from pages.flow.carriers import draw_comparison
from pages.flow.customs import draw_customs
from pages.flow.late import draw_attribution, draw_listed, quality
from pages.flow.load import built, has_flow, load_as_of, load_flow, load_lanes
from pages.flow.markets import draw_markets
from pages.flow.paper import paper
from pages.flow.slack import draw_slack
from pages.flow.strip import build_budgets, build_lead, build_strip, build_sum, headline, style
from pages.parts.empty import draw_empty
from pages.parts.exports import draw_exports
from pages.parts.filters import EVERYWHERE, Filters, choose, draw_filters
from pages.parts.head import context_line, draw_head
from pages.parts.load import load_company_of, load_coverage, load_freshness, now
from pages.parts.trouble import guarded
from pages.parts.viewer import Viewer, open_page
from store.state import Freshness

__all__ = ["has_flow", "render"]


@guarded
def render(viewer: Viewer) -> None:
    """The page; raises NotAllowed outside the scope."""
    if not viewer.principal.scope.sees_department(DEPARTMENT):
        raise NotAllowed(say("The flow is limited to people of shipping. Ask an administrator for access."))
    covered, company, fresh = load_coverage(viewer), load_company_of(viewer), load_freshness(viewer)
    head, as_of = st.container(gap="small"), load_as_of(viewer)
    if as_of is None or not has_flow(viewer):
        with head:
            draw_head(say("Flow"), context_line(covered, None, company), company, fresh, now())
        draw_nothing(viewer)
        return
    filters, lane = draw_choice(viewer, covered)
    with head:
        draw_head(say("Flow"), context_line(covered, lane or filters.market, company), company, fresh, now())
    st.html(style())
    asked = flow_slice(as_of, filters.weeks, lane, filters.market)
    found = load_flow(viewer, asked)
    with head:
        draw_exports(viewer, [paper(viewer, asked, found, company.currency)] if found else [], "flow")
    if found is None or found.is_empty:
        st.text(say("No order of this lane and market in these weeks. Choose a longer period or all lanes."))
        return
    if late := late_sources(fresh, now()):
        st.text(say("◷ {names} sent nothing lately: orders may be further than shown.", names=_named(late)))
    draw_stages(viewer, found)
    draw_sections(viewer, asked, found, covered, company.currency)


def _named(late: Sequence[Freshness]) -> str:
    return listed(each.source for each in late)


def draw_nothing(viewer: Viewer) -> None:
    """Nothing was computed yet, or what there is has no orders and shipments."""
    if viewer.store.lake.names():
        st.text(
            say(
                "There are no orders or shipments to follow yet. Map `orders` or `shipments`, sync and compute."
            )
        )
        return
    draw_empty(viewer)


def draw_choice(viewer: Viewer, covered: Coverage) -> tuple[Filters, str | None]:
    """Lane, period and market, all in the link; a lane nobody knows counts as all."""
    names, picked = [EVERYWHERE, *load_lanes(viewer)["lane"].to_list()], [EVERYWHERE]

    def lane() -> None:
        picked[0] = choose(say("Lane"), names, "lane", 170)

    filters = draw_filters(covered, before=lane, compared=False)
    return filters, None if picked[0] == EVERYWHERE else picked[0]


def draw_stages(viewer: Viewer, found: Flow) -> None:
    """The promise kept, the strip, and how the budgets add up."""
    st.header(say("Promises kept"), anchor=False)
    st.html(build_lead(found))
    if st.button(say("On-time delivery in detail"), key="open_on_time", type="tertiary"):
        open_page(viewer, "kpi", kpi="on_time_delivery_rate")
    st.header(say("Eight stages"), anchor=False)
    st.text(headline(found))
    st.html(built(viewer, found.slice, "strip", lambda: build_strip(found)))
    lanes = load_lanes(viewer)
    if found.slice.lane is not None:
        st.html(build_sum(lanes.filter(lanes["lane"] == found.slice.lane)))
    else:
        with st.expander(say("Budgets of all lanes"), key="budgets"):
            st.html(built(viewer, found.slice, "budgets", lambda: build_budgets(lanes).html))


def draw_sections(viewer: Viewer, asked: Slice, found: Flow, covered: Coverage, currency: str) -> None:
    """What will be late, who made orders late, carriers, customs, markets."""
    st.header(say("Will be late"), anchor=False)
    draw_listed(viewer, found)
    draw_slack(viewer, asked)
    st.header(say("Who made orders late"), anchor=False)
    draw_attribution(viewer, found)
    if found.inferred or found.disordered or found.unattributed:
        st.caption(quality(found))
    st.header(say("Modes and carriers, like for like"), anchor=False)
    draw_comparison(viewer, asked, currency)
    st.header(say("Customs"), anchor=False)
    draw_customs(viewer, asked, currency)
    st.header(say("The same service everywhere"), anchor=False)
    draw_markets(viewer, asked, covered)
