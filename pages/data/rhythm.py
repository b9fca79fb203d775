"""How often a source is expected: what is known of it, and the choice of who brings it."""

from functools import partial

import streamlit as st

from kpi.words import marked, say
from pages.parts.refusals import say_refusal
from pages.parts.trouble import tell
from pages.parts.viewer import Viewer
from store.permits import Permit
from store.rhythm import Origin, Rhythm
from store.state import Freshness, NotAllowed

ORIGINS = {
    Origin.CONFIGURED: marked("as fairlead.toml says"), Origin.TOLD: marked("as somebody said"),
    Origin.LEARNT: marked("learnt from its loads"), Origin.ASSUMED: marked("assumed until it was loaded on three days"),
}  # fmt: skip
RHYTHMS = {
    None: marked("as its loads show"), Rhythm.DAILY: marked("daily"), Rhythm.WEEKLY: marked("weekly"),
    Rhythm.MONTHLY: marked("monthly"), Rhythm.QUARTERLY: marked("quarterly"), Rhythm.ONCE: marked("once"),
}  # fmt: skip


def draw_rhythm(viewer: Viewer, known: Freshness) -> None:
    """A choice for who may bring data; what the configuration says is changed there."""
    may = viewer.principal.scope.is_whole and viewer.principal.may(Permit.BRING_DATA)
    if not may or known.expected.origin is Origin.CONFIGURED:
        return
    options, key = list(RHYTHMS), f"rhythm_{known.source}"
    said = known.expected.rhythm if known.expected.origin is Origin.TOLD else None
    st.selectbox(
        say("Something new is expected"), options, index=options.index(said), key=key, width=260,
        format_func=lambda each: say(RHYTHMS[each]), on_change=partial(save, viewer, known.source, key),
        help=say("A source is late, and its KPIs unknown, once its turn has passed; one expected once never is."),
    )  # fmt: skip


def save(viewer: Viewer, source: str, key: str) -> None:
    """Keep what was chosen."""
    try:
        viewer.store.state.rhythms.tell(viewer.acting(), source, st.session_state[key])
    except NotAllowed as why:
        tell(say("Not saved"), say_refusal(why), kind="info")
