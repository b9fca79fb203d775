"""The records behind a number: what was counted, what it was counted out of, and what was left out and why."""

import polars as pl
import streamlit as st

from kpi.explain import Side
from kpi.exports.sheet import as_csv
from kpi.model import Distinct, Kpi, Total
from kpi.period import Span
from kpi.standing import Period, Standing
from pages.parts.exports import Export, Kind, draw_download
from pages.parts.format import count, rows, words
from pages.parts.load import load_records
from pages.parts.viewer import Viewer

MOST_SHOWN = 200
SIDES = {"Numerator": Side.NUMERATOR, "Denominator": Side.DENOMINATOR, "Left out": Side.EXCLUDED}


def draw_records(viewer: Viewer, standing: Standing, period: Period) -> None:
    """Choose a side, see at most 200 of its records, take all of them along as CSV."""
    st.header("Records", anchor=False)
    side = st.segmented_control(
        "Records", list(SIDES), default="Numerator", required=True, key="side", bind="query-params",
        label_visibility="collapsed",
    )  # fmt: skip
    picked = SIDES.get(side or "Numerator", Side.NUMERATOR)
    span = Span(period.start, period.end)
    found = load_records(viewer, standing.kpi, span, standing.market, picked)
    st.text(summary(standing.kpi, picked, found, period))
    if found.is_empty():
        return
    st.dataframe(
        tidy(found.head(MOST_SHOWN)), hide_index=True, height="auto", row_height=32,
        column_config={"Day": st.column_config.DateColumn(format="YYYY-MM-DD")}, key=f"records_{picked}",
        alt=f"{words(picked.value)} of {standing.kpi.name}, {rows(min(found.height, MOST_SHOWN))}",
    )  # fmt: skip
    stem = f"{standing.kpi.key}-{span.start}-{picked.value}"
    all_rows = Export(f"All {rows(found.height)} as CSV", Kind.CSV, stem, lambda: as_csv(found))
    draw_download(viewer, all_rows, "csv")


def summary(kpi: Kpi, side: Side, found: pl.DataFrame, period: Period) -> str:
    """How many records there are, how many are shown, and what they add up to."""
    shown = f", {count(MOST_SHOWN)} shown" if found.height > MOST_SHOWN else ""
    told = f"{rows(found.height, 'record')}{shown}"
    match side:
        case Side.NUMERATOR if isinstance(kpi, Distinct):
            return f"{told}; each {words(kpi.of).lower()} among them counts once."
        case Side.NUMERATOR if isinstance(kpi, Total):
            return f"{told}; they add up to {_sum(found, 'numerator')}."
        case Side.NUMERATOR:
            return f"{told}; they add up to {_sum(found, 'numerator')}, divided by {_number(period.denominator)}."
        case Side.DENOMINATOR:
            return f"{told}; they add up to {_sum(found, 'denominator')}."
        case Side.EXCLUDED:
            return f"{told} left out: {_reasons(found)}." if found.height else "No record was left out."


def tidy(found: pl.DataFrame) -> pl.DataFrame:
    """The records under headings people read, without columns that say nothing."""
    idle = {name for name in ("numerator", "denominator") if found[name].fill_null(0).eq(0).all()}
    told = [name for name in found.columns if found[name].null_count() < found.height and name not in idle]
    return found.select(told).rename({name: words(name) for name in told})


def _sum(found: pl.DataFrame, column: str) -> str:
    return _number(float(found[column].sum()))


def _number(value: float) -> str:
    return count(value) if value == round(value) else f"{value:,.2f}"


def _reasons(found: pl.DataFrame) -> str:
    counted = found.group_by("reason").len().sort("len", descending=True)
    return "; ".join(
        f"{words(reason or 'unknown').lower()} {count(number)}" for reason, number in counted.iter_rows()
    )
