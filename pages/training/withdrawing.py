"""What the reader entered for others, and the way to take one back that was a mistake."""

from collections.abc import Mapping, Sequence

import streamlit as st

from kpi.words import marked, say, say_many
from pages.parts.fields import save_or_cancel
from pages.parts.format import count, day
from pages.parts.posting import begin, draft_of, post
from pages.parts.tables import Column, table
from pages.parts.viewer import Viewer
from pages.sops.load import load_shelves
from pages.training import load, told
from store.state.trainings import Training

FORM, SHOWN = "training_withdraw", 20
ENTERED = (
    Column(marked("Day"), "w"), Column(marked("Person")), Column(marked("Procedure")), Column(marked("How")),
    Column(marked("Remark")),
)  # fmt: skip


def draw_entered(viewer: Viewer) -> None:
    """The latest ones with the form that takes one back; nothing for who entered none."""
    found = viewer.store.state.trainings.entered(viewer.principal)
    if not found:
        return
    names = load.load_names(viewer)
    titles = {each.key: each.shown("").title or each.key for each in load_shelves(viewer)}
    st.header(say("Trainings I entered"), anchor=False)
    rows = [row_of(each, names, titles) for each in found[:SHOWN]]
    st.html(table(ENTERED, rows, say("Trainings I entered"), stacks=True))
    if len(found) > SHOWN:
        more = len(found) - SHOWN
        st.caption(
            say_many("{n} earlier one is not shown.", "{n} earlier ones are not shown.", more, n=count(more))
        )
    if draft_of(FORM) is not None:
        draw_form(viewer, found[:SHOWN], names, titles)
    else:
        st.button(say("Take one back"), key="withdraw_new", on_click=begin, args=(FORM, "withdraw"))


def row_of(each: Training, names: Mapping[str, str], titles: Mapping[str, str]) -> list[str]:
    """One training."""
    who, procedure = names.get(each.person, each.person), f"{titles.get(each.sop, each.sop)} {each.name}"
    return [day(each.held_on), who, procedure, say(told.HOW[each.how]), each.note]


def draw_form(
    viewer: Viewer, found: Sequence[Training], names: Mapping[str, str], titles: Mapping[str, str]
) -> None:
    """Which one; it counts no more for the person, and the trail keeps that it was there."""
    draft = draft_of(FORM)
    with st.form(f"form_{FORM}", width=760):
        chosen = st.selectbox(
            say("Which one was a mistake?"), found, index=None, key=f"which_{draft.key if draft else ''}",
            format_func=lambda each: " · ".join(filter(None, row_of(each, names, titles))),
        )  # fmt: skip
        st.caption(say("It does not count any more: the person is asked for the training again."))
        sent = save_or_cancel(FORM, say("Take it back"))
    if sent:
        number = chosen.id if chosen is not None else 0
        post(FORM, lambda key: viewer.store.state.trainings.withdraw(viewer.principal, number, key))
