"""What becomes of the fields of one source that tell about people: dropped, hashed or kept, and why."""

from collections.abc import Sequence

import streamlit as st

from kpi.access import sees_table
from kpi.words import marked, say, say_many
from pages.parts.format import count, words
from pages.parts.tables import Cell, Column, Grid
from pages.parts.viewer import Viewer
from store.personal.limits import Retention, load_retention
from store.personal.treatment import STREAM, FieldTreatment, Treatment, Why, known_of
from store.raw_pages import has_pages
from store.state import Freshness

FIELDS = (
    Column(marked("Table")), Column(marked("Field of the source")), Column(marked("What happens"), "w"),
    Column(marked("Becomes")), Column(marked("Because")), Column(marked("Until"), "w"),
)  # fmt: skip
HAPPENS = {
    Treatment.DROP: marked("✕ dropped"), Treatment.HASH: marked("# hashed"), Treatment.KEEP: marked("✓ kept"),
}  # fmt: skip
OTHERS = "*"
PAGES = marked(
    "One exception: pages of the system are kept {days} as they came, with all that stands in them, so that they can "
    "be read again. Nobody sees them but the service."
)


def draw_personal(viewer: Viewer, known: Freshness) -> None:
    """What is dropped and hashed; what is kept as it is on demand."""
    st.header(say("Personal data"), anchor=False)
    words_kept = viewer.store.state.runs.cursor(viewer.principal, known.source, STREAM)
    tables = [each.fact for each in known.latest.counts]
    retention = load_retention(viewer.store.home)
    mine = [each for each in known_of(words_kept, tables) if sees_table(viewer.principal, each.table)]
    changed = [each for each in mine if each.treatment is not Treatment.KEEP]
    st.text(
        say(
            "Ids of people are hashed with the key of this installation before anything is stored; what nothing reads "
            "is never stored. The same holds for rows that were set aside."
        )
    )
    if has_pages(viewer.store.home, known.source):
        days = retention.pages_days
        told = say_many("for {n} day", "for {n} days", days, n=count(days))
        st.text(say(PAGES, days=told))
    if changed:
        st.html(build_fields(changed, retention).html)
    else:
        st.text(say("No field of this source tells about a person."))
    kept = [each for each in mine if each.treatment is Treatment.KEEP]
    if kept:
        with st.expander(say("{n} fields are kept as they are", n=count(len(kept))), key="kept_fields"):
            st.html(build_fields(kept, retention).html)


def build_fields(told: Sequence[FieldTreatment], retention: Retention) -> Grid:
    """One row a field."""
    rows: list[list[Cell]] = [
        [
            words(each.table),
            say("every other field") if each.field == OTHERS else each.field,
            say(HAPPENS[each.treatment]),
            words(each.fills) if each.fills else "",
            say(each.why.value),
            "" if each.treatment is Treatment.DROP else lasting(each, retention),
        ]
        for each in told
    ]
    return Grid(FIELDS, rows, say("Personal data"))


def lasting(told: FieldTreatment, retention: Retention) -> str:
    """How long a stored row has it: ids of people as long as the limit of their table says, all else for ever."""
    months = retention.months.get(told.table)
    if months is None or told.why is not Why.PERSON:
        return say("for ever")
    return say_many("{n} month after the last row", "{n} months after the last row", months, n=count(months))
