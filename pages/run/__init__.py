"""The run page: a procedure followed step by step on a phone; one's own runs, and those for an order or ticket."""

import streamlit as st

from kpi.words import say
from pages.parts.head import draw_head
from pages.parts.load import load_company_of, load_freshness, now
from pages.parts.trouble import guarded
from pages.parts.viewer import Viewer
from pages.run.lists import draw_others, draw_own
from pages.run.one import draw_run
from pages.run.second import draw_second
from pages.run.starting import draw_start

STYLE = "<style>.st-key-run [data-testid='stVerticalBlock']{gap:.75rem}</style>"


@guarded
def render(viewer: Viewer) -> None:
    """The run of `?run=12`, a new one of `?sop=KEY&order=ID`, else the list of what is open."""
    number = st.query_params.get("run", "")
    with st.container(key="run"):
        st.html(STYLE)
        if number.isdecimal():
            draw_run(viewer, int(number))
            return
        company = load_company_of(viewer)
        draw_head(say("Run a procedure"), company.name, company, load_freshness(viewer), now())
        draw_own(viewer)
        draw_start(viewer)
        draw_second(viewer)
        draw_others(viewer)
