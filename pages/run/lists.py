"""Runs in lists: one's own that are open, those of a team, and those for an order, shipment, ticket or batch."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from kpi.model import Department
from kpi.words import marked, say, say_many
from pages.parts.choices import search
from pages.parts.format import ABSENT, count, moment
from pages.parts.language import language_link
from pages.parts.tables import Cell, Column, Link, table
from pages.parts.viewer import Viewer
from pages.run.load import case_told, state_told, title_of
from pages.sops.load import today_of
from store.state.run_records import ProcedureRun, knows_of_runs

COLUMNS = (
    Column(marked("Procedure")), Column(marked("For")), Column(marked("State"), "w"), Column(marked("Begun"), "w"),
    Column(marked("Person")), Column(marked("Team")),
)  # fmt: skip
CARDS = """<style>
.stHtml ul.fl-runs,ul.fl-runs{display:grid;gap:8px;margin:0 0 8px;padding:0;list-style:none;max-width:640px}
.fl-runs li{margin:0!important;padding:0}
.fl-runs a{display:block;min-height:48px;padding:10px 14px;border-radius:8px;text-decoration:none;color:inherit;
border:1px solid color-mix(in srgb,currentColor 30%,transparent)}
.fl-runs a:hover{border-color:currentColor}
.fl-runs b{display:block}.fl-runs span{font-size:14px;opacity:.8}
</style>"""


def draw_own(viewer: Viewer) -> None:
    """The open runs of whoever looks, as large as a thumb."""
    runs = viewer.store.state.procedure_runs.mine(viewer.principal)
    if not runs:
        return
    st.header(say("Your open runs"), anchor=False)
    today = today_of(viewer)
    lines = "".join(
        f'<li><a href="run?run={each.id}{language_link()}" target="_self"><b>{escape(title_of(viewer, each))}</b>'
        f"<span>{escape(case_told(each))} · {escape(state_told(each, today))}</span></a></li>"
        for each in runs
    )
    st.html(f'{CARDS}<ul class="fl-runs">{lines}</ul>')


def draw_others(viewer: Viewer) -> None:
    """What was run for a number; and, for who audits, what is under way in the departments they see."""
    st.header(say("Runs for an order, shipment, ticket or batch"), anchor=False)
    wanted = search(say("Its number"), "record")
    runs = viewer.store.state.procedure_runs
    if wanted:
        draw_table(viewer, runs.of_case(viewer.principal, wanted), say("Runs for {id}", id=wanted))
    elif knows_of_runs(viewer.principal):
        seen = [each.value for each in Department if viewer.principal.scope.sees_department(each.value)]
        found = runs.of_department(viewer.principal, seen)
        draw_table(viewer, found, say("Runs under way"))


def draw_table(viewer: Viewer, runs: Sequence[ProcedureRun], label: str) -> None:
    """Runs the reader may look into lead there; of others there is no name."""
    if not runs:
        st.text(say("None that you may see."))
        return
    today = today_of(viewer)
    st.html(
        table(COLUMNS, [_line(viewer, each, state_told(each, today)) for each in runs], label, stacks=True)
    )
    told = say_many("{n} run", "{n} runs, the latest first", len(runs), n=count(len(runs)))
    st.html(f'<div class="fl-told">{escape(told)}</div>')


def _line(viewer: Viewer, run: ProcedureRun, state: str) -> list[Cell]:
    title = f"{title_of(viewer, run)} {run.number}"
    first: Cell = Link(title, f"run?run={run.id}{language_link()}") if run.person else title
    return [first, case_told(run), state, moment(run.started_at), run.person or ABSENT, run.team or ABSENT]
