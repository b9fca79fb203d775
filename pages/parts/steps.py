"""Steps back and forward: the link a step leads to is the whole view."""

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx


def follow_step() -> None:
    """Hold on to what the link says after the browser's back or forward button; to be called before any widget.

    Streamlit drops from the link of the page that is gone back to whatever a widget of the page that was left had
    bound, too: market and period, which every page knows by the same names.
    """
    run = get_script_run_ctx()
    if run is None or not run.is_history_navigation:
        return
    with run.session_state.query_params() as known:
        whole = len(known)
        known.populate_from_query_string(run.query_string)
        if len(known) == whole:
            return
        known.set_initial_query_params(run.query_string)
        dropped = next(key for key in known if not known.is_bound(key))
    st.query_params[dropped] = st.query_params.get_all(dropped)  # has the browser write the whole link again
