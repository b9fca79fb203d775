"""What a page shows before there is any data: how to get some."""

import streamlit as st

from kpi.words import marked, say
from pages.parts.viewer import Viewer

COMMANDS = {
    "fairlead demo": marked("a made-up company with two years of data"),
    "fairlead source inspect FILE": marked("prints a draft mapping of your own export for fairlead.toml"),
    "fairlead sync": marked("reads the sources of fairlead.toml"),
    "fairlead compute": marked("brings the KPIs up to date"),
}


def draw_empty(viewer: Viewer) -> None:
    """The calm beginning."""
    with st.container(border=True, key="empty"):
        if viewer.store.lake.names() and viewer.principal.scope.departments is not None:
            st.text(say("There is no data for the departments you may see. Ask an administrator."))
            return
        st.text(say("There is no data yet. Load the made-up company, or point Fairlead at your own files:"))
        st.code(steps(), language=None)
        st.text(say("While fairlead up runs, new data appears here after the next sync."))


def steps() -> str:
    """The commands, each with what it does."""
    width = max(map(len, COMMANDS)) + 4
    return "\n".join(f"{command:<{width}}# {say(told)}" for command, told in COMMANDS.items())
