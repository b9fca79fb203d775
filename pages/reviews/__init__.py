"""What keeps procedures right: when each is reviewed, what people say of steps, and what is done about it."""

from collections.abc import Callable

import streamlit as st

from kpi.words import marked, say
from pages.parts.choices import switch
from pages.parts.head import context_line, draw_head
from pages.parts.load import load_company_of, load_coverage, load_freshness, now
from pages.parts.trouble import guarded
from pages.parts.viewer import Viewer
from pages.reviews import announcing, calendar, mending, mine, triage
from pages.sops.look import STYLE
from store.permits import Permit

PARTS: dict[str, tuple[str, Callable[[Viewer], None]]] = {
    "calendar": (marked("Calendar"), calendar.draw),
    "flags": (marked("Flags"), triage.draw),
    "actions": (marked("Corrective actions"), mending.draw),
    "changes": (marked("Changes outside"), announcing.draw),
    "mine": (marked("My flags"), mine.draw),
}
FOR_ALL = ("calendar", "actions", "mine")


@guarded
def render(viewer: Viewer) -> None:
    """The page of `?part=NAME`; readers find the calendar, the actions and what became of their own flags."""
    company = load_company_of(viewer)
    draw_head(
        say("Reviews and flags"), context_line(load_coverage(viewer), None, company), company,
        load_freshness(viewer), now(),
    )  # fmt: skip
    st.html(STYLE)
    writes = viewer.principal.may(Permit.WRITE_PROCEDURES)
    names = list(PARTS) if writes else ["mine", *(each for each in FOR_ALL if each != "mine")]
    picked = switch(say("What to look at"), {each: say(PARTS[each][0]) for each in names}, "part")
    with st.container(key=f"part_{picked}"):
        PARTS[picked][1](viewer)
