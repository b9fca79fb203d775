"""Flags that wait for an answer, a matter a step; accepted, declined or answered by who looks after the procedure."""

from collections.abc import Callable
from datetime import timedelta
from html import escape

import streamlit as st

from kpi.score import Status
from kpi.words import listed, say, say_many
from pages.parts.fields import save_or_cancel
from pages.parts.format import count, day
from pages.parts.language import language_link
from pages.parts.posting import Draft, begin, draft_of, post
from pages.parts.states import State, draw_state
from pages.parts.tables import chip
from pages.parts.viewer import Viewer
from pages.reviews.mending import start_from
from pages.sops.load import load_procedure, load_shelves, today_of
from sop.feedback import Matter, answered, kind_told, matters, state_told
from sop.review_life import begin_draft
from store.permits import Permit
from store.state import Answer, Flag, FlagState, LeadsTo
from store.state.edits import require
from store.state.flags import LONGEST_ANSWER

FORM, LATELY = "triage", timedelta(days=90)


def draw(viewer: Viewer) -> None:
    """The open ones, the one due first in front."""
    require(viewer.principal, Permit.WRITE_PROCEDURES)
    found = matters(viewer.store.state.flags.rows(viewer.principal, state=FlagState.OPEN))
    if not found:
        draw_state(State.EMPTY, say("No flag waits"), say("What readers say of a step comes here."))
    draw_speed(viewer)
    draft = draft_of(FORM)
    for each in found:
        with st.container(border=True, gap="small", key=f"matter_{each.flags[0].id}"):
            st.html(matter_html(viewer, each))
            if draft is not None and draft.seen == each.flags:
                draw_form(viewer, each, draft)
            else:
                draw_buttons(viewer, each, busy=draft is not None)


def draw_speed(viewer: Viewer) -> None:
    """How long answers took lately; nothing where there was none."""
    today = today_of(viewer)
    told = answered(viewer.store.state.flags.rows(viewer.principal), today - LATELY, today)
    if told is None:
        return
    st.text(
        say_many(
            "{n} flag was answered in the last 90 days, {in_time} in time; half of them within {days} days.",
            "{n} flags were answered in the last 90 days, {in_time} in time; half of them within {days} days.",
            told.flags, n=count(told.flags), in_time=count(told.in_time), days=count(told.days),
        )
    )  # fmt: skip


def matter_html(viewer: Viewer, matter: Matter) -> str:
    """The step, how often which kind was said, by when an answer is due, and the words of each."""
    title, href = step_told(viewer, matter.sop, matter.step), f"sop?sop={matter.sop}{language_link()}"
    kinds = listed(f"{kind_told(kind)} × {count}" for kind, count in matter.kinds.items())
    late = chip(Status.AT_RISK, say("Answer overdue")) if matter.due < today_of(viewer) else ""
    due = say("answer by {day}", day=day(matter.due))
    words = "".join(
        f"<li>{escape(': '.join(filter(None, [kind_told(each.kind), each.text])))} "
        f'<span class="fl-quiet">{escape(each.reporter)}, {escape(day(each.flagged_on))}</span></li>'
        for each in matter.flags
    )
    return (
        f'<div class="fl-sop-prose"><p><a href="{escape(href)}" target="_self">{escape(title)}</a> · '
        f'<b>{escape(kinds)}</b> · <span class="fl-quiet">{escape(due)}</span> {late}</p><ul>{words}</ul></div>'
    )


def step_told(viewer: Viewer, sop: str, step: str) -> str:
    """`Packing a parcel: Print the label`, by its key where the step is gone."""
    shelf = next((each for each in load_shelves(viewer) if each.key == sop), None)
    edition = shelf.shown(shelf.source) if shelf else None
    if edition is None:
        return f"{sop}: {step}"
    found = load_procedure(viewer, edition).step(step)
    return f"{edition.title or sop}: {found.title if found else step}"


def draw_buttons(viewer: Viewer, matter: Matter, *, busy: bool) -> None:
    """What may be done about a matter."""
    number = matter.flags[0].id
    with st.container(horizontal=True, gap="small"):
        for purpose, label in (
            ("accept", say("Accept")), ("answer", say("Answer")), ("decline", say("Decline")),
        ):  # fmt: skip
            st.button(
                label, key=f"{purpose}_{number}", disabled=busy, on_click=begin, args=(FORM, purpose, matter.flags),
                type="primary" if purpose == "accept" else "secondary",
            )  # fmt: skip
        if viewer.principal.may(Permit.CHANGE_ACTIONS):
            st.button(
                say("Corrective action"), key=f"mend_{number}", type="tertiary", disabled=busy,
                on_click=start_from, args=(matter.sop, matter.step, str(number)),
            )  # fmt: skip


def draw_form(viewer: Viewer, matter: Matter, draft: Draft) -> None:
    """The words of the answer, and where an accepted matter leads."""
    leads = {LeadsTo.REVIEW: say("to a review in two weeks"), LeadsTo.DRAFT: say("to a draft, begun at once")}
    picked = None
    with st.form(f"form_{FORM}", border=False, width=760):
        if draft.purpose == "accept":
            picked = st.radio(
                say("It leads"), list(leads), format_func=lambda each: leads[each], key=f"leads_{draft.key}"
            )
        label = say("Answer to whoever said it") if draft.purpose != "decline" else say("Why not")
        words = st.text_input(label, max_chars=LONGEST_ANSWER, key=f"answer_{draft.key}")
        sent = save_or_cancel(FORM, say("Send the answer"))
    if sent:
        states = {"accept": FlagState.ACCEPTED, "decline": FlagState.DECLINED}
        state = states.get(draft.purpose, FlagState.ANSWERED)
        post(
            FORM,
            answering(viewer, matter, state, words, picked or LeadsTo.NOTHING),
            told,
            say("Look at it again."),
        )


def answering(
    viewer: Viewer, matter: Matter, state: FlagState, words: str, leads: LeadsTo
) -> Callable[[str], object]:
    """The command of the form; a draft is begun where one was promised."""
    today, store, who = today_of(viewer), viewer.store.state, viewer.principal
    shelf = next((each for each in load_shelves(viewer) if each.key == matter.sop), None)

    def answer(key: str) -> object:
        done = store.flags.settle(who, matter.flags, Answer(state, words, leads), today, key)
        if leads is LeadsTo.DRAFT and shelf is not None:
            begin_draft(store, who, shelf, f"{key}-draft")
        return done

    return answer


def told(theirs: object) -> str:
    """What somebody else answered meanwhile."""
    if not isinstance(theirs, Flag):
        return ""
    return " ".join(filter(None, [state_told(theirs.state), theirs.answered_by, theirs.answer]))
