"""While the worker is at it: how far it is, asked for once a second in the state database."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from html import escape

import streamlit as st

from kpi.words import keeping, marked, say
from pages.parts.format import count, words
from pages.parts.load import now
from pages.parts.viewer import Viewer
from store.state import Errand, ErrandKind, ErrandState

EVERY_S = 1.0
SLOW = timedelta(seconds=20)
STEPS = {
    ErrandKind.LOOK: {"look": marked("Looking at the first lines")},
    ErrandKind.LOAD: {"read": marked("Reading the file"), "compute": marked("Working out the KPIs")},
    ErrandKind.REPLAY: {
        "replay": marked("Taking the rows in again"),
        "compute": marked("Working out the KPIs"),
    },
    ErrandKind.DEMO: {"demo": marked("Making up two years of a company and working out its KPIs")},
}
ROWS = re.compile(r"(\w+) ([\d,]+) rows")


def draw_waiting(viewer: Viewer, errand: Errand, leave: Callable[[], None]) -> None:
    """The steps, which of them is under way, and a way out that stops nothing."""
    st.fragment(keeping(lambda: watch(viewer, errand.id)), run_every=EVERY_S)()
    st.button(say("Another file"), on_click=leave, type="tertiary")


def watch(viewer: Viewer, number: int) -> None:
    """The steps as they stand now; the whole page again once it has ended."""
    errand = viewer.store.state.errands.get(viewer.principal, number)
    if errand is None or errand.state.ended:
        st.rerun()
    st.html(steps_html(errand, now()))


def steps_html(errand: Errand, at: datetime) -> str:
    """The steps as a list, each with a shape for done, under way and to come."""
    steps, (under_way, _, more) = STEPS[errand.kind], errand.step.partition("|")
    names = list(steps)
    reached = names.index(under_way) if under_way in names else 0
    if errand.state is ErrandState.WAITING:
        reached = -1
    lines = [("✓", say("Asked for"))] if reached >= 0 else [("●", waiting(errand, at))]
    for place, name in enumerate(names):
        glyph = "✓" if place < reached else "●" if place == reached else "○"
        told = f": {detail(more)}" if place == reached and more else ""
        lines.append((glyph, say(steps[name]) + told))
    items = "".join(
        f'<li><span aria-hidden="true">{glyph}</span> {escape(text)}</li>' for glyph, text in lines
    )
    return f'<ol class="fl-steps" role="list" aria-live="polite">{items}</ol>'


def waiting(errand: Errand, at: datetime) -> str:
    """What it waits for."""
    if at - errand.asked_at < SLOW:
        return say("Waiting for the worker")
    return say("Waiting for the worker: it is busy with a round, or does not run (fairlead up starts it)")


def detail(more: str) -> str:
    """`shipments 800 rows` as people read it; the name of a table otherwise."""
    found = ROWS.fullmatch(more)
    if found is None:
        return words(more)
    number = count(int(found.group(2).replace(",", "")))
    return say("{rows} rows of {table}", rows=number, table=words(found.group(1)))
