"""The rows behind a number: what is in the numerator, in the denominator, and what was left out and why."""

from dataclasses import replace
from enum import StrEnum
from typing import Any

import narwhals as nw
import polars as pl

from kpi import as_of_day, over_time
from kpi.definitions import version_of
from kpi.distinct import DistinctShare
from kpi.engine import WAITING, AsOf, Grain, Part, grains, judged_rows, reasons
from kpi.frozen import frozen_until
from kpi.ledger import entries
from kpi.levels import AsOfDay
from kpi.model import UNKNOWN, Distinct, Kpi
from kpi.period import Every, Span
from kpi.question import Question
from kpi.results import SliceError, check
from kpi.words import say
from store.contract import key_of, polars_schema
from store.lake import Lake
from store.scope import Principal

IMMATURE = "not_due_yet"


class Side(StrEnum):
    """Which rows are asked for."""

    NUMERATOR = "numerator"
    DENOMINATOR = "denominator"
    EXCLUDED = "excluded"


def explain(lake: Lake, principal: Principal, kpi: Kpi, question: Question, side: Side) -> pl.DataFrame:
    """The records: `fact`, `key`, `day`, the dimensions, `numerator` and `denominator` in the KPI's unit, `reason`.

    The sums of the measure columns equal the value's numerator and denominator; the rows of the denominator are
    as many as its `n`, those excluded as many as its excluded and immature rows. Of different values, the first
    row of each is in the numerator. A row of a level adds its part of the average over the span; the state of
    things is that of the last day. Raises as `kpi.results.values`.
    """
    check(principal, kpi, question)
    _refuse_frozen(lake, kpi, question)
    found = [
        _rows_of(lake, principal, grain, part, question, side)
        for grain in grains([kpi])
        for part in grain.parts
        if _speaks(part, side)
    ]
    return pl.concat(found, how="diagonal").sort("day", "key")


def _refuse_frozen(lake: Lake, kpi: Kpi, question: Question) -> None:
    """Frozen numbers were counted by a definition that is gone, so their rows cannot be told."""
    cut = None if question.as_of or question.anew else frozen_until(kpi, entries(lake))
    if cut is not None and question.span.start < cut:
        raise SliceError(
            say(
                "The numbers of '{kpi}' before {cut} are frozen as an earlier version counted them; ask for its rows "
                "from {cut} on, or with an evaluation day (--as-of) for all of them by version {version}.",
                kpi=kpi.key,
                cut=cut,
                version=version_of(kpi),
            )
        )


def _speaks(part: Part, side: Side) -> bool:
    """Of two facts, one gives the numerator and the other the denominator; things are told where they begin."""
    if isinstance(part.kpi, AsOfDay):
        return part.number == 0
    if len(part.kpi.sides) == 1 or side is Side.EXCLUDED:
        return True
    return (part.number == 0) == (side is Side.NUMERATOR)


def _rows_of(
    lake: Lake, principal: Principal, grain: Grain, part: Part, question: Question, side: Side
) -> pl.DataFrame:
    as_of = question.as_of or _as_of(lake, grain, question)
    span = _read(part, question)
    stored = lake.scan(grain.fact.name, polars_schema(grain.fact), span.bounds(*grain.days))
    facts = principal.scope.limit(stored).filter(span.holds(*grain.days))
    single = Grain(grain.name, grain.fact, grain.day, grain.dimensions, (part,))
    judged = judged_rows(single, nw.from_native(facts), as_of, None)
    told = _behind(grain, part, judged, question)
    limited = told.filter(*_limits(question)).with_columns(_reason(part).alias("_reason"))
    if isinstance(part.kpi, Distinct):
        hit = _first_of_each(part.kpi, grain, _counted(part) & (pl.col("_top") != 0))
        limited = limited.with_columns(hit.alias("_top"), *_different(part, grain))
    rows = limited.filter(_asked(part, side))
    told_rows: pl.DataFrame = rows.select(*_columns(part, grain, side, question)).collect()
    return told_rows


