"""How the version in force spreads: who has read it, who was trained, and by which version work is done."""

from collections.abc import Mapping
from datetime import date

import streamlit as st

from kpi.score import Status
from kpi.words import say
from pages.adherence import load
from pages.adherence.shown import Shown
from pages.parts.format import ABSENT, count, day, share
from pages.parts.tables import Cell, Column, Grid, Marked
from sop.adherence.straying import strayed
from sop.library import Shelved
from sop.outcomes.spreading import first_day, spread
from sop.prepared import Prepared
from sop.share import Share


def draw_adoption(shown: Shown, ready: Prepared) -> None:
    """Of a procedure whose version in force is asked of at least five people, or by which work was checked."""
    shelf = load.shelves(shown.viewer).get(shown.sop)
    now = shelf.effective() if shelf else None
    if now is None or shelf is None:
        return
    grid = build_adoption(shown, shelf, ready.worked.get(shown.sop, {}))
    if grid.rows:
        st.header(say("How version {name} spreads", name=now.name), anchor=False)
        st.html(grid.html)
        st.caption(
            say(
                "Read, trained and worked by it are three things; checks and runs of the seven days before. Work by a "
                "version that did not count on its day is a deviation."
            )
        )


def build_adoption(shown: Shown, shelf: Shelved, by_days: Mapping[date, Share]) -> Grid:
    """A row for the first day, and one, two and four weeks later; none that is still to come or tells nothing."""
    viewer, today = shown.viewer, shown.today
    state, who = viewer.store.state, viewer.principal
    days = viewer.once(
        ("spread", shown.sop), lambda: spread(state, who, shown.sop, first_day(shelf), by_days, today)
    )
    away = strayed(viewer.store.lake, who, shelf, [each.on for each in days])
    columns = [
        Column(say("Day")), Column(say("Have read it"), "r"), Column(say("Are trained"), "r"),
        Column(say("People"), "r"),        Column(say("Checks and runs by it"), "r"), Column(say("Of"), "r"),
        Column(say("By one that did not count"), "r"),
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
            _deviations(away.get(each.on, Share(0, 0))),
        ])  # fmt: skip
    return Grid(columns, rows, say("How it spreads"))


def _deviations(away: Share) -> Cell:
    """How many, marked where there are any; nothing where no version is known."""
    if not away.denominator:
        return ABSENT
    return Marked(count(away.numerator), Status.OFF_TARGET) if away.numerator else "0"
