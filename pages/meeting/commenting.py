"""What the owner of a KPI says of it in a meeting: what happened, why, and what is next."""

from collections.abc import Mapping
from dataclasses import replace
from html import escape

import streamlit as st

from kpi.catalog import KPIS
from kpi.words import say
from meetings.agenda import Agenda, Item
from pages.parts.fields import save_or_cancel
from pages.parts.people import owner_of
from pages.parts.posting import Draft, post
from pages.parts.viewer import Viewer
from store.state.meeting_records import LONGEST_DECISION, Comment, Meeting

FORM = "meeting_comment"


def said_of(viewer: Viewer, meeting: Meeting) -> Mapping[str, Comment]:
    """What was said in a meeting, by the key of the KPI."""
    found = viewer.store.state.meetings.comments(viewer.principal, meeting.id)
    return {each.kpi: each for each in found}


def comment_html(viewer: Viewer, item: Item, said: Comment | None) -> str:
    """The three sentences and who wrote them, or whose word is missing; escaped."""
    if said is None:
        kpi = KPIS.get(item.kpi)
        owner = owner_of(viewer, kpi) if kpi else ""
        told = " · ".join(filter(None, (say("No comment yet on what happened, why and what is next"), owner)))
        return f'<div class="fl-action"><span class="fl-quiet">{escape(told)}</span></div>'
    return _said_html(said)


def _said_html(said: Comment) -> str:
    parts = (
        (say("What happened"), said.what), (say("Why"), said.why), (say("What is next"), said.then),
    )  # fmt: skip
    lines = "".join(f"<div><b>{escape(name)}:</b> {escape(text)}</div>" for name, text in parts)
    return f'<div class="fl-action"><span>{lines}</span> <span class="fl-quiet">{escape(said.made_by)}</span></div>'


def others_html(agenda: Agenda, said: Mapping[str, Comment]) -> str:
    """Comments on KPIs that are not off any more, each with its name; escaped, empty where there are none."""
    off = {each.kpi for each in agenda.items}
    return "".join(
        f'<div class="fl-action"><b>{escape(say(KPIS[key].name) if key in KPIS else key)}</b></div>{_said_html(each)}'
        for key, each in said.items()
        if key not in off
    )


def draw_form(viewer: Viewer, meeting: Meeting, item: Item, said: Comment | None, draft: Draft) -> None:
    """A sentence for each of the three questions."""
    with st.form(f"form_{FORM}", width=760):
        what = _line(say("What happened"), said.what if said else "", f"what_{draft.key}")
        why = _line(say("Why"), said.why if said else "", f"why_{draft.key}")
        then = _line(say("What is next"), said.then if said else "", f"then_{draft.key}")
        sent = save_or_cancel(FORM, say("Save"))
    if sent:
        state, who = viewer.store.state, viewer.principal

        def command(key: str) -> object:
            known = said or Comment(meeting.id, item.kpi, what, why, then)
            return state.meetings.comment(who, replace(known, what=what, why=why, then=then), key)

        post(FORM, command)


def _line(label: str, value: str, key: str) -> str:
    return st.text_input(label, value, max_chars=LONGEST_DECISION, key=key)