def _read(part: Part, question: Question) -> Span:
    """The days of the rows behind the question."""
    if isinstance(part.kpi, AsOfDay):
        return as_of_day.reach(question.span)
    over = part.rows.over_time
    return question.span if over is None else over_time.reach(over, question.span)


def _behind(grain: Grain, part: Part, judged: "nw.LazyFrame[Any]", question: Question) -> pl.LazyFrame:
    """The rows the total of the span is made of, with `_top` and `_bottom`: what each adds to its halves."""
    if isinstance(part.kpi, AsOfDay):
        standing = as_of_day.standing(part.kpi, judged, question.span.end)
        return standing.rename({"top": "_top", "bottom": "_bottom"})
    numerator, denominator = part.halves
    told: pl.LazyFrame = judged.with_columns(_top=numerator, _bottom=denominator).to_native()
    over = part.rows.over_time
    if over is None:
        return told.filter(question.span.holds(grain.day))
    return over_time.weighed(told, over, grain.day, replace(question, every=Every.TOTAL))


def _as_of(lake: Lake, grain: Grain, question: Question) -> AsOf:
    known = entries(lake).get(f"components_{grain.name}")
    if known is None or known.as_of_day is None or known.as_of_epoch is None:
        return AsOf.end_of(question.span.end)
    return AsOf(known.as_of_day, known.as_of_epoch)


def _limits(question: Question) -> list[pl.Expr]:
    return [pl.col(name).fill_null(UNKNOWN) == value for name, value in question.where.items()]


def _state(part: Part) -> pl.Expr:
    return pl.col(f"{part.kpi.key}__state")


def _counted(part: Part) -> pl.Expr:
    judged = _state(part)
    return (judged == 0) if part.rows.waits else ((judged == 0) | (judged == WAITING))


def _asked(part: Part, side: Side) -> pl.Expr:
    match side:
        case Side.NUMERATOR:
            return _counted(part) & (pl.col("_top") != 0)
        case Side.DENOMINATOR:
            return _counted(part)
        case Side.EXCLUDED:
            return ~_counted(part) & (_state(part) > 0)


def _first_of_each(kpi: Distinct, grain: Grain, counted: pl.Expr) -> pl.Expr:
    """1 for the first counted row of each different value in the selection, 0 for the others."""
    order = pl.struct(grain.day, *key_of(grain.fact)).rank("ordinal").over(kpi.of, counted)
    return (counted & (order == 1)).cast(pl.Int64)


def _different(part: Part, grain: Grain) -> list[pl.Expr]:
    """Of a share of different values, 1 in the denominator for the first row of each."""
    if not isinstance(part.kpi, DistinctShare):
        return []
    return [_first_of_each(part.kpi, grain, _counted(part)).alias("_bottom")]


def _reason(part: Part) -> pl.Expr:
    names = dict(enumerate(reasons(part), start=1)) | {WAITING: IMMATURE}
    return _state(part).replace_strict(
        list(names), list(names.values()), default=None, return_dtype=pl.String
    )


def _columns(part: Part, grain: Grain, side: Side, question: Question) -> list[pl.Expr]:
    def shown(name: str) -> str:
        """A dimension called like the column that says why a row is left out goes by another name there."""
        return "reason_of_row" if name == "reason" and side is Side.EXCLUDED else name

    fact = grain.fact
    more = [name for name in {*question.by, *question.where} if name not in grain.dimensions]
    measures = [
        (pl.col("_top") / part.kpi.numerator_per).alias("numerator"),
        (pl.col("_bottom") / part.kpi.denominator_per).alias("denominator"),
    ]
    return [
        pl.lit(fact.name).alias("fact"),
        pl.concat_str(key_of(fact), separator="|").alias("key"),
        pl.col(grain.day).alias("day"),
        *(pl.col(name).fill_null(UNKNOWN).alias(shown(name)) for name in (*grain.dimensions, *sorted(more))),
        *measures,
        *([pl.col("_reason").alias("reason")] if side is Side.EXCLUDED else []),
        pl.col("source"),
        pl.col("source_id"),
    ]
