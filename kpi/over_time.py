"""Levels over time: which snapshots of a period count, and how much each of them weighs in its average."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import date, timedelta

import polars as pl

from kpi.engine import Part, column
from kpi.model import UNKNOWN, Level, OverTime
from kpi.period import Every, Span, end_of, months_at, period_of
from kpi.question import Question

WEIGHED = ("num", "den", "wait_den")
Point = tuple[date, date, float]


def reach(over: OverTime, span: Span) -> Span:
    """The days to read for a span: an opening snapshot may lie before it, and a silent place before that."""
    return Span(span.start - timedelta(days=2 * over.keeps_days), span.end)


def levels(rows: pl.LazyFrame, parts: Sequence[Part], over: OverTime, question: Question) -> pl.DataFrame:
    """Components of the parts by `period` and slice, weighed over the days; `rows` cover `reach` and every slice.

    Numerator and denominator are averages (whole numbers only where one day counts); `n` and the other counts are
    of all rows that weigh anything.
    """
    apart = [over.apart] if over.apart else []
    weights = weights_of(rows.select("day", *apart).unique().collect(), over, question)
    limits = [pl.col(name) == value for name, value in question.where.items()]
    keys = list(dict.fromkeys(["day", *apart, *question.by]))
    names = [name for part in parts for name in rows.collect_schema().names() if _is_of(part, name)]
    weighed = {column(part.kpi, what) for part in parts for what in WEIGHED}
    few = rows.filter(*limits).group_by(keys).agg(pl.col(names).sum()).collect()
    joined = few.join(weights, on=["day", *apart], how="inner").sort("period", *keys)
    return joined.group_by("period", *question.by, maintain_order=True).agg(
        (pl.col(name) * pl.col("weight")).sum() if name in weighed else pl.col(name).sum() for name in names
    )


def weighed(rows: pl.LazyFrame, over: OverTime, day: str, question: Question) -> pl.LazyFrame:
    """Rows of facts dated by `day` that weigh anything in the question's one period, `_top` and `_bottom` weighed."""
    apart = [over.apart] if over.apart else []
    told = rows.with_columns(pl.col(name).fill_null(UNKNOWN) for name in apart)
    spoken = told.select(pl.col(day).alias("day"), *apart).unique().collect()
    weights = weights_of(spoken, over, question).rename({"day": day}).drop("period")
    parts = [(pl.col(name) * pl.col("weight")).alias(name) for name in ("_top", "_bottom")]
    return told.join(weights.lazy(), on=[day, *apart], how="inner").with_columns(parts)


def _is_of(part: Part, name: str) -> bool:
    return name.startswith(f"{part.kpi.key}__")


def weights_of(spoken: pl.DataFrame, over: OverTime, question: Question) -> pl.DataFrame:
    """`period`, `day` (and the dimension that snapshots `apart`) with the `weight` of that day's rows in the period.

    `spoken`: the days on which there is a snapshot, by the dimension of `apart`. The weights of a period add up
    to 1, for each place that is neither new nor gone.
    """
    days = sorted(set(spoken["day"]))
    schema = {"period": pl.Date, "at": pl.Date, "weight": pl.Float64}
    points = pl.DataFrame(_points(days, over, question), schema=schema, orient="row")
    if over.apart is None:
        return points.rename({"at": "day"})
    apart = over.apart
    told = points.sort("at").join(spoken.select(apart).unique().sort(apart), how="cross").sort("at")
    known = told.join_asof(
        spoken.select(apart, "day").sort("day"),
        left_on="at",
        right_on="day",
        by=apart,
        tolerance=timedelta(days=over.keeps_days),
        coalesce=False,
        check_sortedness=False,
    ).drop_nulls("day")
    return known.group_by("period", apart, "day").agg(pl.col("weight").sum())


def _points(days: Sequence[date], over: OverTime, question: Question) -> list[Point]:
    """The days that stand for each period, with their weights."""
    found: list[Point] = []
    for start in _periods(days, question):
        end = end_of(question.every, start, question.span)
        first, last = max(start, question.span.start), min(end, question.span.end)
        inside = list(days[bisect_left(days, first) : bisect_right(days, last)])
        if not inside:
            continue
        if over.take is Level.CLOSING or question.every is Every.DAY:
            found.append((start, inside[-1], 1.0))
            continue
        before = bisect_left(days, first) - 1
        if before >= 0 and (first - days[before]).days <= over.keeps_days:
            inside.insert(0, days[before])
        found += [(start, day, weight) for day, weight in zip(inside, _trapezoid(inside, over), strict=True)]
    return found


def _periods(days: Sequence[date], question: Question) -> list[date]:
    """The first days of the periods that have a snapshot."""
    inside = pl.DataFrame(
        {"day": [day for day in days if day >= question.span.start]}, schema={"day": pl.Date}
    )
    starts = inside.select(period_of(question.every, question.span).alias("period"))["period"]
    return sorted(set(starts))


def _trapezoid(days: Sequence[date], over: OverTime) -> list[float]:
    """Half of both neighbouring intervals for each day, out of the whole length."""
    at = [months_at(day) if over.months_alike else float(day.toordinal()) for day in days]
    if len(at) == 1:
        return [1.0]
    around = [at[0], *at, at[-1]]
    whole = at[-1] - at[0]
    return [(around[n + 2] - around[n]) / 2 / whole for n in range(len(at))]
