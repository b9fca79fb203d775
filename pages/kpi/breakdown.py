"""The slices of one KPI in one period: a table with bars; slices with few rows say that they are not sure."""

import polars as pl
import streamlit as st

from kpi.model import Distribution, Kpi
from kpi.period import Span
from kpi.score import Status
from kpi.standing import Period, Standing
from pages.parts.filters import choose
from pages.parts.format import ABSENT, count, figure, goal, words
from pages.parts.load import load_values
from pages.parts.tables import Bar, Cell, Column, facts, table
from pages.parts.viewer import Viewer

MOST_SLICES = 30
SEVERITY = {Status.OFF_TARGET: 0, Status.AT_RISK: 1, Status.INCOMPLETE: 2, Status.ON_TARGET: 3, Status.OK: 3}


def choose_dimension(kpi: Kpi) -> str | None:
    """The dimension to cut by; None for a KPI that has none."""
    options = {words(name): name for name in kpi.dimensions}
    return options[choose("Broken down by", list(options), "by")] if options else None


def draw_breakdown(viewer: Viewer, standing: Standing, period: Period, by: str | None, currency: str) -> None:
    """The slices of the period; durations also tell their median and 90th percentile."""
    kpi, span = standing.kpi, Span(period.start, period.end)
    if isinstance(kpi, Distribution):
        draw_percentiles(viewer, standing, span, currency)
    if by is None:
        return
    slices = load_values(viewer, kpi, span, by, standing.market)
    if slices.is_empty():
        st.text("No rows in this period.")
        return
    st.html(build_breakdown(kpi, slices, by, currency))
    if slices.height > MOST_SLICES:
        st.caption(f"{MOST_SLICES} of {slices.height} slices, the most serious first.")


def build_breakdown(kpi: Kpi, slices: pl.DataFrame, by: str, currency: str) -> str:
    """The table of slices, the most serious first and then the largest."""
    columns = (
        Column(words(by)), Column("Status"), Column("Value", "r"), Column("Against target"), Column("Target", "r"),
        Column("Rows", "r"),
    )  # fmt: skip
    rows = sorted(
        slices.rows(named=True), key=lambda row: (SEVERITY.get(Status(row["status"]), 4), -row["n"])
    )
    told = [each for row in rows for each in (row["value"], row["target"]) if each is not None]
    top = max((abs(each) for each in told), default=1.0) or 1.0
    cells = [_row(kpi, row[by], row["value"], row["target"], Status(row["status"]), row["n"], top, currency)
             for row in rows[:MOST_SLICES]]  # fmt: skip
    return table(columns, cells, f"{kpi.name} by {words(by).lower()}")


def _row(
    kpi: Kpi, name: str, value: float | None, target: float | None, status: Status, n: int, top: float, currency: str
) -> list[Cell]:  # fmt: skip
    bar = Bar(max(0.0, value or 0.0) / top, None if target is None else target / top, status)
    return [
        str(name), status, str(figure(kpi, value, currency)), bar,
        ABSENT if target is None else goal(kpi, target, currency), count(n),
    ]  # fmt: skip


def draw_percentiles(viewer: Viewer, standing: Standing, span: Span, currency: str) -> None:
    """Mean, median and 90th percentile of a duration, and how exact they are."""
    kpi = standing.kpi
    found = load_values(viewer, kpi, span, None, standing.market, percentiles=True)
    if found.is_empty():
        return
    row = found.row(0, named=True)
    exact = "from the rows themselves" if row["exact"] else "from 1 % steps, so within ±1 %"
    pairs = [
        ("Mean", str(figure(kpi, row["value"], currency))),
        ("Median", str(figure(kpi, row["median"], currency))),
        ("90th percentile", f"{figure(kpi, row['p90'], currency)} · {exact}"),
        ("Still open", f"{count(row['open'] or 0)} begun in this period, not in the mean"),
    ]
    st.html(facts(pairs))
