"""Fields that several forms have."""

import streamlit as st

from kpi.model import Kpi
from kpi.words import say
from pages.parts.filters import EVERYWHERE
from pages.parts.load import load_coverage
from pages.parts.posting import leave
from pages.parts.viewer import Viewer
from store.state import segment_text


def segment_field(viewer: Viewer, kpi: Kpi, market: str | None, key: str) -> str:
    """The market something is for, as a segment: any the reader may see; all of them only for who sees all."""
    if "market" not in kpi.dimensions:
        return ""
    scope, known = viewer.principal.scope.markets, load_coverage(viewer).markets
    markets = known if scope is None else tuple(each for each in known if each in scope)
    options = markets if scope is not None and markets else (EVERYWHERE, *markets)
    index = options.index(market) if market in options else 0
    picked = st.selectbox(say("For"), options, index=index, format_func=say, key=f"market_{key}")
    return "" if picked == EVERYWHERE else segment_text({"market": picked})


def save_or_cancel(form: str, label: str) -> bool:
    """The two buttons at the end of a form: whether it was sent; leaving it stores nothing."""
    with st.container(horizontal=True, gap="small"):
        sent = st.form_submit_button(label, type="primary", key=f"save_{form}")
        st.form_submit_button(say("Cancel"), on_click=leave, args=(form,), key=f"cancel_{form}")
    return sent
