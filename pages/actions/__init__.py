"""Actions: everything that was promised, what became of it, and what is late."""

from collections.abc import Sequence

import streamlit as st

from kpi.words import marked, say, say_many
from meetings.promises import Kept, Promise, met
from pages.parts.actions import today_of
from pages.parts.choices import switch
from pages.parts.head import context_line, draw_head
from pages.parts.load import load_company_of, load_coverage, load_freshness, now
from pages.parts.promises import LINKS, draw_promises
from pages.parts.states import State, draw_state
from pages.parts.trouble import guarded
from pages.parts.viewer import Viewer
from store.state import ActionStatus

SHOWN = {
    "open": marked("Open"), "late": marked("Not kept"), "mine": marked("Mine"),
    "waiting": marked("Waiting for the effect"), "closed": marked("Closed"),
}  # fmt: skip
MOST = 60  # on one page; the rest is counted


@guarded
def render(viewer: Viewer) -> None:
    """The page of `?show=NAME`."""
    company = load_company_of(viewer)
    line = context_line(load_coverage(viewer), None, company)
    draw_head(say("Actions"), line, company, load_freshness(viewer), now())
    st.html(LINKS)
    every = met(viewer.store.state.actions.rows(viewer.principal), today_of(viewer))
    picked = switch(say("Which ones"), {each: say(text) for each, text in SHOWN.items()}, "show")
    found = [each for each in every if _is(viewer, each, picked)]
    late = sum(each.kept in (Kept.LATE, Kept.NO_EFFECT) for each in every)
    st.text(_counted(every, late))
    if not found:
        draw_state(
            State.EMPTY, say("No such action"),
            say("Actions are started from a KPI, from an alert or in a meeting; each has an owner and a day."),
        )  # fmt: skip
        return
    draw_promises(viewer, found[:MOST])
    if len(found) > MOST:
        st.text(say("{n} more", n=len(found) - MOST))


def _counted(every: Sequence[Promise], late: int) -> str:
    is_open = sum(each.action.status is ActionStatus.OPEN for each in every)
    told = say_many("{n} open action", "{n} open actions", is_open)
    return say("{actions}, {n} of them not kept or without effect", actions=told, n=late)


def _is(viewer: Viewer, each: Promise, picked: str) -> bool:
    is_open = each.action.status is ActionStatus.OPEN
    match picked:
        case "late":
            return each.kept in (Kept.LATE, Kept.NO_EFFECT)
        case "mine":
            return is_open and each.action.owner.casefold() == viewer.principal.name.casefold()
        case "waiting":
            return each.kept is Kept.WAITING
        case "closed":
            return not is_open
        case _:
            return is_open
