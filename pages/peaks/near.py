"""The peaks that are near, in a line each: for who opens the overview for two minutes."""

from collections.abc import Callable
from html import escape

import streamlit as st

from kpi.words import listed, say, spoken
from meetings.readiness import Gate, Light, gate_of
from meetings.readiness_told import OPEN, time_told
from pages.parts.kept import kept
from pages.parts.language import language_link
from pages.parts.load import now, scope_key
from pages.parts.promises import LINKS
from pages.parts.viewer import Viewer
from pages.sops.load import today_of

FRESH_S = 300  # so long what was found is shown again; the page of peaks itself is always of now


def draw_near(viewer: Viewer) -> None:
    """From six weeks before a peak until its end; nothing else."""
    at = int(now().timestamp() // FRESH_S)
    who = (viewer.principal.name, viewer.principal.role, scope_key(viewer.principal.scope))
    home = str(viewer.store.home)
    if told := _near(home, at, repr(who), spoken().key, lambda: near_html(viewer)):
        st.html(told)


@kept(200)
def _near(home: str, at: int, who: str, speech: str, _make: Callable[[], str]) -> str:
    return _make()


def near_html(viewer: Viewer) -> str:
    """A line each; empty where none is near."""
    today = today_of(viewer)
    peaks = [each for each in viewer.store.state.peaks.rows(viewer.principal, today) if each.is_near(today)]
    lines = [_line(gate_of(viewer.store, viewer.principal, each, today)) for each in peaks]
    return (
        f'{LINKS}<div class="fl-told">{"".join(f"<div>{each}</div>" for each in lines)}</div>'
        if lines
        else ""
    )


def _line(gate: Gate) -> str:
    href = f"peaks?peak={gate.peak.id}{language_link()}"
    left = [say(OPEN[each.check]) for each in gate.found if each.light is not Light.READY]
    told = say("ready") if gate.is_open else say("still open: {checks}", checks=listed(left))
    when = time_told(gate.peak, gate.day)
    return (
        f'<a href="{escape(href)}" target="_self">{escape(gate.peak.name)}</a> {escape(f"{when} · {told}")}'
    )
