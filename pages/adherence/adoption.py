"""How the version in force spreads: who has read it, who was trained, and by which version work is done."""

from collections.abc import Mapping
from datetime import date

import streamlit as st

from kpi.words import say
from pages.adherence import load
from pages.adherence.shown import Shown
from pages.parts.format import ABSENT, count, day, share
from pages.parts.tables import Cell, Column, Grid
from sop.outcomes.spreading import first_day, spread
from sop.prepared import Prepared
from sop.share import Share


def draw_adoption(shown: Shown, ready: Prepared) -> None:
    """Of a procedure whose version in force is asked of at least five people, or by which work was checked."""
    shelf = load.shelves(shown.viewer).get(shown.sop)
    now = shelf.effective() if shelf else None
    if now is None or shelf is None:
        return
    grid = build_adoption(shown, first_day(shelf), ready.worked.get(shown.sop, {}))
    if grid.rows:
        st.header(say("How version {name} spreads", name=now.name), anchor=False)
        st.html(grid.html)
        st.caption(
            say("Read, trained and worked by it are three things; checks and runs of the seven days before.")
        )


def build_adoption(shown: Shown, first: date, by_days: Mapping[date, Share]) -> Grid:
    """A row for the first day, and one, two and four weeks later; none that is still to come or tells nothing."""
    viewer, today = shown.viewer, shown.today
    state, who = viewer.store.state, viewer.principal
    days = viewer.once(("spread", shown.sop), lambda: spread(state, who, shown.sop, first, by_days, today))
    columns = [
        Column(say("Day")), Column(say("Have read it"), "r"), Column(say("Are trained"), "r"),
        Column(say("People"), "r"),        Column(say("Checks and runs by it"), "r"), Column(say("Of"), "r"),
    ]  # fmt: skip
    rows: list[list[Cell]] = []
    for each in days:
        curve, worked = each.curve, each.worked
        rows.append([
            say("{n} days, {day}", n=each.after, day=day(each.on)),
            ABSENT if curve is None else share(curve.read / curve.people),
            ABSENT if curve is None else share(curve.trained / curve.people),
            ABSENT if curve is None else count(curve.people),
            ABSENT if worked.value is None else share(worked.value), count(worked.denominator),
        ])  # fmt: skip
    return Grid(columns, rows, say("How it spreads"))
