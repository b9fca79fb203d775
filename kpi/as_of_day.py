"""The state of things on a day: what began up to it less what ended, from components dated by both."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import narwhals as nw
import polars as pl

from kpi.engine import Part
from kpi.levels import AsOfDay, Window
from kpi.model import AS_OF_DAY
from kpi.period import Span, period_of
from kpi.question import Question
from store.contract import EARLIEST


def reach(span: Span) -> Span:
    """The days to read for a span: all up to its end."""
    return Span(min(EARLIEST, span.start), span.end)


def states(rows: pl.LazyFrame, parts: Sequence[Part], as_of: date, question: Question) -> pl.DataFrame:
    """Components of the parts on the last day of each `period` (or at `as_of`) and slice; `rows` cover `reach`.

    A period that begins after `as_of` has no row, nor has a slice before its first thing.
    """
    last = min(as_of, question.span.end)
    limits = [pl.col(name) == value for name, value in question.where.items()]
    names = [
        name
        for part in parts
        for name in rows.collect_schema().names()
        if name.startswith(f"{part.kpi.key}__")
    ]
    steps = (
        rows.filter(pl.col("day") <= last, *limits)
        .with_columns(pl.max_horizontal(pl.col("day"), pl.lit(question.span.start)).alias("day"))
        .with_columns(period_of(question.every, question.span).alias("period"))
        .group_by("period", *question.by)
        .agg(pl.col(names).sum())
        .collect()
    )
    return _cumulated(steps, names, _starts(question, last), question.by)


def standing(kpi: AsOfDay, judged: "nw.LazyFrame[Any]", last: date) -> pl.LazyFrame:
    """Rows of facts that exist on the day (`last`, or the evaluation day before it), with `top` and `bottom`."""
    day = nw.when(nw.lit(last) > AS_OF_DAY).then(AS_OF_DAY).otherwise(nw.lit(last))
    exists = judged.filter(_holds(kpi.exists, day))
    top, bottom = kpi.numerator, nw.lit(1)
    if kpi.state is not None:
        top, bottom = nw.when(_holds(kpi.state, day)).then(top).otherwise(nw.lit(0)), kpi.denominator
    found: pl.LazyFrame = exists.with_columns(top=top, bottom=bottom).to_native()
    return found


def _holds(window: Window, day: nw.Expr) -> nw.Expr:
    begun = nw.col(window.start) <= day
    if window.end is None:
        return begun
    return begun & (nw.col(window.end).is_null() | (nw.col(window.end) > day))


def _starts(question: Question, last: date) -> pl.DataFrame:
    """The first days of the periods up to `last`."""
    days = pl.date_range(question.span.start, max(last, question.span.start - timedelta(days=1)), eager=True)
    starts = pl.DataFrame({"day": days}).select(period_of(question.every, question.span).alias("period"))
    return starts.unique().sort("period")


def _cumulated(
    steps: pl.DataFrame, names: Sequence[str], starts: pl.DataFrame, by: Sequence[str]
) -> pl.DataFrame:
    """The running sums of each slice over the periods, from its first step on."""
    grid = starts.join(steps.select(by).unique(), how="cross") if by else starts
    filled = grid.join(steps, on=["period", *by], how="left").sort("period", *by)
    begun = pl.any_horizontal(pl.col(name).is_not_null() for name in names)
    summed = [pl.col(name).fill_null(0).cum_sum() for name in names]
    running = [begun.cast(pl.Int64).cum_max().alias("_begun"), *summed]
    return (
        filled.with_columns(each.over(by, order_by="period") if by else each for each in running)
        .filter(pl.col("_begun") > 0)
        .drop("_begun")
    )


def is_state(part: Part) -> bool:
    """Whether the part belongs to a KPI that is the state of things on a day."""
    return isinstance(part.kpi, AsOfDay)
