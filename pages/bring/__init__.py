"""Bring data: a file from somebody's hands becomes figures, step by step; the worker does what takes time."""

from functools import partial

import streamlit as st

from kpi.words import say
from pages.bring.mapping import draw_found
from pages.bring.outcome import draw_failed, draw_loaded
from pages.bring.sending import draw_sending
from pages.parts.errands import STYLE, draw_waiting, errand_of, go_on
from pages.parts.head import context_line, draw_head
from pages.parts.load import load_company_of, load_coverage, load_freshness, now
from pages.parts.states import State, draw_state
from pages.parts.trouble import guarded
from pages.parts.viewer import Viewer
from store.brought import Bring, Found, Loaded, of_plain
from store.permits import Permit
from store.state import Errand, ErrandKind

KINDS = (ErrandKind.LOOK, ErrandKind.LOAD)


@guarded
def render(viewer: Viewer) -> None:
    """The page: which step it shows follows from the errand in its address, so that it survives a reload."""
    covered, company = load_coverage(viewer), load_company_of(viewer)
    draw_head(say("Bring data"), context_line(covered, None, company), company, load_freshness(viewer), now())
    st.html(STYLE)
    if not may_bring(viewer):
        text = say(
            "Files concern the whole firm: bringing them is for managers and administrators who see all of it."
        )
        draw_state(State.FORBIDDEN, say("You can't bring data"), text)
        return
    draw_step(viewer, errand_of(viewer, *KINDS))


def may_bring(viewer: Viewer) -> bool:
    """Whether this person may; the store decides again when it is asked."""
    return viewer.principal.scope.is_whole and viewer.principal.may(Permit.BRING_DATA)


def draw_step(viewer: Viewer, errand: Errand | None) -> None:
    """What comes next."""
    again = partial(go_on, None)
    if errand is None:
        draw_sending(viewer, go_on)
    elif not errand.state.ended:
        draw_waiting(viewer, errand)
        st.button(say("Another file"), on_click=again, type="tertiary")
    elif errand.answer is None:
        draw_failed(errand, go_on)
        if errand.kind is ErrandKind.LOOK and not of_plain(Bring, errand.asked).look:
            draw_sending(viewer, go_on)
    elif errand.kind is ErrandKind.LOOK:
        draw_found(viewer, errand, of_plain(Found, errand.answer), go_on)
    else:
        draw_loaded(viewer, of_plain(Loaded, errand.answer), again)
