"""One audit: why and how it was drawn, the way to the next record, what it says so far, and its end."""

from collections.abc import Sequence

import streamlit as st

from kpi.exports.sheet import as_csv
from kpi.exports.workbook import as_workbook
from kpi.words import marked, say
from pages.checks.asking import draw_drawing
from pages.checks.load import RECORD, Open, load_open
from pages.checks.results import draw_results
from pages.checks.settling import draw_settling
from pages.checks.told import ONE, SELECTIONS, STATES, part_told, span_told
from pages.parts.exports import Export, Kind, draw_exports
from pages.parts.fields import save_or_cancel
from pages.parts.format import ABSENT, count, day, moment
from pages.parts.language import language_link
from pages.parts.load import now
from pages.parts.posting import Draft, begin, draft_of, post
from pages.parts.states import State, draw_state
from pages.parts.tables import Cell, Column, Link, facts, table
from pages.parts.viewer import Viewer
from sop.audits.checking import begin as begin_check
from sop.audits.checking import next_place
from sop.audits.plans import after_the_draw, before_the_draw, read_plan
from sop.audits.sheets import label_of, records_frame, sheets_of, steps_frame
from sop.audits.wanted import reason_of
from store.state.audit_rows import Audit, AuditState, Check, Drawn

FORM, LONGEST = "audit_end", 400
RECORDS = (
    Column(marked("Record")), Column(marked("Day"), "w"), Column(marked("Market"), "w"), Column(marked("Team"), "w"),
    Column(marked("Shift, channel")), Column(marked("State")),
)  # fmt: skip


def draw_audit(viewer: Viewer, audit: Audit) -> None:
    """The audit as it stands."""
    draw_about(audit)
    if audit.state is AuditState.WANTED:
        draw_state(State.EMPTY, say("Nobody planned it yet"), reason_of(audit))
        return
    if audit.state is AuditState.DRAWING:
        draw_drawing(viewer, audit)
        draw_ending(viewer, audit, may_close=False)
        return
    found = load_open(viewer, audit)
    if audit.state is AuditState.OPEN:
        draw_next(viewer, found)
        draw_settling(viewer, found)
    outcome = found.outcome
    draw_results(found, outcome)
    draw_exports(viewer, exports_of(found), "audit")
    st.header(say("Records"), anchor=False)
    st.html(records_html(viewer, found))
    if audit.state is AuditState.OPEN:
        draw_ending(viewer, audit, may_close=len(outcome.checked) == audit.size)


def draw_about(audit: Audit) -> None:
    """How it was drawn, so that anybody can repeat it, and how it ended."""
    plan = read_plan(audit.plan) if audit.plan else None
    told = ""
    if plan is not None:
        told = before_the_draw(plan)
        if audit.drawn_at:
            told = after_the_draw(plan, audit.population, audit.size)
    ended = ""
    if audit.ended_at:
        ended = " · ".join(
            each for each in (say(STATES[audit.state]), moment(audit.ended_at), audit.ended_why) if each
        )
    st.html(
        facts(
            [
                (say("State"), say(STATES[audit.state])),
                (say("Why"), reason_of(audit)),
                (say("Drawn from"), f"{part_told(audit)}, {span_told(audit)}"),
                (say("How many"), told),
                (say("Selection"), say(SELECTIONS[audit.selection])),
                (say("Due by"), day(audit.due_on) if audit.due_on else ""),
                (say("Seed"), audit.seed),
                (say("Name of the population"), audit.digest),
                (say("Ended"), ended),
            ]
        )
    )


def draw_next(viewer: Viewer, found: Open) -> None:
    """How far it is, and the button that goes on."""
    finished = sum(each.turn == 1 and each.finished_at is not None for each in found.checks)
    st.progress(
        finished / max(1, len(found.records)),
        say("{n} of {all} records checked", n=count(finished), all=count(len(found.records))),
    )
    place = next_place(viewer.principal, found.records, found.checks)
    if place is None:
        st.text(say("There is no record left for you. What is open is for somebody else."))
        return
    st.button(
        say("Check the next record"), key="next_record", type="primary", icon=":material/play_arrow:",
        shortcut="Ctrl+Enter", on_click=go_to, args=(viewer, found, place),
    )  # fmt: skip


