"""How the version in force spreads: who has read it, who was trained, and by which version work is done."""

from collections.abc import Mapping
from datetime import date, timedelta

import streamlit as st

from kpi.words import say
from pages.adherence import load
from pages.adherence.shown import Shown
from pages.parts.format import ABSENT, count, day, share
from pages.parts.tables import Cell, Column, Grid
from sop.prepared import Prepared
from sop.share import Share

SHOWN = (0, 7, 14, 28)


def draw_adoption(shown: Shown, ready: Prepared) -> None:
    """Of a procedure whose version in force is asked of at least five people, or by which work was checked."""
    shelf = load.shelves(shown.viewer).get(shown.sop)
    now = shelf.effective() if shelf else None
    if now is None or shelf is None:
        return
    first = min(each.effective_on for each in shelf.of(shelf.source)
                if each.effective_on is not None and each.major == now.major)  # fmt: skip
    grid = build_adoption(shown, first, ready.worked.get(shown.sop, {}))
    if grid.rows:
        st.header(say("How version {name} spreads", name=now.name), anchor=False)
        st.html(grid.html)
        st.caption(
            say("Read, trained and worked by it are three things; checks and runs of the seven days before.")
        )


def build_adoption(shown: Shown, first: date, by_days: Mapping[date, Share]) -> Grid:
    """A row for the first day, and one, two and four weeks later; none that is still to come or tells nothing."""
    state, viewer = shown.viewer.store.state, shown.viewer
    people = viewer.once(
        ("curve", shown.sop),
        lambda: state.standings.curve(viewer.principal, shown.sop, shown.today, SHOWN[-1]),
    )
    known = {each.day: each for each in people}
    columns = [
        Column(say("Day")), Column(say("Have read it"), "r"), Column(say("Are trained"), "r"),
        Column(say("People"), "r"),        Column(say("Checks and runs by it"), "r"), Column(say("Of"), "r"),
    ]  # fmt: skip
    rows: list[list[Cell]] = []
    for after in SHOWN:
        on = first + timedelta(days=after)
        if on > shown.today:
            break
        curve, worked = known.get(on), by_days.get(on, Share(0, 0))
        if curve is None and not worked.denominator:
            continue
        rows.append([
            say("{n} days, {day}", n=after, day=day(on)),
            ABSENT if curve is None else share(curve.read / curve.people),
            ABSENT if curve is None else share(curve.trained / curve.people),
            ABSENT if curve is None else count(curve.people),
            ABSENT if worked.value is None else share(worked.value), count(worked.denominator),
        ])  # fmt: skip
    return Grid(columns, rows, say("How it spreads"))
