"""Regulations and systems that change, with the procedures they touch; each asks for a review before its day."""

from datetime import date, timedelta
from itertools import groupby

import streamlit as st

from kpi.score import Status
from kpi.words import listed, marked, say
from pages.parts.fields import save_or_cancel
from pages.parts.format import day
from pages.parts.posting import begin, draft_of, post
from pages.parts.states import State, draw_state
from pages.parts.tables import Cell, Column, Marked, table
from pages.parts.viewer import Viewer
from pages.sops.load import load_shelves, today_of
from sop.review_life import reason_told
from store.permits import Permit
from store.state import Announced, Trigger, TriggerKind
from store.state.edits import require
from store.state.triggers import ANNOUNCED, LONGEST_EVIDENCE, LONGEST_SOURCE

FORM = "announce"
COLUMNS = (
    Column(marked("Change")), Column(marked("What kind"), "w"), Column(marked("Takes effect"), "w"),
    Column(marked("Procedures")), Column(marked("Written where")), Column(marked("Entered by")),
)  # fmt: skip


def draw(viewer: Viewer) -> None:
    """Those entered so far, the latest day first, and the form for another."""
    require(viewer.principal, Permit.WRITE_PROCEDURES)
    rows = viewer.store.state.triggers.rows(viewer.principal, answered=True)
    found = [each for each in rows if each.kind in ANNOUNCED]
    if found:
        st.html(table(COLUMNS, lines(viewer, found), say("Changes outside"), stacks=True))
    else:
        draw_state(
            State.EMPTY, say("No change was entered"), say("Enter a regulation or a system that changes.")
        )
    if draft_of(FORM) is None:
        st.button(say("Enter a change"), key="announce_new", on_click=begin, args=(FORM, "new"))
    else:
        draw_form(viewer)


def lines(viewer: Viewer, found: list[Trigger]) -> list[list[Cell]]:
    """One line a change, whatever it touches; procedures that were reviewed since are ticked off."""
    titles = {each.key: each.shown(each.source).title or each.key for each in load_shelves(viewer)}

    def of(each: Trigger) -> tuple[str, str, str, str]:
        return str(each.takes_effect), each.evidence, each.kind, each.source

    told: list[list[Cell]] = []
    for _, group in groupby(sorted(found, key=of, reverse=True), key=of):
        all_of = list(group)
        first = all_of[0]
        on = day(first.takes_effect) if first.takes_effect else ""
        waits = any(each.review is None for each in all_of)
        names = listed(f"{titles.get(each.sop, each.sop)}{' ✓' if each.review else ''}" for each in all_of)
        late = waits and first.due < today_of(viewer)
        when: Cell = Marked(on, Status.AT_RISK) if late else on
        told.append([first.evidence, reason_told(first.kind), when, names, first.source, first.raised_by])
    return told


def draw_form(viewer: Viewer) -> None:
    """What changes, where it is written, from when, and which procedures it touches."""
    draft, today = draft_of(FORM), today_of(viewer)
    key = draft.key if draft else ""
    titles = {
        each.key: each.shown(each.source).title or each.key
        for each in load_shelves(viewer)
        if each.effective()
    }
    kinds = {each: reason_told(each) for each in ANNOUNCED}
    with st.form(f"form_{FORM}", width=760):
        kind = st.radio(
            say("What kind"),
            list(kinds),
            format_func=lambda each: kinds[each],
            horizontal=True,
            key=f"kind_{key}",
        )
        what = st.text_input(say("What changes"), max_chars=LONGEST_EVIDENCE, key=f"what_{key}")
        source = st.text_input(
            say("Address of the page that says so"), max_chars=LONGEST_SOURCE, key=f"source_{key}"
        )
        on = st.date_input(say("Takes effect"), today + timedelta(days=30), key=f"on_{key}")
        sops = st.multiselect(
            say("Procedures"), list(titles), format_func=lambda each: titles[each], key=f"sops_{key}"
        )
        sent = save_or_cancel(FORM, say("Save"))
    if sent:
        state, who = viewer.store.state, viewer.principal
        when = on if isinstance(on, date) else today
        picked = kind or TriggerKind.REGULATION

        def announce(command: str) -> object:
            change = Announced(picked, what, source, when, frozenset(sops))
            return state.triggers.announce(who, change, today, command)

        post(FORM, announce)
