"""How far a source was read, table by table, what its host still allows, and which of its fields are new or gone."""

from collections.abc import Sequence
from datetime import datetime

import polars as pl
import streamlit as st

from kpi.source_told import FieldTold, Standing, fields_told, say_codes, say_position, standings
from kpi.words import marked, say
from pages.parts.format import ABSENT, count, day, moment, words
from pages.parts.load import load_rejected, now
from pages.parts.tables import Cell, Column, table
from pages.parts.viewer import Viewer
from store.configured import Configured
from store.observed import Observed
from store.state import Freshness

COLUMNS = (
    Column(marked("Table")), Column(marked("Last good read"), "w"), Column(marked("Data until"), "w"),
    Column(marked("Read"), "r"), Column(marked("New"), "r"), Column(marked("Changed"), "r"),
    Column(marked("Waiting"), "r"), Column(marked("Codes nobody knows")), Column(marked("The next pull asks for")),
)  # fmt: skip
FIELDS = (
    Column(marked("Field of the source")), Column(marked("Stream")), Column(marked("Standing"), "w"),
    Column(marked("First seen"), "w"), Column(marked("Last seen"), "w"),
)  # fmt: skip
STANDINGS = {"gone": marked("▲ gone, though it is mapped"), "new": marked("◷ new, and nothing reads it")}


def draw_standings(viewer: Viewer, name: str, source: Configured | None, fresh: Freshness | None) -> None:
    """Table by table, of those the reader sees all of."""
    rejected = load_rejected(viewer).filter(pl.col("source") == name)
    tables = source.tables if source else ()
    found = standings(viewer.store.state, viewer.principal, name, tables, fresh, rejected)
    if found:
        st.header(say("How far it was read"), anchor=False)
        st.html(build_standings(found))


def build_standings(found: Sequence[Standing]) -> str:
    """One row a table; a list of them on narrow screens."""
    return table(COLUMNS, [_row(each) for each in found], say("How far it was read"), stacks=True)


def _row(each: Standing) -> list[Cell]:
    counted = [ABSENT if number is None else count(number) for number in (each.read, each.new, each.changed)]
    return [
        words(each.table),
        moment(each.last_ok) if each.last_ok else say("never"),
        moment(each.data_until) if each.data_until else ABSENT,
        *counted,
        count(each.waiting),
        say_codes(each) or ABSENT,
        say_position(each.position) or ABSENT,
    ]


def draw_fields(viewer: Viewer, observed: Observed) -> None:
    """Fields that are new or gone since the first pull, where there are any."""
    drifted = [each for each in fields_told(observed, viewer.principal, now()) if each.standing in STANDINGS]
    if not drifted:
        return
    st.header(say("Fields that changed"), anchor=False)
    st.text(
        say(
            "New fields are ignored until a mapping reads them; a mapped field that is gone leaves its column empty, "
            "or its rows wait. Only names are kept, as the first records of each page had them."
        )
    )
    st.html(build_fields(drifted))


def build_fields(drifted: Sequence[FieldTold]) -> str:
    """One row a field."""
    cells: list[list[Cell]] = [
        [each.field, each.stream, say(STANDINGS[each.standing]), _on(each.first), _on(each.last)]
        for each in drifted
    ]
    return table(FIELDS, cells, say("Fields that changed"), stacks=True)


def _on(when: datetime) -> str:
    return day(when.date())
