"""My own results, and for a lead those of one of their people: each step there is evidence about, and one in detail."""

from urllib.parse import quote_plus

import streamlit as st

from kpi.words import marked, say, say_many
from pages.adherence.load import step_titles, title_of
from pages.parts.evidence import draw_evidence
from pages.parts.format import count
from pages.parts.language import language_link
from pages.parts.tables import Cell, Column, Link, table
from pages.parts.viewer import Viewer
from pages.sops.load import today_of
from sop.outcomes.one_person import evidence_of, steps_of
from store.state.run_counts import StepSeen

STEPS = (
    Column(marked("Step")), Column(marked("Procedure")), Column(marked("Runs"), "r"), Column(marked("Not done"), "r"),
)  # fmt: skip
SHOWN = 12


def draw_results(viewer: Viewer, person: str, part: str, heading: str) -> None:
    """Of half a year of finished runs; nothing where there are none, or for who may not see them."""
    today = today_of(viewer)
    found = steps_of(viewer.store.state, viewer.principal, person, today)
    if not found:
        return
    st.header(heading, anchor=False)
    missed = [each for each in found if each.missed]
    if not missed:
        n = len(found)
        told = say_many("{n} step, always done.", "{n} steps, always done.", n, n=count(n))
        st.text(told)
        return
    rows = [row_of(viewer, each, part, person) for each in missed[:SHOWN]]
    st.html(table(STEPS, rows, heading, stacks=True))
    if len(missed) > SHOWN:
        st.caption(
            say("The {n} steps left out most often, of {all}.", n=count(SHOWN), all=count(len(missed)))
        )
    asked = st.query_params.get("result", "")
    chosen = next((each for each in found if name_of(each) == asked), missed[0])
    account = evidence_of(viewer.store.state, viewer.principal, person, chosen.sop, chosen.step, today)
    if account is not None:
        st.subheader(step_title(viewer, chosen), anchor=False)
        draw_evidence(viewer, account, person, today)


def row_of(viewer: Viewer, each: StepSeen, part: str, person: str) -> list[Cell]:
    """One step, with a link to its evidence."""
    whose = f"&person={quote_plus(person)}" if part == "people" else ""
    href = f"training?part={part}{whose}&result={quote_plus(name_of(each))}{language_link()}"
    link = Link(step_title(viewer, each), href)
    return [link, title_of(viewer, each.sop), count(each.runs), count(each.missed)]


def step_title(viewer: Viewer, each: StepSeen) -> str:
    """What the step is called, else its key."""
    return step_titles(viewer, each.sop).get(each.step, each.step)


def name_of(each: StepSeen) -> str:
    """A step in the link."""
    return f"{each.sop}/{each.step}"
