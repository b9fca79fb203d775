"""What the worker was asked for: the errand in the address, and how far it is, asked once a second."""

import re
from datetime import datetime, timedelta
from html import escape
from pathlib import Path

import streamlit as st

from kpi.words import keeping, marked, say
from pages.parts.format import count, words
from pages.parts.load import now
from pages.parts.viewer import NotAnyMore, Viewer
from store.state import Errand, ErrandKind, ErrandState

ASKED = "errand"
STYLE = f"<style>{(Path(__file__).parent / 'errands.css').read_text(encoding='utf-8')}</style>"
EVERY_S = 1.0
SLOW = timedelta(seconds=20)
STEPS = {
    ErrandKind.LOOK: {"look": marked("Looking at the first lines")},
    ErrandKind.LOAD: {"read": marked("Reading the file"), "compute": marked("Working out the KPIs")},
    ErrandKind.REPLAY: {
        "replay": marked("Taking the rows in again"),
        "compute": marked("Working out the KPIs"),
    },
    ErrandKind.ERASE: {"erase": marked("Erasing the person from every table")},
    ErrandKind.DRAW: {"draw": marked("Drawing the records by chance")},
    ErrandKind.TRY: {"try": marked("Asking the source for its first rows")},
    ErrandKind.DEMO: {"demo": marked("Making up two years of a company and working out its KPIs")},
}
ROWS = re.compile(r"(\w+) ([\d,]+) rows")


def errand_of(viewer: Viewer, *kinds: ErrandKind) -> Errand | None:
    """The errand in the address, if it is this person's own and of one of these kinds."""
    number = st.query_params.get(ASKED, "")
    known = number.isascii() and number.isdigit() and len(number) < 10
    found = viewer.store.state.errands.get(viewer.principal, int(number)) if known else None
    return found if found and found.kind in kinds else None


def go_on(number: int | None) -> None:
    """Show the step of an errand from the next run on; None begins anew."""
    if number is None:
        st.query_params.pop(ASKED, None)
    else:
        st.query_params[ASKED] = str(number)


def draw_waiting(viewer: Viewer, errand: Errand) -> None:
    """The steps, and which of them is under way; the whole page again once it has ended."""
    st.fragment(keeping(lambda: watch(viewer, errand.id)), run_every=EVERY_S)()


def watch(viewer: Viewer, number: int) -> None:
    """The steps as they stand now; the whole page again once it has ended."""
    try:
        errand = viewer.store.state.errands.get(viewer.acting(), number)
    except NotAnyMore:
        errand = None
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
