"""The meetings there were: found again by words, department and time."""

from datetime import timedelta

import streamlit as st

from kpi.words import marked, say
from meetings.archive import Found, find_meetings
from meetings.told import segment_told, week_told
from pages.meeting.told import link_of
from pages.parts.actions import today_of
from pages.parts.choices import pick, search
from pages.parts.format import moment
from pages.parts.tables import Cell, Column, Link, table
from pages.parts.viewer import Viewer
from store.state.meeting_records import Meeting

MOST = 60
SPANS = {"": None, "13": 13, "26": 26, "52": 52}
COLUMNS = (
    Column(marked("For")), Column(marked("When"), "w"), Column(marked("Held by")), Column(marked("Closed"), "w"),
)  # fmt: skip


def draw(viewer: Viewer, department: str) -> None:
    """The open meetings and the closed ones that hold the words, the newest first; at most 60."""
    st.header(say("Meetings so far"), anchor=False)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        words = search(say("Search decisions, actions, notes and KPIs"), "words", 340)
        span = pick(say("Weeks back"), {each: _span(each) for each in SPANS}, "span", 160)
    weeks = SPANS[span]
    since = today_of(viewer) - timedelta(weeks=weeks) if weeks else None
    state, who = viewer.store.state, viewer.principal
    found = find_meetings(state, who, words, department=department, since=since)
    still = [] if words else [each for each in state.meetings.rows(who, department) if each.is_open]
    if not found and not still:
        st.text(say("No meeting holds these words.") if words or since else say("There was none yet."))
        return
    lines = [*map(_line, still), *(_row(each, with_words=bool(words)) for each in found)][:MOST]
    columns = (*COLUMNS, Column(marked("Where the words stand"))) if words else COLUMNS
    st.html(table(columns, lines, say("Meetings so far"), stacks=True))


def _span(weeks: str) -> str:
    return say("{n} weeks", n=weeks) if weeks else say("All of them")


def _line(meeting: Meeting) -> list[Cell]:
    return [
        Link(segment_told(meeting.segment), link_of(meeting)), week_told(meeting),
        meeting.closed_by or meeting.opened_by, moment(meeting.closed_at) if meeting.closed_at else say("open"),
    ]  # fmt: skip


def _row(found: Found, *, with_words: bool) -> list[Cell]:
    return [*_line(found.meeting), *(["; ".join(found.lines)] if with_words else [])]
