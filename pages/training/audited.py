"""Audits of my own runs, and for a lead those of one of their people: what was found, and the person's side of it."""

from collections.abc import Sequence
from urllib.parse import quote_plus

import streamlit as st

from kpi.score import Status
from kpi.words import listed, marked, say
from pages.adherence.load import title_of
from pages.parts.evidence import Side, draw_side
from pages.parts.format import count, day
from pages.parts.language import language_link
from pages.parts.tables import Cell, Column, Link, Marked, facts, table
from pages.parts.viewer import Viewer
from pages.sops.load import today_of
from sop.audits.own import OwnAudit, Short, audited, reply_to_audit
from sop.scoring import Result

FORM, SHOWN = "audit_reply", 12
AUDITED = (
    Column(marked("Day"), "w"), Column(marked("Procedure")), Column(marked("For")), Column(marked("Result"), "w"),
    Column(marked("Fell short at")), Column(marked("Own side")),
)  # fmt: skip
RESULTS = {
    Result.PASSED: (marked("passed"), Status.OK), Result.FAILED: (marked("not passed"), Status.OFF_TARGET),
    Result.NOT_APPLICABLE: (marked("did not apply"), Status.OK),
}  # fmt: skip


def draw_audited(viewer: Viewer, person: str, part: str, heading: str) -> None:
    """The audits of half a year and one in detail; nothing where there are none, or for who may not see them."""
    found = audited(viewer.store.state, viewer.principal, person, today_of(viewer))
    if not found:
        return
    st.header(heading, anchor=False)
    rows = [row_of(viewer, each, part, person) for each in found[:SHOWN]]
    st.html(table(AUDITED, rows, heading, stacks=True))
    asked = st.query_params.get("audited", "")
    chosen = next((each for each in found if each.name == asked), found[0])
    st.subheader(title_told(viewer, chosen), anchor=False)
    st.html(facts([(each.item.title or each.item.step, short_told(each)) for each in chosen.short]))
    draw_side(side_of(viewer, chosen), is_own=person == viewer.principal.name, form=FORM)
    st.caption(
        say(
            "Drawn by chance, and looked at without knowing whose run it is. Only the person and the direct lead see "
            "this."
        )
    )


def row_of(viewer: Viewer, each: OwnAudit, part: str, person: str) -> list[Cell]:
    """One run, with a link to what was found."""
    whose = f"&person={quote_plus(person)}" if part == "people" else ""
    link = Link(title_of(viewer, each.run.audit.sop),
                f"training?part={part}{whose}&audited={quote_plus(each.name)}{language_link()}")  # fmt: skip
    text, status = RESULTS[each.score.result]
    result: Cell = Marked(say(text), status) if status is Status.OFF_TARGET else say(text)
    said = say("told {day}", day=day(each.reply.at.date())) if each.reply and each.reply.at else ""
    return [day(each.run.record.day), link, each.run.record.about, result, steps_told(each.short), said]


def steps_told(short: Sequence[Short]) -> str:
    """The steps by their titles."""
    return listed([each.item.title or each.item.step for each in short]) or say("nothing")


def short_told(short: Short) -> str:
    """`0 of 1 points · No label`."""
    told = say("{n} of {all} points", n=count(short.points), all=count(short.item.maximum))
    return f"{told} · {short.comment}" if short.comment else told


def title_told(viewer: Viewer, each: OwnAudit) -> str:
    """Which run it is."""
    about = each.run.record.about or each.run.record.case_id
    return f"{title_of(viewer, each.run.audit.sop)}: {about}, {day(each.run.record.day)}"


def side_of(viewer: Viewer, each: OwnAudit) -> Side:
    """What the person says to it, and how it is kept."""

    def write(text: str, seen: int, key: str) -> object:
        state, who = viewer.store.state, viewer.principal
        return reply_to_audit(state, who, each.name, text, today_of(viewer), seen=seen, key=key)

    about = say("On the run of {day}.", day=day(each.run.record.day))
    return Side(each.name, each.reply, about, write)
