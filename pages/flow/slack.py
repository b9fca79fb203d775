"""Whose time orders under way have used up: beyond the budget of a stage, and saved below it, by who answers for it."""

import polars as pl
import streamlit as st

from kpi.flow.reading import Slice
from kpi.words import say
from pages.flow.load import built, load_slack
from pages.flow.telling import HOUR_S, days, party_name, stage_name
from pages.parts.format import ABSENT, count
from pages.parts.tables import Cell, Column, table
from pages.parts.viewer import Viewer

MOST = 8


def draw_slack(viewer: Viewer, asked: Slice) -> None:
    """A sentence on who has burnt most, and the table of stages and parties behind it."""
    rows = load_slack(viewer, asked)
    if rows.is_empty() or not rows["over_s"].sum():
        return
    st.text(built(viewer, asked, "slack-told", lambda: headline(rows)))
    with st.expander(say("Whose slack orders under way have burnt"), key="slack"):
        st.html(built(viewer, asked, "slack", lambda: build_slack(rows)))


def headline(rows: pl.DataFrame) -> str:
    """The stage and party that have burnt most of the time of orders that can still be helped."""
    worst = rows.sort("over_s", "stage", descending=[True, False]).row(0, named=True)
    whole = float(rows["over_s"].sum())
    return say(
        "Of the time orders under way have burnt beyond budget, {share} went in {stage} ({party}).",
        share=f"{100 * worst['over_s'] / whole:.0f}%", stage=stage_name(worst["stage"]).lower(),
        party=party_name(worst["party"]).lower(),
    )  # fmt: skip


def build_slack(rows: pl.DataFrame) -> str:
    """One row a stage and party, the most burnt first: hours beyond and below budget, and the days late so far."""
    columns = (
        Column(say("Stage")), Column(say("Who answers")), Column(say("Orders"), "r"),
        Column(say("Hours beyond budget"), "r"), Column(say("Hours saved"), "r"), Column(say("Late so far"), "r"),
    )  # fmt: skip
    told = rows.sort("over_s", "stage", descending=[True, False]).head(MOST)
    return table(columns, [_row(row) for row in told.iter_rows(named=True)], say("Slack of orders under way"))


def _row(row: dict[str, object]) -> list[Cell]:
    number = {name: float(str(row[name])) for name in ("n", "over_s", "under_s", "late_s")}
    return [
        stage_name(str(row["stage"])), party_name(str(row["party"])), count(number["n"]),
        count(number["over_s"] / HOUR_S), count(number["under_s"] / HOUR_S),
        days(number["late_s"] / 86_400) if number["late_s"] else ABSENT,
    ]  # fmt: skip
