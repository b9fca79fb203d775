"""What a page shows before there is any data: how to get some."""

from collections import Counter
from collections.abc import Iterable, Sequence
from html import escape

import streamlit as st

from kpi.figures import words
from kpi.freshness import facts_behind
from kpi.model import Kpi
from kpi.words import listed, marked, say
from pages.parts.states import State, draw_state
from pages.parts.viewer import Viewer

DEMO = "fairlead demo"
MOST_TABLES = 4
COMMANDS = {
    DEMO: marked("a made-up company with two years of data"),
    "fairlead source inspect FILE": marked("prints a draft mapping of your own export for fairlead.toml"),
    "fairlead sync": marked("reads the sources of fairlead.toml"),
    "fairlead compute": marked("brings the KPIs up to date"),
}


def draw_empty(viewer: Viewer) -> None:
    """The calm beginning."""
    if viewer.store.lake.names() and not viewer.principal.scope.is_whole:
        text = say("There is no data in the part of the firm you may see. Ask an administrator.")
        draw_state(State.FORBIDDEN, say("Nothing to show"), text)
        return
    text = say("Load the made-up company, or point Fairlead at your own files:")
    draw_state(State.EMPTY, say("There is no data yet"), text)
    _draw_steps(COMMANDS)


def draw_unread(viewer: Viewer, name: str, kpis: Sequence[Kpi]) -> None:
    """Where a firm has data, but none for these KPIs: the tables nobody has sent, and how to send one."""
    read = set(viewer.store.lake.names())
    asked = Counter(fact for kpi in kpis for fact in facts_behind(kpi) - read)
    tables = [
        words(fact) for fact, _ in sorted(asked.items(), key=lambda each: (-each[1], each[0]))[:MOST_TABLES]
    ]
    told = say("What has been read so far holds nothing that is counted here.")
    if tables:
        told = say(
            "No source has sent what this is counted from. Most is asked of: {tables}.", tables=listed(tables)
        )
    draw_state(State.EMPTY, say("No data for {name} yet", name=name), told)
    _draw_steps([command for command in COMMANDS if command != DEMO])


def _draw_steps(commands: Iterable[str]) -> None:
    st.code(
        steps(commands), language=None, wrap_lines=True
    )  # what scrolls cannot be reached with the keyboard
    later = say("While fairlead up runs, new data appears here after the next sync.")
    st.html(f'<div class="fl-told">{escape(later)}</div>')


def draw_nothing(market: str, known: int) -> None:
    """Where a filter leaves nothing over: which one to relax."""
    text = say("None of {n} KPIs has a value in this market and period. Choose all markets.", n=known)
    draw_state(State.EMPTY, say("Nothing to show for {market}", market=market), text)


def steps(commands: Iterable[str] = COMMANDS) -> str:
    """The commands, each with what it does."""
    width = max(map(len, COMMANDS)) + 4
    return "\n".join(f"{command:<{width}}# {say(COMMANDS[command])}" for command in commands)
