"""Actions on a page: the one each KPI shows, and on the KPI's own page the list and the form."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from html import escape

import streamlit as st

from kpi.catalog import find
from kpi.model import Kpi
from kpi.vocabulary import named
from kpi.words import marked, say
from meetings.actions import (
    change,
    close,
    in_market,
    is_overdue,
    most_urgent,
    open_action,
    open_actions,
    overdue_since,
)
from pages.parts.fields import save_or_cancel, segment_field
from pages.parts.format import day, words
from pages.parts.load import load_company_of, now
from pages.parts.people import named_owner, owner_field
from pages.parts.posting import Draft, begin, draft_of, post
from pages.parts.viewer import Viewer
from store.permits import Permit
from store.state import Action, ActionStatus, segment_pairs
from store.state.actions import LONGEST_NOTE, LONGEST_TEXT

IN_DAYS = 7
Command = Callable[[str], object]
WORDS = {ActionStatus.DONE: marked("Done"), ActionStatus.DROPPED: marked("Dropped")}


def load_actions(viewer: Viewer, market: str | None = None) -> Mapping[str, Action]:
    """The open action of each KPI that is due first, by the KPI's key; read once a run."""
    found = viewer.once("actions", lambda: open_actions(viewer.store.state, viewer.principal))
    return most_urgent(in_market(found, market))


def load_overdue(viewer: Viewer, market: str | None = None) -> dict[str, date]:
    """The day the longest overdue action of each KPI was due, for `kpi.decisions.needs_decision`."""
    return overdue_since(load_actions(viewer, market).values(), today_of(viewer))


def today_of(viewer: Viewer) -> date:
    """The day it is for the firm; due days are counted by it, not by the day of the data."""
    return load_company_of(viewer).today(now())


def draw_actions(viewer: Viewer, kpi: Kpi, market: str | None) -> None:
    """The open actions on a KPI, and the forms to start, change and close one."""
    form, today = f"action_{kpi.key}", today_of(viewer)
    found = in_market(open_actions(viewer.store.state, viewer.principal, kpi.key), market)
    draft = draft_of(form)
    may = viewer.principal.may(Permit.CHANGE_ACTIONS)
    for each in found:
        _row(form, each, today, busy=draft is not None or not may)
    if draft is not None:
        _form(viewer, kpi, market, form, draft, today)
        return
    if not found:
        st.html(
            f'<div class="fl-told">{escape(say("Nobody has promised to do anything about this yet."))}</div>'
        )
    if may:
        st.button(say("Start an action"), key=f"start_{form}", on_click=begin, args=(form, "new"))


def _row(form: str, action: Action, today: date, busy: bool) -> None:
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", width=760, key=f"row_{form}_{action.id}"
    ):
        st.html(row_html(action, today))
        if not busy:
            for label, purpose in ((say("Done"), "close"), (say("Edit"), "change")):
                st.button(
                    label, key=f"{purpose}_{form}_{action.id}", type="tertiary", on_click=begin,
                    args=(form, purpose, action),
                )  # fmt: skip


def row_html(action: Action, today: date) -> str:
    """What will be done, by whom, until when; whether it is late in shape and word. Everything escaped."""
    mark = f'<span aria-hidden="true">▲</span> {escape(say("Overdue"))}'
    late = f'<span class="fl-watch">{mark}</span> ' if is_overdue(action, today) else ""
    quiet = f'<span class="fl-quiet">{escape(who_until(action, today))}</span>'
    return f'<div class="fl-action">{late}<span>{escape(action.text)}</span> {quiet}</div>'


def who_until(action: Action, today: date) -> str:
    """`Ann · due 4 May`, and the part of the KPI it is for."""
    part = [f"{words(name).lower()} {named(value)}" for name, value in segment_pairs(action.segment).items()]
    return " · ".join([action.owner, say("due {day}", day=day(action.due, today)), *part])


def told(action: Action) -> str:
    """The whole action in one line of text."""
    return f"{action.text} ({who_until(action, date.min)})"


def _form(viewer: Viewer, kpi: Kpi, market: str | None, form: str, draft: Draft, today: date) -> None:
    seen = draft.seen if isinstance(draft.seen, Action) else None
    with st.form(f"form_{form}", width=760):
        if draft.purpose == "close" and seen is not None:
            command = _closing(viewer, seen, draft.key)
        elif seen is not None:
            command = _changing(viewer, seen, draft.key, today)
        else:
            command = _opening(viewer, kpi, market, draft.key, today)
        sent = save_or_cancel(form, say("Save"))
    if sent:
        post(form, command, lambda theirs: told(theirs) if isinstance(theirs, Action) else "")


def _opening(viewer: Viewer, kpi: Kpi, market: str | None, field: str, today: date) -> Command:
    usual, until = named_owner(viewer, kpi) or kpi.owner, today + timedelta(days=IN_DAYS)
    text, owner, due = _promise(viewer, kpi, say("Start an action"), "", usual, until, field)
    segment = segment_field(viewer, kpi, market, field)
    state, principal = viewer.store.state, viewer.principal
    return lambda key: open_action(
        state, principal, kpi, text, owner, due, today=today, segment=segment, key=key
    )


def _changing(viewer: Viewer, seen: Action, field: str, today: date) -> Command:
    text, owner, due = _promise(
        viewer, find(seen.kpi), say("Edit this action"), seen.text, seen.owner, seen.due, field
    )
    state, principal = viewer.store.state, viewer.principal
    return lambda key: change(state, principal, seen, text=text, owner=owner, due=due, today=today, key=key)


def _promise(
    viewer: Viewer, kpi: Kpi, title: str, text: str, owner: str, due: date, field: str
) -> tuple[str, str, date]:
    """The fields of a promise as they are filled in."""
    st.text(title)
    what = st.text_input(say("What will be done"), text, max_chars=LONGEST_TEXT, key=f"text_{field}")
    who = owner_field(viewer, kpi, owner, field)
    return what, who, st.date_input(say("Until"), due, key=f"due_{field}")


def _closing(viewer: Viewer, seen: Action, field: str) -> Command:
    st.text(say("Close: {text}", text=seen.text))
    status = st.segmented_control(
        say("It is"), list(WORDS), default=ActionStatus.DONE, required=True, format_func=lambda each: say(WORDS[each]),
        key=f"status_{field}",
    )  # fmt: skip
    note = st.text_input(say("What came of it"), max_chars=LONGEST_NOTE, key=f"note_{field}")
    state, principal = viewer.store.state, viewer.principal
    return lambda key: close(state, principal, seen, status or ActionStatus.DONE, note, key)
