"""Audits of how procedures are followed: what is wanted, open and done; one of them; and one record under the eye."""

from collections.abc import Mapping, Sequence
from html import escape

import streamlit as st

from kpi.score import Status
from kpi.words import marked, say
from pages.checks.load import ASKED as ASKED_AUDIT
from pages.checks.load import RECORD as ASKED_RECORD
from pages.checks.load import (
    asked_audit,
    load_audits,
    load_progress,
    load_recent,
    number_of,
    titles_of,
)
from pages.checks.looking import draw_record
from pages.checks.one import draw_audit
from pages.checks.planning import FORM, draw_planning, draw_start, plan_wanted
from pages.checks.told import STATES, interval_told, part_told, span_told
from pages.parts.format import ABSENT, count, day
from pages.parts.head import context_line, draw_head
from pages.parts.language import language_link
from pages.parts.load import load_company_of, load_coverage, load_freshness, now
from pages.parts.posting import draft_of
from pages.parts.states import State, draw_state
from pages.parts.tables import Bar, Cell, Column, Link, table
from pages.parts.trouble import guarded
from pages.parts.viewer import Viewer
from sop.audits.recent import Recent
from sop.audits.wanted import reason_of
from store.permits import Permit
from store.state.audit_rows import Audit, AuditState, Progress
from store.state.edits import require

SHOWN_DONE = 20
AUDITS = (
    Column(marked("Audit")), Column(marked("Drawn from")), Column(marked("Days"), "w"), Column(marked("Checked"), "w"),
    Column(marked("Due"), "w"), Column(marked("State"), "w"),
)  # fmt: skip
RECENT = (
    Column(marked("Procedure")), Column(marked("Checks passed in eight weeks")), Column(marked("Share")),
    Column(marked("For 10 points to either side")),
)  # fmt: skip


@guarded
def render(viewer: Viewer) -> None:
    """The page; raises NotAllowed for a role that may not audit."""
    require(viewer.principal, Permit.AUDIT_PROCEDURES)
    company, asked = load_company_of(viewer), st.query_params.get(ASKED_AUDIT, "")
    audit = asked_audit(viewer) if asked else None
    title = say("Audits")
    if audit is not None:
        name = titles_of(viewer).get(audit.sop, audit.sop)
        title = say("Audit {n}: {procedure} {version}", n=audit.id, procedure=name, version=audit.number)
    line = context_line(load_coverage(viewer), None, company)
    draw_head(title, line, company, load_freshness(viewer), now())
    if not asked:
        draw_list(viewer)
        return
    st.html(
        f'<a class="fl-go" href="checks{language_link("?")}" target="_self">{escape(say("All audits"))}</a>'
    )
    if audit is None:
        draw_state(State.EMPTY, say("No such audit"), say("It is not in the part of the firm you see."))
        return
    place = number_of(st.query_params.get(ASKED_RECORD, ""))
    if place is not None and audit.state is AuditState.OPEN:
        draw_record(viewer, audit, place)
    else:
        draw_audit(viewer, audit)


def draw_list(viewer: Viewer) -> None:
    """What is wanted, what is open, what is done; and what eight weeks of random checks say."""
    if draft_of(FORM) is not None:
        draw_planning(viewer)
        return
    draw_start(viewer)
    audits, titles = load_audits(viewer), titles_of(viewer)
    wanted = [each for each in audits if each.state is AuditState.WANTED]
    at_work = [each for each in audits if not each.is_over and each.state is not AuditState.WANTED]
    done = [each for each in audits if each.is_over]
    if not audits:
        draw_state(
            State.EMPTY, say("No audit yet"),
            say("Plan one: say how sure you want to be, and the records are drawn by chance."),
        )  # fmt: skip
    if wanted:
        st.header(say("Wanted"), anchor=False)
        for each in wanted:
            draw_wanted(each, titles)
    if at_work:
        st.header(say("Open"), anchor=False)
        st.html(list_html(at_work, load_progress(viewer), titles, say("Open")))
    draw_recent(load_recent(viewer), titles)
    if done:
        st.header(say("Done"), anchor=False)
        st.html(list_html(done[:SHOWN_DONE], {}, titles, say("Done")))


def draw_wanted(audit: Audit, titles: Mapping[str, str]) -> None:
    """One that something asks for, with why, and the way to plan it."""
    with st.container(border=True, gap="small", key=f"panel_wanted_{audit.id}"):
        name = titles.get(audit.sop, audit.sop)
        st.text(
            say("{procedure} {version}, step {step}", procedure=name, version=audit.number, step=audit.step)
        )
        st.text(reason_of(audit))
        st.button(say("Plan this audit"), key=f"plan_wanted_{audit.id}", on_click=plan_wanted, args=(audit,))


def list_html(
    audits: Sequence[Audit], progress: Mapping[int, Progress], titles: Mapping[str, str], label: str
) -> str:
    """One row an audit."""
    rows: list[list[Cell]] = [
        [
            Link(f"{titles.get(each.sop, each.sop)} {each.number}", f"checks?audit={each.id}{language_link()}"),
            part_told(each), span_told(each), checked_told(each, progress.get(each.id)),
            day(each.due_on) if each.due_on else ABSENT, say(STATES[each.state]),
        ]
        for each in audits
    ]  # fmt: skip
    return table(AUDITS, rows, label, stacks=True)


def checked_told(audit: Audit, progress: Progress | None) -> str:
    """How many of the drawn records are checked."""
    if progress is None:
        return count(audit.size) if audit.size else ABSENT
    return say("{n} of {all}", n=count(progress.finished), all=count(progress.drawn))


def draw_recent(recent: Sequence[Recent], titles: Mapping[str, str]) -> None:
    """Eight weeks of random checks, from the prepared components; few are told as few."""
    if not recent:
        return
    st.header(say("Random checks of the last eight weeks"), anchor=False)
    rows: list[list[Cell]] = []
    for each in recent:
        sure = each.passed
        enough: Cell = Bar(sure.share.value or 0.0, None, Status.ON_TARGET, sure.low, sure.high)
        told = interval_told(sure) if each.is_enough else few_told(sure.share.denominator)
        more = say("{n} more checks", n=count(each.missing)) if each.missing else say("enough")
        rows.append([titles.get(each.sop, each.sop), told, enough if each.is_enough else "", more])
    st.html(table(RECENT, rows, say("Random checks of the last eight weeks"), stacks=True))


def few_told(checks: int) -> str:
    """What fewer than five checks say."""
    return say("not enough evidence: {n} of at least 5 checks", n=count(checks))
