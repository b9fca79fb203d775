"""Promises on a page: what became of each, and the forms that carry one out, close it or begin it again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape

import streamlit as st

from kpi.catalog import KPIS
from kpi.model import Kpi
from kpi.score import Status
from kpi.words import marked, say, say_many
from meetings.actions import change, close, reopen
from meetings.promises import Kept, Promise
from pages.parts.actions import IN_DAYS, today_of
from pages.parts.actions import told as action_told
from pages.parts.fields import save_or_cancel
from pages.parts.format import day
from pages.parts.language import language_link
from pages.parts.load import load_company_of, now
from pages.parts.people import owner_field
from pages.parts.posting import Draft, begin, draft_of, post
from pages.parts.tables import chip
from pages.parts.viewer import Viewer
from sop.diagnosis.observed import can_show
from sop.mending import begin_again, carry_out, told
from store.permits import Permit
from store.state import Action, ActionStatus, Corrective, Moves
from store.state.actions import LONGEST_EVIDENCE, LONGEST_NOTE, LONGEST_TEXT

FORM, USUAL_PERCENT = "promise", 10
LINKS = "<style>.fl-action a,.fl-told a{color:var(--fl-accent)}</style>"
Command = Callable[[str], object]
MARKS = {
    Kept.LATE: Status.OFF_TARGET, Kept.NO_EFFECT: Status.OFF_TARGET, Kept.TO_CLOSE: Status.AT_RISK,
    Kept.KEPT_LATE: Status.AT_RISK,
}  # fmt: skip
MOVES = {
    Moves.UP: marked("{kpi} must rise by {percent}%"),
    Moves.DOWN: marked("{kpi} must fall by {percent}%"),
}
WAYS = {
    "done": marked("It is done"), "drop": marked("Drop it"), "change": marked("Edit"), "again": marked("Begin again"),
    "reopen": marked("Open it again"),
}  # fmt: skip


@dataclass(frozen=True)
class Closing:
    """What a form says when an action ends."""

    note: str
    evidence: str


def percent_field(kpi: Kpi, field: str) -> int:
    """By how many percent an action must make its KPI better; 0 where nothing is promised or the KPI cannot show it."""
    if not can_show(kpi):
        return 0
    told = say("By how many percent {kpi} must get better (0: no effect is promised)", kpi=say(kpi.name))
    return int(st.number_input(told, 0, 100, USUAL_PERCENT, key=f"percent_{field}"))


def draw_promises(viewer: Viewer, found: Sequence[Promise], *, frozen: bool = False) -> None:
    """Each with what became of it, and what can be done with it unless the list is `frozen`."""
    draft = draft_of(FORM)
    may = viewer.principal.may(Permit.CHANGE_ACTIONS) and not frozen
    for each in found:
        with st.container(border=True, gap="small", key=f"promise_{each.action.id}"):
            st.html(promise_html(viewer, each))
            if (
                may
                and draft is not None
                and isinstance(draft.seen, Action)
                and draft.seen.id == each.action.id
            ):
                _form(viewer, draft, draft.seen)
            elif may and draft is None:
                _buttons(each)


def promise_html(viewer: Viewer, each: Promise) -> str:
    """What became of it in shape and word, what was promised, who, until when, for which KPI; everything escaped."""
    action, today = each.action, today_of(viewer)
    mark = MARKS.get(each.kept)
    shown = chip(mark, each.told) if mark else f'<span class="fl-plain">{escape(each.told)}</span>'
    kpi = KPIS.get(action.kpi)
    name = say(kpi.name) if kpi else action.kpi
    href = escape(f"kpi?kpi={action.kpi}{language_link()}")
    quiet = [
        action.owner, say("due {day}", day=day(action.due, today)), first_told(action, today), carried_told(each),
        again_told(action), evidence_told(action),
    ]  # fmt: skip
    about = escape(" · ".join(filter(None, quiet)))
    effect = effect_told(action, today, load_company_of(viewer).currency)
    return (
        f'<div class="fl-action"><div>{shown} <b>{escape(action.text)}</b></div><span class="fl-quiet">{about}</span>'
        f'<span class="fl-quiet"><a href="{href}" target="_self">{escape(name)}</a>{links_html(action)}'
        f"{escape(f' · {effect}') if effect else ''}</span></div>"
    )


def links_html(action: Action) -> str:
    """The ways to the procedure, the alert and the meeting it belongs to."""
    sop = action.sop if isinstance(action, Corrective) else ""
    ways = [
        (f"sop?sop={sop}", say("SOP")) if sop else None,
        (f"alerts?episode={action.episode}", say("Alert")) if action.episode else None,
        (f"meeting?meeting={action.meeting}", say("Meeting")) if action.meeting else None,
    ]  # fmt: skip
    return "".join(
        f' · <a href="{escape(way[0] + language_link())}" target="_self">{escape(way[1])}</a>'
        for way in ways
        if way is not None
    )


def first_told(action: Action, today: date) -> str:
    """The day that was promised first, where it was moved."""
    first = action.first_due
    return say("first due {day}", day=day(first, today)) if first and first != action.due else ""


def carried_told(each: Promise) -> str:
    """For how long it has been carried along, while it is not over."""
    over = each.action.status is not ActionStatus.OPEN
    return "" if over or not each.weeks else say_many("open for {n} week", "open for {n} weeks", each.weeks)


def again_told(action: Action) -> str:
    """How often it did not help."""
    if action.reopened == 1:
        return say("begun again once")
    return say("begun again {n} times", n=action.reopened) if action.reopened else ""


def evidence_told(action: Action) -> str:
    """Where anybody can see that it was done, and what came of it."""
    return " · ".join(filter(None, [action.note, action.evidence]))


def effect_told(action: Action, today: date, currency: str) -> str:
    """What was promised to change, when that is looked at, and what was found."""
    kpi = KPIS.get(action.kpi)
    if not isinstance(action, Corrective) or kpi is None:
        return ""
    must = say(MOVES[action.direction], kpi=say(kpi.name), percent=action.wanted_percent)
    found = told(action, currency)
    if not found and action.verify_on:
        found = say("looked at on {day}", day=day(action.verify_on, today))
    return " · ".join(filter(None, [must, found]))


def _buttons(each: Promise) -> None:
    ways = ways_of(each)
    with st.container(horizontal=True, gap="small"):
        for way in ways:
            st.button(
                say(WAYS[way]), key=f"{way}_{FORM}_{each.action.id}", type="tertiary",
                on_click=begin, args=(FORM, way, each.action),
            )  # fmt: skip


def ways_of(each: Promise) -> list[str]:
    """What can be done with it now."""
    action, kept = each.action, each.kept
    if action.status is not ActionStatus.OPEN:
        return [] if isinstance(action, Corrective) else ["reopen"]
    match kept:
        case Kept.WAITING:
            return []
        case Kept.TO_CLOSE:
            return ["done"]
        case Kept.NO_EFFECT:
            return ["again", "drop"]
        case _:
            return ["done", "change", "drop"]


def _form(viewer: Viewer, draft: Draft, seen: Action) -> None:
    with st.form(f"form_{FORM}", width=760):
        command = _command(viewer, draft, seen)
        sent = save_or_cancel(FORM, say("Save"))
    if sent:
        post(FORM, command, lambda theirs: action_told(theirs) if isinstance(theirs, Action) else "")


def _command(viewer: Viewer, draft: Draft, seen: Action) -> Command:
    today, state, who = today_of(viewer), viewer.store.state, viewer.principal
    match draft.purpose:
        case "done":
            return _done(viewer, seen, draft.key, today)
        case "drop":
            ended = _ended(draft.key, say("Why"))
            return lambda key: close(state, who, seen, ActionStatus.DROPPED, ended.note, ended.evidence, key)
        case "reopen":
            why = st.text_input(say("Why"), max_chars=LONGEST_NOTE, key=f"why_{draft.key}")
            due = _until(today + timedelta(days=IN_DAYS), draft.key, today)
            return lambda key: reopen(state, who, seen, due, why, today=today, key=key)
        case _:
            return _promised(viewer, draft, seen, today)


def _done(viewer: Viewer, seen: Action, field: str, today: date) -> Command:
    """It was carried out: with an effect to show since a day, else it is closed."""
    state, who, store = viewer.store.state, viewer.principal, viewer.store
    ended = _ended(field, say("What came of it"))
    if isinstance(seen, Corrective) and seen.took_effect is None:
        since = st.date_input(say("Carried out on"), today, max_value=today, key=f"since_{field}")
        on = since if isinstance(since, date) else today
        return lambda key: carry_out(store, who, seen, on, now=now(), evidence=ended.evidence, key=key)
    return lambda key: close(state, who, seen, ActionStatus.DONE, ended.note, ended.evidence, key)


def _ended(field: str, label: str) -> Closing:
    note = st.text_input(label, max_chars=LONGEST_NOTE, key=f"note_{field}")
    shown = say("Where it can be seen (a link, a record, a number)")
    return Closing(note, st.text_input(shown, max_chars=LONGEST_EVIDENCE, key=f"evidence_{field}"))


def _promised(viewer: Viewer, draft: Draft, seen: Action, today: date) -> Command:
    """Another text, owner or day; after an action that did not help, something else is done."""
    state, who, field = viewer.store.state, viewer.principal, draft.key
    text = st.text_input(say("What will be done"), seen.text, max_chars=LONGEST_TEXT, key=f"text_{field}")
    owner = owner_field(viewer, KPIS[seen.kpi], seen.owner, field)
    usual = seen.due if draft.purpose == "change" else today + timedelta(days=IN_DAYS)
    due = _until(usual, field, today)
    if draft.purpose == "again" and isinstance(seen, Corrective):
        return lambda key: begin_again(
            state, who, seen, text=text, owner=owner, due=due, today=today, key=key
        )
    return lambda key: change(state, who, seen, text=text, owner=owner, due=due, today=today, key=key)


def _until(usual: date, field: str, today: date) -> date:
    picked = st.date_input(say("Until"), usual, key=f"due_{field}")
    return picked if isinstance(picked, date) else today
