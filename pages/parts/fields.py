"""Fields that several forms have."""

from collections.abc import Sequence

import streamlit as st

from kpi.access import known_teams
from kpi.model import Kpi
from kpi.words import marked, say
from pages.parts.filters import EVERYWHERE
from pages.parts.load import load_coverage
from pages.parts.posting import leave
from pages.parts.viewer import Viewer
from store.state import segment_text

EVERY_TEAM = marked("All teams")


def segment_field(viewer: Viewer, kpi: Kpi, market: str | None, key: str) -> str:
    """
    The market and the team something is for, as a segment: any the reader may see; all of them only for who sees all.
    """
    scope, pairs = viewer.principal.scope, {}
    if "market" in kpi.dimensions:
        known = load_coverage(viewer).markets
        pairs["market"] = _part(say("For"), known, scope.markets, market, f"market_{key}", EVERYWHERE)
    if "team" in kpi.dimensions and (teams := load_teams(viewer)):
        pairs["team"] = _part(say("Team"), teams, scope.teams, None, f"team_{key}", EVERY_TEAM)
    return segment_text({name: value for name, value in pairs.items() if value})


def load_teams(viewer: Viewer) -> list[str]:
    """The teams that have figures the reader may see; read once a run, where a form asks for one."""
    return viewer.once("teams", lambda: known_teams(viewer.store.lake, viewer.principal))


def _part(
    label: str, known: Sequence[str], mine: frozenset[str] | None, usual: str | None, key: str, whole: str
) -> str:
    """One of a dimension, empty for all of it."""
    seen = [each for each in known if mine is None or each in mine]
    options = seen if mine is not None and seen else [whole, *seen]
    index = options.index(usual) if usual in options else 0
    picked = st.selectbox(
        label, options, index=index, format_func=lambda each: say(each) if each == whole else each, key=key
    )
    return "" if picked == whole else str(picked)


def save_or_cancel(form: str, label: str) -> bool:
    """The two buttons at the end of a form: whether it was sent; leaving it stores nothing."""
    with st.container(horizontal=True, gap="small"):
        sent = st.form_submit_button(label, type="primary", key=f"save_{form}")
        st.form_submit_button(say("Cancel"), on_click=leave, args=(form,), key=f"cancel_{form}")
    return sent
