"""What new versions of procedures did to the KPIs they are meant to move, and when that can be judged."""

from collections.abc import Callable, Sequence

import streamlit as st

from kpi.catalog import KPIS
from kpi.score import Status
from kpi.words import say
from pages.adherence.ready import load_prepared, worked_out
from pages.parts.format import day
from pages.parts.load import load_company_of
from pages.parts.tables import Cell, Column, Grid, Link, Marked
from pages.parts.viewer import Viewer
from sop.diagnosis.closing import sentence
from sop.diagnosis.effect import Outcome
from sop.library import Shelved
from sop.outcomes.effects import Story

MOVED = {
    Outcome.IMPROVED: Status.ON_TARGET, Outcome.WORSENED: Status.OFF_TARGET, Outcome.CONFOUNDED: Status.AT_RISK,
}  # fmt: skip
Name = Callable[[str], Cell]


def draw_effects(viewer: Viewer, shelf: Shelved) -> None:
    """Of the versions of one procedure that took effect within a year; nothing where there are none."""
    ready = load_prepared(viewer)
    found = [each for each in ready.stories if each.sop == shelf.key] if ready else []
    if ready is not None and found:
        st.header(say("Did new versions help?"), anchor=False)
        st.html(build_stories(found, load_company_of(viewer).currency).html)
        st.caption(worked_out(ready))


def build_stories(found: Sequence[Story], currency: str, name: Name | None = None) -> Grid:
    """A row a version and KPI: what is found, with how sure it is and when it will be; `name` tells the procedures."""
    columns = [
        *([Column(say("SOP"))] if name else []), Column(say("Version"), "w"), Column(say("KPI")),
        Column(say("Found"), "w"), Column(say("What was seen")),
    ]  # fmt: skip
    rows: list[list[Cell]] = [
        [
            *([name(each.sop)] if name else []),
            say("{name}, from {day}", name=each.version, day=day(each.since)),
            Link(say(KPIS[each.kpi].name), f"kpi?kpi={each.kpi}"),
            Marked(each.effect.outcome.heading, MOVED.get(each.effect.outcome, Status.SMALL_SAMPLE)),
            seen_of(each, currency),
        ]
        for each in sorted(found, key=lambda one: (one.since, one.outcome), reverse=True)
    ]
    return Grid(columns, rows, say("Did new versions help?"))


def seen_of(each: Story, currency: str) -> str:
    """The sentence of the effect; of one that is too early, when it can be judged."""
    told = sentence(each.effect, KPIS[each.kpi], currency)
    if each.effect.outcome is Outcome.TOO_EARLY:
        return f"{told} {say('It can be judged on {day}.', day=day(each.verify_on))}"
    return told
