"""What is in the way, and what hangs nowhere: steps that do not fit the work, loose ends of the library, overload."""

from collections import Counter
from collections.abc import Sequence

import streamlit as st

from kpi.catalog import KPIS
from kpi.goals import Missing, Orphan
from kpi.score import Status
from kpi.words import marked, say
from pages.adherence import load
from pages.adherence.friction import Flags, draw_friction
from pages.adherence.shown import Shown
from pages.parts.format import count, share
from pages.parts.tables import Cell, Column, Grid, Link, Marked
from sop.diagnosis.orphans import Load, orphans_seen, overloaded

MOST, TOP = 30, 12
MISSING = {
    Missing.GOAL: marked("KPI without a goal"), Missing.UNKNOWN_GOAL: marked("KPI with a goal nobody has"),
    Missing.OWNER: marked("KPI without an owner"), Missing.SOP: marked("KPI without an SOP"),
    Missing.UNKNOWN_SOP: marked("KPI with an SOP nobody has"), Missing.KPI_OF_SOP: marked("SOP that drives no KPI"),
    Missing.KPI_OF_GOAL: marked("Goal without a KPI"), Missing.OWNER_OF_SOP: marked("SOP without an owner"),
    Missing.OWNER_OF_STEP: marked("Step without an owner"), Missing.UNKNOWN_KPI: marked("SOP with a KPI nobody has"),
}  # fmt: skip


def draw_loose(shown: Shown) -> None:
    """Where the time goes, steps that do not apply, what hangs nowhere, who carries too much."""
    flags = flags_of(shown)
    draw_friction(shown, flags)
    draw_misfits(shown, flags)
    draw_orphans(shown)
    if not shown.sop:
        draw_overload(shown)


def draw_misfits(shown: Shown, flags: Flags) -> None:
    """The steps that most often do not apply where they are asked for, from runs and checks."""
    found = load.load_misfits(shown.viewer, shown.asked.span, shown.sop)
    mine = [each for each in found if shown.department in ("", shown.department_of(each.sop))]
    st.header(say("Steps that do not fit the work"), anchor=False)
    if not mine:
        st.text(say("No step was answered with “not applicable” in these days."))
        return
    columns = [
        Column(say("Step")), Column(say("SOP")), Column(say("Not applicable"), "r"),
        Column(say("Of runs and checks"), "r"), Column(say("Flags you see"), "r"),
    ]  # fmt: skip
    rows: list[list[Cell]] = [
        [
            Link(shown.title(each.sop, each.step), shown.link(each.sop, each.step)), shown.title(each.sop),
            share(each.part.value or 0.0, 1), count(each.part.denominator),
            count(flags.get((each.sop, each.step), 0)),
        ]
        for each in mine[:TOP]
    ]  # fmt: skip
    st.html(Grid(columns, rows, say("Steps that do not fit the work")).html)


def flags_of(shown: Shown) -> Counter[tuple[str, str]]:
    """Flags of these days by procedure and step: one's own, and those of others for who works on procedures."""
    viewer, span = shown.viewer, shown.asked.span
    found = viewer.store.state.flags.rows(viewer.principal, shown.sop or None)
    return Counter((each.sop, each.step) for each in found if span.start <= each.flagged_on <= span.end)


def draw_orphans(shown: Shown) -> None:
    """KPIs without goal or SOP, SOPs without KPI, steps without owner; of what the reader sees."""
    found = orphans_of(shown)
    st.header(say("What hangs nowhere"), anchor=False)
    if not found:
        st.text(say("Every KPI has a goal and a procedure, every procedure a KPI, every step an owner."))
        return
    columns = [Column(say("What is missing")), Column(say("Where")), Column(say("The way out"))]
    rows: list[list[Cell]] = [
        [say(MISSING[each.missing]), _place(each, shown), each.way_out] for each in found
    ]
    st.html(Grid(columns, rows[:MOST], say("What hangs nowhere")).html)
    if len(found) > MOST:
        st.caption(say("{shown} of {all}.", shown=MOST, all=count(len(found))))


def orphans_of(shown: Shown) -> list[Orphan]:
    """Everything that hangs nowhere, of one procedure where one is shown."""
    viewer = shown.viewer
    texts = [text for key in load.shelves(viewer) if (text := load.text_of(viewer, key)) is not None]
    found = orphans_seen(viewer.principal, texts)
    if not shown.sop:
        return found
    return [each for each in found if each.key.partition("#")[0] == shown.sop]


def _place(each: Orphan, shown: Shown) -> Cell:
    if each.key in KPIS:
        return Link(say(KPIS[each.key].name), f"kpi?kpi={each.key}&tab=definition")
    sop, _, step = each.key.partition("#")
    if sop in load.shelves(shown.viewer):
        told = " · ".join([shown.title(sop), *([shown.title(sop, step)] if step else [])])
        return Link(told, f"sop?sop={sop}")
    return each.key


def draw_overload(shown: Shown) -> None:
    """People with more open actions than can be done."""
    actions = shown.viewer.store.state.actions.rows(shown.viewer.principal)
    found = overloaded(actions, shown.today)
    st.header(say("Too many actions at once"), anchor=False)
    if not found:
        st.text(say("Nobody has promised more than seven open actions."))
        return
    st.html(build_overload(found).html)


def build_overload(found: Sequence[Load]) -> Grid:
    """A row a person: some of it has to go to others, or wait."""
    columns = [Column(say("Who")), Column(say("Open actions"), "r"), Column(say("Overdue"), "r")]
    rows: list[list[Cell]] = [
        [
            each.owner,
            count(each.open),
            Marked(count(each.overdue), Status.AT_RISK if each.overdue else Status.OK),
        ]
        for each in sorted(found, key=lambda one: one.owner)
    ]
    return Grid(columns, rows, say("Too many actions at once"))
