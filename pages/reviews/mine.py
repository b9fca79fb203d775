"""What the reader said of steps, and what became of each."""

from html import escape

import streamlit as st

from kpi.words import say
from pages.parts.format import day
from pages.parts.language import language_link
from pages.parts.states import State, draw_state
from pages.parts.viewer import Viewer
from pages.reviews.triage import step_told
from pages.sops.load import load_shelves
from sop.feedback import Became, became, kind_told, state_told
from store.state import Flag, FlagState, LeadsTo

MOST = 50


def draw(viewer: Viewer) -> None:
    """The latest first."""
    found = viewer.store.state.flags.rows(viewer.principal, mine=True)
    if not found:
        draw_state(
            State.EMPTY, say("You have flagged no step"),
            say("Open a procedure and tap what is the matter with a step; the answer comes here."),
        )  # fmt: skip
        return
    shelves = {each.key: each for each in load_shelves(viewer)}
    items = [
        _item(viewer, became(viewer.store.state, viewer.principal, each, shelves.get(each.sop)))
        for each in found[:MOST]
    ]
    st.html(f'<div class="fl-sop-prose"><ul>{"".join(items)}</ul></div>')


def _item(viewer: Viewer, what: Became) -> str:
    flag = what.flag
    href = f"sop?sop={flag.sop}{language_link()}"
    title = escape(step_told(viewer, flag.sop, flag.step))
    word = f" “{escape(flag.text)}”" if flag.text else ""
    said = f"{escape(kind_told(flag.kind))}{word} · {escape(day(flag.flagged_on))}"
    return f'<li><a href="{escape(href)}" target="_self">{title}</a> · {said}<br>{escape(outcome(what))}</li>'


def outcome(what: Became) -> str:
    """Where it stands, who answered what, and which version changed the step."""
    flag = what.flag
    if flag.state is FlagState.OPEN:
        return say("Waiting for an answer by {day}.", day=day(flag.due))
    answer = say(
        "{who} {did}: {words}", who=flag.answered_by, did=state_told(flag.state), words=flag.answer or "…"
    )
    return " ".join(filter(None, [answer, _leads(flag), _changed(what)]))


def _leads(flag: Flag) -> str:
    match flag.leads_to:
        case LeadsTo.REVIEW:
            return say("The procedure is reviewed because of it.")
        case LeadsTo.DRAFT:
            return say("A new draft is written because of it.")
        case LeadsTo.NOTHING:
            return ""


def _changed(what: Became) -> str:
    if what.changed_in is None or what.changed_in.effective_on is None:
        return ""
    name, on = what.changed_in.name, day(what.changed_in.effective_on)
    return say("Version {name} changed the step, from {day} on.", name=name, day=on)
