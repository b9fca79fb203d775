"""Did the refreshers on failing steps help? Counted over everybody; nobody is named."""

import streamlit as st

from kpi.score import Status
from kpi.words import listed, marked, say, say_many
from pages.parts.format import ABSENT, count, day, share
from pages.parts.language import language_link
from pages.parts.tables import Cell, Column, Link, Marked, table
from pages.parts.viewer import Viewer
from pages.sops.load import load_procedure, load_shelves, today_of
from sop.remeasured import Remeasured, refreshers_remeasured
from sop.share import Share

COLUMNS = (
    Column(marked("Procedure")), Column(marked("Steps it was about")), Column(marked("Due"), "w"),
    Column(marked("Missed in the month before"), "r"), Column(marked("Missed in the four weeks since"), "r"),
    Column(marked("Change in points")),
)  # fmt: skip


def draw_remeasured(viewer: Viewer) -> None:
    """A row a refresher of the last four months that was due; nothing where there is none."""
    found = refreshers_remeasured(viewer.store.state, viewer.store.lake, viewer.principal, today_of(viewer))
    if not found:
        return
    st.header(say("Did the refreshers help?"), anchor=False)
    st.html(
        table(COLUMNS, [_row(viewer, each) for each in found], say("Did the refreshers help?"), stacks=True)
    )
    st.caption(
        say("Answers of runs and checks to the steps a refresher was about, before and after it was due: what goes "
            "together, no proof.")
    )  # fmt: skip


def _row(viewer: Viewer, each: Remeasured) -> list[Cell]:
    shelf = next((one for one in load_shelves(viewer) if one.key == each.sop), None)
    now = shelf.effective() if shelf else None
    text = load_procedure(viewer, now) if now else None
    steps = [step.title if text and (step := text.step(key)) else key for key in each.steps]
    link = Link(now.title if now else each.sop, f"sop?sop={each.sop}{language_link()}")
    return [link, listed(steps), day(each.due_on), _part(each.before), _part(each.after), _change(each)]


def _part(missed: Share) -> str:
    if missed.value is None:
        return ABSENT
    return say("{share} of {n}", share=share(missed.value, 1), n=count(missed.denominator))


def _change(each: Remeasured) -> Cell:
    change = each.change
    if each.missing or change.value is None or change.low is None or change.high is None:
        return say_many("Not enough evidence: {n} answer too few", "Not enough evidence: {n} answers too few",
                        each.missing, n=count(each.missing))  # fmt: skip
    low, high = (f"{100 * bound:+.1f}".replace("-", "−") for bound in (change.low, change.high))
    told = say("{change} (between {low} and {high})",
               change=f"{100 * change.value:+.1f}".replace("-", "−"), low=low, high=high)  # fmt: skip
    if change.high < 0:
        return Marked(told, Status.OK)
    return Marked(told, Status.OFF_TARGET) if change.low > 0 else told
