"""Corrective actions with their proof: what must move, when it can be seen, what was seen, and what comes next."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from html import escape

import streamlit as st

from kpi.access import sees
from kpi.catalog import KPIS
from kpi.model import Kpi
from kpi.score import Status
from kpi.words import marked, say
from meetings.actions import close, is_overdue
from pages.parts.actions import told as action_told
from pages.parts.fields import save_or_cancel
from pages.parts.format import day
from pages.parts.language import language_link
from pages.parts.load import load_company_of, now
from pages.parts.people import owner_field
from pages.parts.posting import Draft, begin, draft_of, leave, post
from pages.parts.states import State, draw_state
from pages.parts.tables import chip
from pages.parts.viewer import Viewer
from pages.sops.load import load_shelves, today_of
from sop.diagnosis.effect import Outcome
from sop.diagnosis.observed import can_show
from sop.library import Shelved
from sop.mending import begin_again, carry_out, cause_told, evaluate, open_corrective, told, usual_direction
from store.permits import Permit
from store.state import Action, ActionStatus, Cause, Corrective, Moves
from store.state.actions import LONGEST_NOTE, LONGEST_TEXT

FORM, DUE_IN = "mend", timedelta(days=21)
START = "mend_start"
MOVES = {Moves.UP: marked("up"), Moves.DOWN: marked("down")}
Command = Callable[[str], object]
AGAIN = (Outcome.NONE, Outcome.WORSENED, Outcome.CONFOUNDED, Outcome.NO_BASELINE)
CLOSES = (Outcome.IMPROVED, Outcome.CONFOUNDED, Outcome.NO_BASELINE)


def start_from(sop: str, step: str, reference: str) -> None:
    """Open the form for an action that a flag asks for, as the callback of a button; it stands on its own part."""
    st.session_state[START] = (sop, step, Cause.FLAG, reference)
    st.query_params["part"] = "actions"
    begin(FORM, "new")


def draw(viewer: Viewer) -> None:
    """Those that wait first, closed ones after them; the form for another."""
    found = [
        each
        for each in viewer.store.state.actions.correctives(viewer.principal)
        if each.sop and each.kpi in KPIS and sees(viewer.principal, KPIS[each.kpi])
    ]
    draft, may = draft_of(FORM), viewer.principal.may(Permit.CHANGE_ACTIONS)
    if may and draft is not None and draft.purpose == "new":
        draw_new(viewer, draft)
    elif may:
        st.button(say("New corrective action"), key="mend_new", on_click=begin, args=(FORM, "new"))
    if not found:
        draw_state(
            State.EMPTY, say("No corrective action"),
            say("One is opened from a flag, an audit, a missed KPI or a review; it closes once its effect shows."),
        )  # fmt: skip
    for each in sorted(found, key=lambda one: one.status is not ActionStatus.OPEN):
        with st.container(border=True, gap="small", key=f"mending_{each.id}"):
            st.html(corrective_html(viewer, each))
            if draft is not None and isinstance(draft.seen, Corrective) and draft.seen.id == each.id:
                draw_form(viewer, each, draft)
            elif may and each.status is ActionStatus.OPEN:
                draw_buttons(viewer, each, busy=draft is not None)


def corrective_html(viewer: Viewer, action: Corrective) -> str:
    """What, who, until when; what must move; where it stands and what was found."""
    today = today_of(viewer)
    late = (
        chip(Status.AT_RISK, say("Overdue")) if is_overdue(action, today) and not action.took_effect else ""
    )
    kpi = KPIS[action.kpi]
    link = f'<a href="kpi?kpi={escape(kpi.key)}{language_link()}" target="_self">{escape(say(kpi.name))}</a>'
    moves = say(
        "{percent}% {direction}", percent=action.wanted_percent, direction=say(MOVES[action.direction])
    )
    first = (
        say("first due {day}", day=day(action.first_due))
        if action.first_due and action.first_due != action.due
        else ""
    )
    quiet = [
        title_of(viewer, action.sop), cause_told(action.cause), action.owner, say("due {day}", day=day(action.due)),
        first, say("begun again {n} times", n=action.reopened) if action.reopened else "",
    ]  # fmt: skip
    about = escape(" · ".join(filter(None, quiet)))
    return (
        f'<div class="fl-sop-prose"><p><b>{escape(action.text)}</b> {late}<br><span class="fl-quiet">{about}</span><br>'
        f"{link} {escape(moves)} · {escape(standing(viewer, action))}</p></div>"
    )


def title_of(viewer: Viewer, sop: str) -> str:
    """The procedure's title, where the reader sees it."""
    shelf = next((each for each in load_shelves(viewer) if each.key == sop), None)
    return shelf.shown(shelf.source).title if shelf else ""


def standing(viewer: Viewer, action: Corrective) -> str:
    """Where it stands, in words."""
    found = told(action, load_company_of(viewer).currency)
    heading = Outcome(action.outcome).heading if action.outcome else ""
    effect = f"{heading}: {found}" if found else heading
    if action.status is ActionStatus.DONE:
        return f"{say('closed')} · {effect}"
    if action.status is ActionStatus.DROPPED:
        return say("dropped: {why}", why=action.note)
    if action.took_effect is None:
        return say("to be carried out")
    if action.is_waiting and action.verify_on:
        return say("waits for its effect, which can be seen from {day} on", day=day(action.verify_on))
    return effect


