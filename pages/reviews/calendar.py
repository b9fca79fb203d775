"""The reviews of a year by month: what is late, what came up, and which versions are to come."""

from collections.abc import Sequence
from datetime import date
from html import escape
from itertools import groupby

import streamlit as st

from kpi.score import Status
from kpi.words import clauses, marked, say, say_many
from pages.parts.format import ABSENT, day, month
from pages.parts.language import language_link
from pages.parts.states import State, draw_state
from pages.parts.tables import Cell, Column, Link, Marked, table
from pages.parts.viewer import Viewer
from pages.sops.load import load_shelves, owner_told
from sop.library import Shelved
from sop.review_life import Due, coming, evidence_told, reason_told
from sop.review_life import calendar as calendar_of
from store.state import Edition, Trigger

COLUMNS = (
    Column(marked("Procedure")), Column(marked("Due"), "w"), Column(marked("Why")), Column(marked("Owner")),
    Column(marked("Last review"), "w"),
)  # fmt: skip


def draw(viewer: Viewer) -> None:
    """Late ones first, then month by month; what is planned stands in its month."""
    shelves = load_shelves(viewer)
    reasons = viewer.store.state.triggers.rows(viewer.principal)
    due, planned = calendar_of(shelves, reasons), coming(shelves)
    if not due and not planned:
        draw_state(State.EMPTY, say("Nothing to review"), say("No procedure is in force yet."))
        return
    late = [each for each in due if each.is_late]
    if late:
        _section(say("Overdue"), [_line(viewer, each) for each in late])
        told = say_many("{n} review is overdue.", "{n} reviews are overdue.", len(late))
        st.html(f'<div class="fl-told">{escape(told)}</div>')
    else:
        draw_state(State.EMPTY, say("No review is overdue"), say("Every procedure was looked at in time."))
    entries = [(each.by, _line(viewer, each)) for each in due if not each.is_late]
    entries += [
        (later.effective_on, _planned(viewer, shelf, later)) for shelf, later in planned if later.effective_on
    ]
    _months(entries)


def _months(entries: Sequence[tuple[date, list[Cell]]]) -> None:
    ordered = sorted(entries, key=lambda each: each[0])
    for first, group in groupby(ordered, key=lambda each: each[0].replace(day=1)):
        _section(month(first), [line for _, line in group])


def _section(title: str, lines: Sequence[list[Cell]]) -> None:
    st.header(title, anchor=False)
    st.html(table(COLUMNS, lines, title, stacks=True))


def _line(viewer: Viewer, due: Due) -> list[Cell]:
    shown = due.shelf.shown(due.shelf.source)
    by: Cell = Marked(day(due.by), Status.AT_RISK) if due.is_late else day(due.by)
    reviewed = due.shelf.clock.reviewed
    return [
        Link(shown.title or due.shelf.key, f"sop?sop={due.shelf.key}{language_link()}"), by, why(due.reasons),
        owner_told(viewer, shown), day(reviewed) if reviewed else ABSENT,
    ]  # fmt: skip


def why(reasons: Sequence[Trigger]) -> str:
    """What came up since the last review; that its time has come, where nothing did."""
    if not reasons:
        return say("its time has come")
    return clauses(f"{reason_told(each.kind)}: {evidence_told(each)}" for each in reasons)


def _planned(viewer: Viewer, shelf: Shelved, later: Edition) -> list[Cell]:
    on = later.effective_on
    return [
        Link(later.title or shelf.key, f"sop?sop={shelf.key}&version={later.name}{language_link()}"),
        day(on) if on else ABSENT, say("version {name} takes effect: {change}", name=later.name, change=later.change),
        owner_told(viewer, later), ABSENT,
    ]  # fmt: skip
