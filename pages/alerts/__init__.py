"""Alerts: what needs a person, gathered by incident; one episode with its life; and whether alerts deserve people."""

from collections.abc import Callable

import streamlit as st

from kpi.words import marked, say
from pages.alerts import messages, one, opened, worth
from pages.parts.choices import switch
from pages.parts.head import context_line, draw_head
from pages.parts.load import load_company_of, load_coverage, load_freshness, now
from pages.parts.trouble import guarded
from pages.parts.viewer import Viewer
from pages.sops.look import STYLE

PARTS: dict[str, tuple[str, Callable[[Viewer], None]]] = {
    "open": (marked("Open"), opened.draw),
    "messages": (marked("Messages"), messages.draw),
    "quality": (marked("Quality"), worth.draw),
}


@guarded
def render(viewer: Viewer) -> None:
    """The page of `?part=NAME`, or of one episode (`?episode=NUMBER`)."""
    company = load_company_of(viewer)
    draw_head(
        say("Alerts"),
        context_line(load_coverage(viewer), None, company),
        company,
        load_freshness(viewer),
        now(),
    )
    st.html(STYLE)
    if "episode" in st.query_params:
        one.draw(viewer)
        return
    picked = switch(say("What to look at"), {each: say(PARTS[each][0]) for each in PARTS}, "part")
    with st.container(key=f"alerts_{picked}"):
        PARTS[picked][1](viewer)