def draw_buttons(viewer: Viewer, action: Corrective, *, busy: bool) -> None:
    """What can be done next; what cannot yet is not offered, but closing always says why not."""
    ways = {"carried": say("Carried out")} if action.took_effect is None else {}
    if action.is_waiting and action.verify_on and action.verify_on <= today_of(viewer):
        ways["look"] = say("Look at the effect")
    if action.outcome in AGAIN:
        ways["again"] = say("Begin again")
    ways["close"] = say("Close")
    ways["drop"] = say("Drop")
    with st.container(horizontal=True, gap="small"):
        for purpose, label in ways.items():
            st.button(
                label, key=f"{purpose}_{action.id}", disabled=busy, on_click=begin, args=(FORM, purpose, action),
                type="tertiary" if purpose == "drop" else "secondary",
            )  # fmt: skip


def draw_form(viewer: Viewer, shown: Corrective, draft: Draft) -> None:
    """The few words that the next step takes."""
    seen = draft.seen if isinstance(draft.seen, Corrective) else shown
    with st.form(f"form_{FORM}", border=False, width=760):
        command = _command(viewer, seen, draft)
        sent = save_or_cancel(FORM, say("Save"))
    if sent:
        post(FORM, command, lambda theirs: action_told(theirs) if isinstance(theirs, Action) else "")


def _command(viewer: Viewer, seen: Corrective, draft: Draft) -> Command:
    store, who, today = viewer.store, viewer.principal, today_of(viewer)
    match draft.purpose:
        case "carried":
            picked = st.date_input(say("The work is done this way since"), today, key=f"since_{draft.key}")
            day_ = picked if isinstance(picked, date) else today
            return lambda key: carry_out(store, who, seen, day_, now=now(), key=key)
        case "look":
            st.text(say("The KPI before and after {day} is compared.", day=day(seen.took_effect or today)))
            return lambda key: evaluate(store, who, seen, now=now(), key=key)
        case "again":
            text, owner, due = _promise(viewer, seen, draft.key, today)
            return lambda key: begin_again(
                store.state, who, seen, text=text, owner=owner, due=due, today=today, key=key
            )
        case other:
            note = st.text_input(say("What came of it"), max_chars=LONGEST_NOTE, key=f"note_{draft.key}")
            status = ActionStatus.DROPPED if other == "drop" else ActionStatus.DONE
            return lambda key: close(store.state, who, seen, status, note, key)


def _promise(viewer: Viewer, seen: Corrective, field: str, today: date) -> tuple[str, str, date]:
    text = st.text_input(say("What will be done"), seen.text, max_chars=LONGEST_TEXT, key=f"text_{field}")
    owner = owner_field(viewer, KPIS[seen.kpi], seen.owner, field)
    due = st.date_input(say("Until"), today + DUE_IN, key=f"due_{field}")
    return text, owner, due


def draw_new(viewer: Viewer, draft: Draft) -> None:
    """The procedure, what must move, who does what until when, and why."""
    sop, step, cause, reference = st.session_state.get(START) or ("", "", Cause.KPI, "")
    shelves = {each.key: each for each in load_shelves(viewer) if each.effective() and drives(viewer, each)}
    if not shelves:
        draw_state(
            State.EMPTY, say("Nothing to mend"), say("No procedure in force says which KPI it drives.")
        )
        leave(FORM)
        return
    today = today_of(viewer)
    with st.container(border=True, gap="small", key="mend_new_form"):
        picked, kpi = _what_moves(viewer, shelves, sop, draft.key)
        causes, way = list(Cause), usual_direction(kpi)
        why = st.selectbox(
            say("Because of"),
            causes,
            index=causes.index(cause),
            format_func=cause_told,
            key=f"cause_{draft.key}",
        )
        with st.form(f"form_{FORM}", border=False):
            percent = st.number_input(
                say("By how many percent ({direction})", direction=say(MOVES[way])), 1, 100, 20,
                key=f"percent_{draft.key}",
            )  # fmt: skip
            asked = Corrective(
                kpi.key, "", "-", "-", today, sop=picked, cause=why, direction=way, wanted_percent=int(percent),
                step=step if picked == sop else "", reference=reference,
            )  # fmt: skip
            command = _opening(viewer, asked, draft.key, today)
            sent = save_or_cancel(FORM, say("Save"))
    if sent:
        post(FORM, command)


def _what_moves(viewer: Viewer, shelves: Mapping[str, Shelved], sop: str, field: str) -> tuple[str, Kpi]:
    """The procedure and one of the KPIs it drives; the second follows the first."""
    keys = list(shelves)
    picked = st.selectbox(
        say("Procedure"), keys, index=keys.index(sop) if sop in keys else 0, key=f"sop_{field}",
        format_func=lambda key: shelves[key].shown(shelves[key].source).title or key,
    )  # fmt: skip
    kpi = st.selectbox(
        say("KPI that must move"), drives(viewer, shelves[picked]), key=f"kpi_{field}_{picked}",
        format_func=lambda key: say(KPIS[key].name),
    )  # fmt: skip
    return picked, KPIS[kpi]


def _opening(viewer: Viewer, asked: Corrective, field: str, today: date) -> Command:
    text = st.text_input(say("What will be done"), max_chars=LONGEST_TEXT, key=f"text_{field}")
    owner = owner_field(viewer, KPIS[asked.kpi], viewer.principal.name, field)
    due = st.date_input(say("Until"), today + DUE_IN, key=f"due_{field}")
    state, who, kpi = viewer.store.state, viewer.principal, KPIS[asked.kpi]

    def open_it(key: str) -> object:
        wanted = replace(asked, text=text, owner=owner, due=due if isinstance(due, date) else today)
        return open_corrective(state, who, kpi, wanted, today=today, key=key)

    return open_it


def drives(viewer: Viewer, shelf: Shelved) -> Sequence[str]:
    """The KPIs a procedure says it drives, in which an effect can be seen."""
    now_ = shelf.effective()
    keys = sorted(now_.kpis) if now_ else []
    return [key for key in keys if key in KPIS and can_show(KPIS[key]) and sees(viewer.principal, KPIS[key])]
