"""One record under the eye: an answer to each step, kept the moment it is given, on a phone or by keyboard."""

from functools import partial

import streamlit as st

from kpi.words import keeping, say
from pages.checks.answering import draw_item
from pages.checks.load import RECORD, Open, load_open
from pages.checks.one import go_to
from pages.checks.told import ONE
from pages.parts.format import count, day
from pages.parts.refusals import say_refusal
from pages.parts.states import State, draw_state
from pages.parts.tables import facts
from pages.parts.trouble import tell
from pages.parts.viewer import Viewer
from sop.audits.checking import finish, next_place, unanswered
from store.database import StateError
from store.state import WrongEntry
from store.state.audit_rows import Audit, Check, Drawn

PROBLEM = "audit_problem"


def draw_record(viewer: Viewer, audit: Audit, place: int) -> None:
    """The record, its items, and the way on."""
    found = load_open(viewer, audit)
    record = found.record(place)
    st.button(say("Back to the audit"), key="to_audit", type="tertiary", on_click=leave)
    if record is None:
        draw_state(State.EMPTY, say("No such record"), say("The audit has {n} records.", n=count(audit.size)))
        return
    draw_about(found, record)
    draw_problem()
    check = found.own(viewer.principal.name, place)
    if check is None:
        draw_beginning(viewer, found, record)
    elif check.finished_at is not None:
        draw_state(State.EMPTY, say("You finished this record"), say("What you found stays as it is."))
        draw_on(viewer, found)
    else:
        draw_items(viewer, found, record, check)


def draw_about(found: Open, record: Drawn) -> None:
    """Which record it is; who did the work stands there for that person and their direct lead only."""
    st.header(say("Record {n} of {all}", n=count(record.place), all=count(len(found.records))), anchor=False)
    st.html(
        facts(
            [
                (say(ONE[found.audit.drawn_from]), record.case_id),
                (say("For"), record.about),
                (say("Day"), day(record.day)),
                (say("Market"), record.market),
                (say("Team"), record.team),
                (say("Shift"), record.shift),
                (say("Channel"), record.channel),
                (say("Person"), record.person),
            ]
        )
    )


def draw_beginning(viewer: Viewer, found: Open, record: Drawn) -> None:
    """The button that makes it one's own to check."""
    checks = found.checks_of(record.place)
    if viewer.principal.name in (record.person, *record.not_by):
        draw_state(State.EMPTY, say("Your own work"), say("Somebody else has to look at it."))
    elif len(checks) > int(record.twice):
        draw_state(State.EMPTY, say("Somebody else checks it"), say("Take the next record."))
    else:
        st.button(
            say("Check this record"), key="begin_record", type="primary",
            on_click=keeping(partial(trying, partial(go_to, viewer, found, record.place))),
        )  # fmt: skip
        return
    draw_on(viewer, found)


def draw_items(viewer: Viewer, found: Open, record: Drawn, check: Check) -> None:
    """Every item with its answer, and the end of the check."""
    for item in found.template.items:
        draw_item(viewer, found.audit, check, item)
    missing = unanswered(found.template, check)
    told = say("Everything is answered and saved.") if not missing else say(
        "{n} of {all} answered and saved", n=count(len(found.template.items) - len(missing)),
        all=count(len(found.template.items)),
    )  # fmt: skip
    st.text(told)
    with st.container(horizontal=True, gap="small"):
        st.button(
            say("Finish this record"), key="finish_record", type="primary", shortcut="Ctrl+Enter",
            on_click=keeping(partial(trying, partial(finish_and_go_on, viewer, found, check))),
        )  # fmt: skip
        st.button(
            say("This is my own work"), key="not_mine",
            on_click=keeping(partial(trying, partial(leave_to_others, viewer, found.audit, record))),
        )  # fmt: skip


def draw_on(viewer: Viewer, found: Open) -> None:
    """The way to the next record there is for this person."""
    place = next_place(viewer.principal, found.records, found.checks)
    if place is not None:
        st.button(
            say("Check the next record"), key="next_record", type="primary", shortcut="Ctrl+Enter",
            on_click=keeping(partial(trying, partial(go_to, viewer, found, place))),
        )  # fmt: skip


def draw_problem() -> None:
    """What kept the last click from being carried out."""
    problem = st.session_state.pop(PROBLEM, "")
    if problem:
        tell(say("Not saved"), problem, kind="info")


def trying(work: partial[None]) -> None:
    """Carry out a click, or say on the next run why not: the callback of a button."""
    try:
        work()
    except (StateError, WrongEntry) as refused:
        st.session_state[PROBLEM] = say_refusal(refused)


def finish_and_go_on(viewer: Viewer, found: Open, check: Check) -> None:
    """The check counts from now on; the next record is begun, or the audit shown where there is none."""
    state, who = viewer.store.state, viewer.acting()
    finish(state, who, found.audit, check)
    after = load_open(viewer, found.audit)
    place = next_place(who, after.records, after.checks)
    if place is None:
        leave()
    else:
        go_to(viewer, after, place)


def leave_to_others(viewer: Viewer, audit: Audit, record: Drawn) -> None:
    """The record is for somebody else."""
    viewer.store.state.checks.not_mine(viewer.acting(), audit.id, record.place)


def leave() -> None:
    """Show the audit from the next run on."""
    st.query_params.pop(RECORD, None)
