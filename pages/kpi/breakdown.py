"""The slices of one KPI: a table with bars and how sure each is; slices with few rows say that they are not sure."""

from datetime import timedelta

import polars as pl
import streamlit as st

from kpi.figures import ABSENT, count, figure, goal, words
from kpi.model import Better, Kpi, Total
from kpi.period import Span
from kpi.results import LONGEST_SLICE_DAYS, SliceError, sliceable
from kpi.score import Status
from kpi.vocabulary import named
from kpi.words import listed, say
from pages.kpi.shown import Shown, period_label, span_label, span_of
from pages.parts.choices import pick
from pages.parts.load import load_values
from pages.parts.tables import Bar, Cell, Column, table

MOST_SLICES = 30
WINDOWS = (13, 26, 52)
NONE = "none"
SEVERITY = {Status.OFF_TARGET: 0, Status.AT_RISK: 1, Status.INCOMPLETE: 2, Status.ON_TARGET: 3, Status.OK: 3}


def draw(shown: Shown) -> None:
    """Choose the days and one or two dimensions; the slices, the most serious first."""
    if not shown.closed:
        st.text(say("No period is over yet, so there is nothing to break down."))
        return
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        span = choose_span(shown)
        by = choose_dimensions(shown.kpi, shown.market)
    if not by:
        st.text(say("This KPI is not kept by any dimension, so it cannot be broken down."))
        return
    try:
        slices = load_values(shown.viewer, shown.kpi, span, by, shown.market)
    except SliceError:
        st.text(too_long(shown.kpi, by, span))
        return
    if slices.is_empty():
        st.text(say("No rows from {days}.", days=span_label(span, shown.today)))
        return
    st.html(build_breakdown(shown.kpi, slices, by, shown.currency))
    st.caption(" ".join(notes(shown.kpi, slices)))


def choose_span(shown: Shown) -> Span:
    """One of the periods shown, or the last thirteen weeks and more in one."""
    standing, last = shown.standing, shown.closed[0].end
    spans = {each.start.isoformat(): span_of(each) for each in shown.closed}
    labels = {each.start.isoformat(): period_label(standing, each) for each in shown.closed}
    if shown.kpi.adds_over_time and not shown.kpi.monthly:
        first = standing.periods[0].start
        for weeks in WINDOWS:
            start = last - timedelta(days=7 * weeks - 1)
            if start >= first:
                name = f"{weeks}w"
                spans[name] = Span(start, last)
                labels[name] = say(
                    "{n} weeks, {days}", n=weeks, days=span_label(Span(start, last), shown.today)
                )
    return spans[pick(say("Shown period"), labels, "shown", 240)]


def choose_dimensions(kpi: Kpi, market: str | None) -> tuple[str, ...]:
    """
    The dimension to cut by and, if wanted, a second one; empty for a KPI that has none. The first that still varies
    comes first: while one market is chosen, that is not the market.
    """
    if not kpi.dimensions:
        return ()
    varying = sorted(kpi.dimensions, key=lambda name: name == "market" and market is not None)
    first = pick(say("Broken down by"), {name: words(name) for name in varying}, "by", 170)
    kept = [name for name in kpi.dimensions if name != first]
    more = sorted(sliceable(kpi) - set(kpi.dimensions))
    labels = {NONE: say("Nothing else"), **{name: words(name) for name in (*kept, *more)}}
    second = pick(say("and by"), labels, "and", 170)
    return (first,) if second == NONE else (first, second)


def too_long(kpi: Kpi, by: tuple[str, ...], span: Span) -> str:
    """Why a dimension that only the facts know cannot be asked for so many days."""
    extra = listed(words(name) for name in by if name not in kpi.dimensions)
    return say(
        "{what} is kept in the records only, which are read for at most {most} days; {asked} were asked. Choose a "
        "shorter period.",
        what=extra, most=LONGEST_SLICE_DAYS, asked=span.days,
    )  # fmt: skip


def build_breakdown(kpi: Kpi, slices: pl.DataFrame, by: tuple[str, ...], currency: str) -> str:
    """The table of slices, the most serious first and then the largest."""
    sure = "low" in slices.columns
    columns = [
        *(Column(words(name)) for name in by), Column(say("Status")), Column(say("Value"), "r"), Column(say("Picture")),
        *([Column(say("95 % sure between"), "r"), Column(say("Against the target"))] if sure else []),
        Column(say("Target"), "r"), Column(say("Rows"), "r"),
    ]  # fmt: skip
    rows = sorted(
        slices.rows(named=True), key=lambda row: (SEVERITY.get(Status(row["status"]), 4), -row["n"])
    )
    told = [each for row in rows for each in (row["value"], row["target"]) if each is not None]
    top = max((abs(each) for each in told), default=1.0) or 1.0
    cells = [_row(kpi, by, row, top, currency, sure) for row in rows[:MOST_SLICES]]
    label = " · ".join(words(name) for name in by)
    return table(columns, cells, say("{kpi} by {what}", kpi=say(kpi.name), what=label.lower()))


def _row(
    kpi: Kpi, by: tuple[str, ...], row: dict[str, object], top: float, currency: str, sure: bool
) -> list[Cell]:
    value, target, low, high = (_number(row.get(name)) for name in ("value", "target", "low", "high"))
    status = Status(str(row["status"]))
    bar = Bar(
        max(0.0, value or 0.0) / top, _part(target, top), status, _part(low, top), _part(high, top)
    )  # fmt: skip
    between = ABSENT if low is None else f"{figure(kpi, low, currency)} – {figure(kpi, high, currency)}"
    return [
        *(named(row[name], name) for name in by), status, str(figure(kpi, value, currency)), bar,
        *([between, evidence(kpi, low, high, target)] if sure else []),
        ABSENT if target is None else goal(kpi, target, currency), count(_number(row["n"]) or 0),
    ]  # fmt: skip


def evidence(kpi: Kpi, low: float | None, high: float | None, target: float | None) -> str:
    """Whether the slice is certainly on one side of its target; else there is not enough evidence."""
    if low is None or high is None or target is None:
        return ABSENT
    if low <= target <= high:
        return say("Not enough evidence")
    above = low > target
    met = above == (kpi.better is Better.HIGHER)
    return say("Clearly met") if met else say("Clearly missed")


def notes(kpi: Kpi, slices: pl.DataFrame) -> list[str]:
    """How many are shown, what too few rows are, and what the line in a bar is."""
    told = []
    if slices.height > MOST_SLICES:
        told.append(
            say(
                "{shown} of {all} slices, the most serious first.",
                shown=MOST_SLICES,
                all=count(slices.height),
            )
        )
    if "low" in slices.columns:
        told.append(say("The thin line in a bar is the range the true share lies in with 95 % confidence."))
    if not isinstance(kpi, Total):
        told.append(say("Fewer than {n} rows: not sure.", n=kpi.minimum))
    return told


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _part(value: float | None, top: float) -> float | None:
    return None if value is None else value / top
