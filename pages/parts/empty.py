"""What a page shows before there is any data: how to get some."""

import streamlit as st

from pages.parts.viewer import Viewer

STEPS = """fairlead demo                     # a made-up company with two years of data

fairlead source inspect FILE      # prints a draft mapping of your own export for fairlead.toml
fairlead sync                     # reads the sources of fairlead.toml
fairlead compute                  # brings the KPIs up to date"""


def draw_empty(viewer: Viewer) -> None:
    """The calm beginning."""
    with st.container(border=True, key="empty"):
        if viewer.store.lake.names() and viewer.principal.scope.departments is not None:
            st.text("There is no data for the departments you may see. Ask an administrator.")
            return
        st.text("There is no data yet. Load the made-up company, or point Fairlead at your own files:")
        st.code(STEPS, language=None)
        st.text("While fairlead up runs, new data appears here after the next sync.")
