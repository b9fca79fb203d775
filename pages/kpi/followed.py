"""The procedures behind a KPI: were they not followed, or followed and still not good enough?"""

import streamlit as st

from kpi.period import Every, whole_periods
from kpi.words import say
from pages.adherence.load import title_of
from pages.adherence.verdicts import draw_verdicts, load_answers
from pages.kpi.shown import Shown
from pages.sops.load import load_shelves
from sop.library import driving


def draw(shown: Shown) -> None:
    """The verdicts on the procedures in force that say they drive the KPI, over the weeks of the page."""
    viewer, closed = shown.viewer, shown.covered.closed
    sops = [each.key for each in driving(load_shelves(viewer), shown.kpi.key)]
    if not sops or closed is None:
        st.text(say("No procedure in force that you see says that it drives this KPI."))
        return
    span = whole_periods(Every.WEEK, closed, shown.filters.weeks)
    found = load_answers(viewer, shown.kpi.key, sops, span, shown.market)
    if not found:
        st.text(
            say(
                "No record of this KPI was joined with a case or a run of its procedures yet: give their steps rules, "
                "or tie runs to an order, shipment, ticket or batch."
            )
        )
        return
    draw_verdicts(found, lambda sop: title_of(viewer, sop), kpis=False, most=len(found))
    st.caption(say("What goes together is no proof of what brings about what."))
