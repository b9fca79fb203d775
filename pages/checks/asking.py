"""The draw is the worker's work: it is asked for, watched, and asked for again where nothing came of it."""

import streamlit as st

from kpi.words import say
from pages.checks.load import ASKED
from pages.parts.errands import STYLE, draw_waiting, errand_of, go_on
from pages.parts.states import State, draw_state
from pages.parts.viewer import Viewer
from store.state import ErrandKind
from store.state.audit_rows import Audit


def ask_for_draw(viewer: Viewer, audit: Audit) -> None:
    """Ask the worker, and show the audit from the next run on."""
    asked = {"audit": audit.id}
    number = viewer.store.state.errands.ask(viewer.acting(), ErrandKind.DRAW, asked)
    st.query_params[ASKED] = str(audit.id)
    go_on(number)


def draw_drawing(viewer: Viewer, audit: Audit) -> None:
    """How far the draw is; what kept it, and the way to ask again."""
    st.html(STYLE)
    errand = errand_of(viewer, ErrandKind.DRAW)
    if errand is not None and not errand.state.ended:
        draw_waiting(viewer, errand)
        return
    if audit.problem:
        draw_state(State.FAILED, say("Nothing was drawn"), audit.problem)
    else:
        draw_state(State.EMPTY, say("Nothing was drawn yet"), say("The worker draws the records."))
    st.button(
        say("Draw the records"), key="draw_again", type="primary", on_click=ask_for_draw, args=(viewer, audit)
    )
