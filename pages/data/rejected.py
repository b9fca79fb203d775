"""Rows that were set aside: why, how many, and the latest of them."""

import polars as pl
import streamlit as st

from kpi.words import marked, say
from pages.parts.format import count, rows, words
from pages.parts.rows_told import say_reason
from pages.parts.sent import sent
from pages.parts.tables import Cell, Column, table

MOST_SHOWN, MOST_REASONS = 200, 8


def draw_latest(rejected: pl.DataFrame) -> None:
    """The latest of them with their raw values."""
    shown = rejected.head(MOST_SHOWN).select("seen_at", "source", "table", "source_id", "reason", "raw")
    st.dataframe(
        sent(shown.rename({name: words(name) for name in shown.columns})), hide_index=True, row_height=32,
        column_config={words("seen_at"): st.column_config.DatetimeColumn(format="localized", width=170)},
        height="auto", key="rejected", alt=say("The latest {rows}", rows=rows(shown.height, "rejected row")),
    )  # fmt: skip


def build_reasons(rejected: pl.DataFrame) -> str:
    """Rejected rows by source, table and reason, the most frequent first."""
    counted = (
        rejected.group_by("source", "table", "reason").len().sort("len", descending=True).head(MOST_REASONS)
    )
    cells: list[list[Cell]] = [
        [source, words(name), say_reason(reason or ""), count(number)]
        for source, name, reason, number in counted.iter_rows()
    ]
    columns = (
        Column(marked("Source")), Column(marked("Table")), Column(marked("Reason")), Column(marked("Rows"), "r"),
    )  # fmt: skip
    return table(columns, cells, say("Rejected rows by reason"), stacks=True)