def go_to(viewer: Viewer, found: Open, place: int) -> None:
    """Begin the check of a record, and show it: the callback of a button."""
    record = found.record(place)
    if record is not None:
        begin_check(viewer.store.state, viewer.acting(), found.audit, record)
        st.query_params[RECORD] = str(place)


def records_html(viewer: Viewer, found: Open) -> str:
    """One row a record, in the order of looking; whose work it is, is told to that person and their lead only."""
    rows: list[list[Cell]] = [
        [
            name_of(found.audit, each), day(each.day), each.market or ABSENT, each.team or ABSENT,
            ", ".join(filter(None, (each.shift, each.channel))) or ABSENT,
            standing(viewer, found.checks_of(each.place), each),
        ]
        for each in found.records
    ]  # fmt: skip
    return table(RECORDS, rows, say("Records"), stacks=True)


def name_of(audit: Audit, record: Drawn) -> Cell:
    """`1 · Ticket T17`, with the way to it while the audit is open."""
    told = f"{record.place} · {say(ONE[audit.drawn_from])} {record.case_id}"
    told += f" ({record.about})" if record.about else ""
    if audit.state is not AuditState.OPEN:
        return told
    return Link(told, f"checks?audit={audit.id}&record={record.place}{language_link()}")


def standing(viewer: Viewer, checks: Sequence[Check], record: Drawn) -> str:
    """How far the checks of a record are, in words."""
    name = viewer.principal.name
    if not checks:
        return say("your own work") if name in (record.person, *record.not_by) else say("to be checked")
    finished = sum(each.finished_at is not None for each in checks)
    if any(each.auditor == name and each.finished_at is None for each in checks):
        return say("you are checking it")
    if finished < len(checks):
        return say("being checked")
    return say("waits for a second auditor") if finished <= int(record.twice) else say("checked")


def exports_of(found: Open) -> list[Export]:
    """What was found, by record and by step; nobody is named."""
    audit = found.audit
    stem = f"audit-{audit.id}-{audit.sop}"
    made_at = now()

    def book() -> bytes:
        sheets = sheets_of(audit, found.outcome, found.checks)
        return as_workbook(sheets, label_of(audit, made_at), made_at)

    return [
        Export(say("All tables as Excel workbook"), Kind.XLSX, stem, book),
        Export(
            say("Records as CSV"), Kind.CSV, f"{stem}-records",
            lambda: as_csv(records_frame(audit, found.outcome, found.checks)),
        ),
        Export(say("Steps as CSV"), Kind.CSV, f"{stem}-steps", lambda: as_csv(steps_frame(found.outcome))),
    ]  # fmt: skip


def draw_ending(viewer: Viewer, audit: Audit, *, may_close: bool) -> None:
    """Close it once all is checked; call it off with a reason before."""
    draft = draft_of(FORM)
    if draft is not None and isinstance(draft.seen, Audit) and draft.seen.id == audit.id:
        draw_form(viewer, audit, draft)
        return
    with st.container(horizontal=True, gap="small"):
        if may_close:
            st.button(say("Close the audit"), key="close_audit", on_click=begin, args=(FORM, "close", audit))
        st.button(say("Call it off"), key="call_off_audit", on_click=begin, args=(FORM, "call_off", audit))


def draw_form(viewer: Viewer, audit: Audit, draft: Draft) -> None:
    """The last word."""
    audits, who, seen = viewer.store.state.audits, viewer.principal, draft.seen
    version = seen.version if isinstance(seen, Audit) else audit.version
    with st.form(f"form_{FORM}", border=True):
        why = ""
        if draft.purpose == "call_off":
            why = st.text_input(say("Why"), max_chars=LONGEST, key=f"why_{draft.key}")
        closes = draft.purpose == "close"
        sent = save_or_cancel(FORM, say("Close the audit") if closes else say("Call it off"))
    if sent and closes:
        post(FORM, lambda key: audits.close(who, audit.id, version, key))
    elif sent:
        post(FORM, lambda key: audits.call_off(who, audit.id, version, why, key))
