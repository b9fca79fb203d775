"""What came out of the meetings of the last days, in a line each: for who was not there."""

from datetime import timedelta
from html import escape

import streamlit as st

from kpi.words import say, say_many
from meetings.told import segment_told, week_told, whose
from pages.meeting.told import link_of
from pages.parts.load import now
from pages.parts.promises import LINKS
from pages.parts.viewer import Viewer
from store.state.meeting_records import Held

LATELY, MOST = timedelta(days=8), 6


def draw_held(viewer: Viewer) -> None:
    """The meetings closed within eight days; nothing where there were none."""
    found = viewer.store.state.meetings.held(viewer.principal, now() - LATELY)
    if not found:
        return
    more = say("{n} more", n=len(found) - MOST) if len(found) > MOST else ""
    lines = "".join(f"<div>{_line(each)}</div>" for each in found[:MOST])
    st.html(
        f'{LINKS}<div class="fl-told"><b>{escape(say("Decided in meetings"))}</b>{lines}{escape(more)}</div>'
    )


def _line(held: Held) -> str:
    meeting = held.meeting
    part = f" · {segment_told(meeting.segment)}" if meeting.segment else ""
    name = f"{whose(meeting)}{part} · {week_told(meeting)}"
    told = [
        say_many("{n} decision", "{n} decisions", held.decisions), say_many("{n} action", "{n} actions", held.actions),
        say("closed by {who}", who=meeting.closed_by),
    ]  # fmt: skip
    return (
        f'<a href="{escape(link_of(meeting))}" target="_self">{escape(name)}</a> {escape(" · ".join(told))}'
    )
