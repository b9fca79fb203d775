"""The form of a decision: what was found, what is decided and why, and the action that follows from it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import streamlit as st

from kpi.catalog import KPIS
from kpi.model import Kpi
from kpi.words import say
from meetings.agenda import Item
from meetings.promises import Wish, promise
from meetings.told import VERDICTS
from pages.adherence.load import title_of
from pages.parts.actions import IN_DAYS, today_of
from pages.parts.fields import save_or_cancel
from pages.parts.people import named_owner, owner_field
from pages.parts.posting import Draft, post
from pages.parts.promises import percent_field
from pages.parts.viewer import Viewer
from store.state.actions import LONGEST_TEXT
from store.state.meeting_records import LONGEST_DECISION, Decision, Meeting, Verdict

FORM = "meeting_decide"
Command = Callable[[str], object]


@dataclass(frozen=True)
class Filled:
    """The form as it is filled in; an action without a text is none."""

    wish: Wish
    decision: tuple[Verdict, str, str] | None


def draw_form(viewer: Viewer, meeting: Meeting, item: Item, draft: Draft) -> None:
    """What was found stands there already, as the evidence says it."""
    kpi, decides = KPIS[item.kpi], draft.purpose == "decide"
    with st.form(f"form_{FORM}", width=760):
        decision = _decision(viewer, item, draft.key) if decides else None
        wish = _wish(viewer, kpi, item, meeting, draft.key, optional=decides)
        sent = save_or_cancel(FORM, say("Save"))
    if sent:
        post(FORM, _command(viewer, meeting, kpi, Filled(wish, decision)))


def _decision(viewer: Viewer, item: Item, field: str) -> tuple[Verdict, str, str]:
    """What was found, the words, and the procedure it is about."""
    verdicts = list(Verdict)
    picked = st.radio(
        say("What was found"), verdicts, index=verdicts.index(item.found), horizontal=True,
        format_func=lambda each: say(VERDICTS[each]), key=f"verdict_{field}",
    )  # fmt: skip
    sops = [each.sop for each in item.behind]
    sop = item.sop
    if sops:
        about = ["", *sops]
        sop = st.selectbox(
            say("SOP"), about, index=about.index(item.sop), key=f"sop_{field}",
            format_func=lambda each: title_of(viewer, each) if each else say("None of them"),
        )  # fmt: skip
    text = st.text_input(say("What was decided, and why"), max_chars=LONGEST_DECISION, key=f"decided_{field}")
    return picked or Verdict.WATCH, text, sop or ""


def _wish(viewer: Viewer, kpi: Kpi, item: Item, meeting: Meeting, field: str, *, optional: bool) -> Wish:
    """Who does what until when, and what it is to change."""
    label = say("What will be done (empty: nothing)") if optional else say("What will be done")
    text = st.text_input(label, max_chars=LONGEST_TEXT, key=f"text_{field}")
    owner = owner_field(viewer, kpi, named_owner(viewer, kpi) or kpi.owner, field)
    today = today_of(viewer)
    due = st.date_input(say("Until"), today + timedelta(days=IN_DAYS), key=f"due_{field}")
    percent = percent_field(kpi, field)
    until = due if isinstance(due, date) else today
    return Wish(
        text, owner, until, percent, segment=meeting.segment, meeting=meeting.id, episode=item.episode,
    )  # fmt: skip


def _command(viewer: Viewer, meeting: Meeting, kpi: Kpi, filled: Filled) -> Command:
    """The action first: one that cannot be stored leaves the decision to be corrected; sent twice both are one."""
    state, who, today = viewer.store.state, viewer.principal, today_of(viewer)

    def command(key: str) -> object:
        made: object = None
        decision = None
        if filled.decision is not None:
            verdict, text, sop = filled.decision
            decision = Decision(meeting.id, text, verdict, kpi.key, sop)
        if filled.decision is None or filled.wish.text.strip():
            made = promise(state, who, kpi, filled.wish, today=today, key=f"{key}-action")
        if decision is not None:
            made = state.meetings.decide(who, decision, key)
        return made

    return command
