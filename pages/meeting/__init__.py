"""The performance meeting, weekly or monthly: last time's promises, what is off, decisions and actions."""

from collections.abc import Callable

import streamlit as st

from kpi.catalog import of
from kpi.model import Department
from kpi.words import say
from meetings.told import segment_told
from pages.meeting import archive, one
from pages.parts.actions import today_of
from pages.parts.choices import pick
from pages.parts.head import context_line, draw_head
from pages.parts.load import load_company_of, load_coverage, load_freshness, now
from pages.parts.posting import begin, post
from pages.parts.promises import LINKS
from pages.parts.states import State, draw_state
from pages.parts.trouble import guarded
from pages.parts.viewer import Viewer
from store.permits import Permit
from store.state.meeting_records import WHOLE_FIRM, Meeting, monday_of, month_of

FORM, FIRM = "meeting_open", "firm"


@guarded
def render(viewer: Viewer) -> None:
    """One meeting (`?meeting=NUMBER`), or this week's (or month's) to open and those there were."""
    company = load_company_of(viewer)
    line = context_line(load_coverage(viewer), None, company)
    draw_head(say("Performance meeting"), line, company, load_freshness(viewer), now())
    st.html(LINKS)
    if "meeting" in st.query_params:
        one.draw(viewer)
        return
    departments = departments_of(viewer)
    if not departments:
        draw_state(
            State.EMPTY, say("Nothing to meet over yet"),
            say("Once a department has figures, its meeting finds its own agenda."),
        )  # fmt: skip
        return
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        department = pick(say("Department"), departments, "department")
        segments = segments_of(viewer)
        segment = pick(say("For"), segments, "part") if len(segments) > 1 else next(iter(segments))
    whose = WHOLE_FIRM if department == FIRM else department
    begins = month_of if department == FIRM else monday_of
    draw_this_time(viewer, Meeting(whose, begins(today_of(viewer)), segment))
    archive.draw(viewer, whose)


def departments_of(viewer: Viewer) -> dict[str, str]:
    """Those the reader sees that ever had figures, with what people call them; who sees all of them: the firm, too."""
    known, scope = load_coverage(viewer), viewer.principal.scope
    found = {
        each.value: say(each.label)
        for each in Department
        if scope.sees_department(each.value) and known.has(each, of(each))
    }
    whole = {FIRM: say("Whole firm, monthly (S&OP)")} if found and scope.departments is None else {}
    return {**found, **whole}


def segments_of(viewer: Viewer) -> dict[str, str]:
    """All of it, or one market; who sees only a part meets over that part."""
    scope, markets = viewer.principal.scope, load_coverage(viewer).markets
    mine = [each for each in markets if scope.markets is None or each in scope.markets]
    teams = [""] if scope.teams is None else [f"team={each}" for each in sorted(scope.teams)]
    whole = [""] if scope.markets is None else []
    parts = [*whole, *(f"market={each}" for each in mine)]
    found = [", ".join(filter(None, (part, team))) for part in parts for team in teams]
    return {each: segment_told(each) for each in found or [""]}


def draw_this_time(viewer: Viewer, wanted: Meeting) -> None:
    """The way into the meeting of this week or month, opened by whoever comes first."""
    state, who = viewer.store.state, viewer.principal
    known = next(
        (
            each
            for each in state.meetings.rows(who, wanted.department)
            if (each.week, each.segment) == (wanted.week, wanted.segment)
        ),
        None,
    )
    if known is None and not who.may(Permit.HOLD_MEETINGS):
        st.text(
            say("This month's meeting was not opened yet.")
            if wanted.is_monthly
            else say("This week's meeting was not opened yet.")
        )
        return
    label = _label(wanted, is_new=known is None)
    if st.button(label, type="primary", key="begin_meeting"):
        if known is not None:
            follow(known)
        begin(FORM, "open")
        post(FORM, _opening(viewer, wanted))


def _label(wanted: Meeting, *, is_new: bool) -> str:
    if wanted.is_monthly:
        return say("Open this month's meeting") if is_new else say("Go to this month's meeting")
    return say("Open this week's meeting") if is_new else say("Go to this week's meeting")


def _opening(viewer: Viewer, wanted: Meeting) -> Callable[[str], object]:
    def opening(key: str) -> object:
        made = viewer.store.state.meetings.open(viewer.principal, wanted, key)
        st.query_params.clear()
        st.query_params["meeting"] = str(made.id)
        return made

    return opening


def follow(meeting: Meeting) -> None:
    """Go to a meeting."""
    st.query_params.clear()
    st.query_params["meeting"] = str(meeting.id)
    st.rerun()
