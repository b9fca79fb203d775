"""What a page shows before there is any data: how to get some."""

from html import escape

import streamlit as st

from kpi.words import marked, say
from pages.parts.states import State, draw_state
from pages.parts.viewer import Viewer

COMMANDS = {
    "fairlead demo": marked("a made-up company with two years of data"),
    "fairlead source inspect FILE": marked("prints a draft mapping of your own export for fairlead.toml"),
    "fairlead sync": marked("reads the sources of fairlead.toml"),
    "fairlead compute": marked("brings the KPIs up to date"),
}


def draw_empty(viewer: Viewer) -> None:
    """The calm beginning."""
    if viewer.store.lake.names() and viewer.principal.scope.departments is not None:
        text = say("There is no data for the departments you may see. Ask an administrator.")
        draw_state(State.FORBIDDEN, say("Nothing to show"), text)
        return
    text = say("Load the made-up company, or point Fairlead at your own files:")
    draw_state(State.EMPTY, say("There is no data yet"), text)
    st.code(steps(), language=None)
    later = say("While fairlead up runs, new data appears here after the next sync.")
    st.html(f'<div class="fl-told">{escape(later)}</div>')


def draw_nothing(market: str, known: int) -> None:
    """Where a filter leaves nothing over: which one to relax."""
    text = say("None of {n} KPIs has a value in this market and period. Choose all markets.", n=known)
    draw_state(State.EMPTY, say("Nothing to show for {market}", market=market), text)


def steps() -> str:
    """The commands, each with what it does."""
    width = max(map(len, COMMANDS)) + 4
    return "\n".join(f"{command:<{width}}# {say(told)}" for command, told in COMMANDS.items())
