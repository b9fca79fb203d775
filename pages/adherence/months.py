"""Months of adherence as a chart, and the steps of which checklists and systems tell different things."""

import streamlit as st

from kpi.words import say
from pages.adherence import build, load
from pages.adherence.chart import month_chart
from pages.adherence.shown import Shown
from pages.parts.built import built
from pages.parts.steady import draw_vega
from pages.parts.theme import mode, palette


def draw_months(shown: Shown) -> None:
    """A year of months at least, by both accounts."""
    found = load.load_months(shown.viewer, shown.asked.span, shown.asked.market, shown.sop, shown.step)
    if not found:
        return
    title = shown.title(shown.sop, shown.step) if shown.sop else say("All procedures")
    marks = load.versions_of(shown.viewer, shown.sop) if shown.sop else ()
    chart = built(
        shown.viewer, "adherence-months", shown.key, lambda: month_chart(found, marks, palette(mode()), title)
    )  # fmt: skip
    with st.container(border=True, gap=None, key="panel_months"):
        st.text(say("{title}: steps followed by month", title=title))
        st.caption(
            say("Line: systems, all cases. Dashed: checklists and random checks. Dotted: a new version.")
        )
        draw_vega(chart, "months")


def draw_demands(shown: Shown) -> None:
    """Steps whose checklists say another thing than systems, over the last eight weeks, and the audit each asks for."""
    found = load.load_demands(shown.viewer, shown.today)
    mine = [
        each
        for each in found
        if shown.sop in ("", each.sop) and shown.department in ("", shown.department_of(each.sop))
    ]
    if mine:
        st.header(say("Checklists and systems disagree"), anchor=False)
        st.html(build.demands(mine, shown.title).html)
        st.caption(say("More than five points apart over the last eight weeks, on 30 rows or more each."))
