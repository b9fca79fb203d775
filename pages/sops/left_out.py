"""The pictures of an uploaded file that did not come along: told over the draft until somebody has seen it."""

from collections.abc import Sequence

import streamlit as st

from kpi.words import marked, say, say_many
from pages.parts.format import count
from pages.parts.refusals import say_refusal
from pages.parts.tables import Cell, Column, table
from store.state import WrongEntry

KEPT = "sop_left_out"
COLUMNS = (Column(marked("Picture")), Column(marked("Why")))


def keep_left_out(key: str, refused: Sequence[tuple[str, str]]) -> None:
    """Remember the files, each with the reason, for the draft of a procedure."""
    st.session_state[KEPT] = (key, tuple(refused))


def draw_left_out(key: str) -> None:
    """The list, if there is one for this procedure, with a button that it was seen."""
    kept, refused = st.session_state.get(KEPT, ("", ()))
    if kept != key or not refused:
        return
    with st.container(border=True, gap="small", key="panel_left_out"):
        st.text(
            say_many(
                "{n} picture did not come along. The rest of the file did.",
                "{n} pictures did not come along. The rest of the file did.", len(refused), n=count(len(refused)),
            )
        )  # fmt: skip
        rows: list[list[Cell]] = [[file, say_refusal(WrongEntry(why))] for file, why in refused]
        st.html(table(COLUMNS, rows, say("Pictures left out"), stacks=True))
        st.button(say("I have seen it"), key="left_out_seen", on_click=forget_left_out)


def forget_left_out() -> None:
    """Somebody has seen it."""
    st.session_state.pop(KEPT, None)
