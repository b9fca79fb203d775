"""A source tried out: the wish, the wait, and what its first rows were like. Nothing of it is stored."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from uuid import uuid4

import streamlit as st

from kpi.words import marked, say
from pages.parts.errands import draw_waiting, errand_of, go_on
from pages.parts.files_told import say_problem
from pages.parts.format import ABSENT, age, count, moment, words
from pages.parts.load import now
from pages.parts.refusals import say_refusal
from pages.parts.states import State, draw_state
from pages.parts.tables import Cell, Column, table
from pages.parts.trouble import tell
from pages.parts.viewer import Viewer
from store.brought import of_plain
from store.configured import Configured
from store.permits import Permit
from store.state import Errand, ErrandKind, NotAllowed
from store.tried import Trial, Tried

TABLES = (
    Column(marked("Table")), Column(marked("Answered"), "w"), Column(marked("Read"), "r"), Column(marked("Fit"), "r"),
    Column(marked("Refused"), "r"), Column(marked("Why")),
)  # fmt: skip


def may_try(viewer: Viewer, source: Configured | None) -> bool:
    """Whether the reader may have it asked: who may bring data for the whole firm, of what can be asked for nothing."""
    principal = viewer.principal
    return (
        source is not None
        and source.can_be_tried
        and principal.scope.is_whole
        and principal.may(Permit.BRING_DATA)
    )


def draw_trial(viewer: Viewer, source: Configured) -> None:
    """The button, then the steps, then the table of what came."""
    st.header(say("Test"), anchor=False)
    errand = errand_of(viewer, ErrandKind.TRY)
    if errand is not None and errand.asked.get("source") != source.name:
        errand = None
    if errand is not None and not errand.state.ended:
        draw_waiting(viewer, errand)
        return
    if errand is None:
        st.text(
            say("Asks the source for the first rows of every table. Nothing is stored, and nothing moves on.")
        )
    else:
        draw_outcome(errand, now())
    visit = st.session_state.setdefault(f"try_{source.name}", uuid4().hex)
    label = say("Test this source") if errand is None else say("Test again")
    st.button(label, on_click=partial(ask, viewer, source.name, visit), key="try")


def ask(viewer: Viewer, source: str, visit: str) -> None:
    """Ask the worker, once however often it is clicked."""
    try:
        go_on(viewer.store.state.errands.ask(viewer.acting(), ErrandKind.TRY, {"source": source}, visit))
        st.session_state.pop(f"try_{source}", None)
    except NotAllowed as why:
        tell(say("Not asked"), say_refusal(why), kind="info")


def draw_outcome(errand: Errand, at: datetime) -> None:
    """Whether it is well, and table by table what came."""
    if errand.answer is None:
        draw_state(State.FAILED, say("The source could not be asked"), say_problem(errand.message))
        return
    trial, ended = of_plain(Trial, errand.answer), errand.ended_at or at
    st.text(
        f"{verdict(trial.tables)} {say('Asked {moment} ({age} ago).', moment=moment(ended), age=age(ended, at))}"
    )
    st.html(build_tried(trial.tables))


def verdict(tables: Sequence[Tried]) -> str:
    """In one sentence, with the shape of it."""
    if not tables:
        return say("■ The source has no table.")
    if all(each.is_well and not each.refused for each in tables):
        return say("✓ Every table answers, and its first rows fit.")
    if all(each.is_well for each in tables):
        return say("◷ Every table answers; some of the first rows would be set aside.")
    return say("▲ Not well: the table says why.")


def build_tried(tables: Sequence[Tried]) -> str:
    """One row a table."""
    cells: list[list[Cell]] = [
        [
            words(each.table),
            say("✓ yes"),
            *map(count, (each.read, each.fit, each.refused)),
            say_problem(each.why),
        ]
        if each.answered
        else [words(each.table), say("▲ no"), ABSENT, ABSENT, ABSENT, say_problem(each.why)]
        for each in tables
    ]
    return table(TABLES, cells, say("What the first rows were like"), stacks=True)
