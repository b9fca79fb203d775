"""What does not add up: percentiles and distinct counts, recounted for exactly the selection asked."""

from collections.abc import Sequence
from dataclasses import replace

import narwhals as nw
import polars as pl

from kpi.access import require_seen
from kpi.distinct import DistinctShare
from kpi.engine import AsOf, Grain, Part, bins, column, counts, grains, judged_rows
from kpi.frozen import frozen_bins, frozen_until
from kpi.ledger import entries
from kpi.model import UNKNOWN, Distinct, Distribution, Kpi
from kpi.period import Span, period_of
from kpi.question import Question
from kpi.tables import bin_table, component_table
from store.contract import polars_schema
from store.lake import Lake
from store.scope import Principal

MOST_EXACT_ROWS = 200_000
GROWTH = 1.01
MOST_RECOUNTS = 200
_RECOUNTS: dict[object, pl.DataFrame] = {}


def with_percentiles(
    lake: Lake, principal: Principal, kpi: Distribution, scored: pl.DataFrame, question: Question
) -> pl.DataFrame:
    """Add `median`, `p90` in the KPI's unit and `exact`: from the rows up to 200,000 of them, else from 1 % bins."""
    keys = ["period", *question.by]
    cut = None if question.as_of or question.anew else frozen_until(kpi, entries(lake))
    if cut is not None and question.span.start < cut:
        found = _from_bins(lake, principal, kpi, question, keys)
    elif int(scored["n"].sum() or 0) <= MOST_EXACT_ROWS:
        found = _from_rows(lake, principal, kpi, question, keys)
    else:
        found = _from_bins(lake, principal, kpi, question, keys)
    return scored.join(found, on=keys, how="left", maintain_order="left")


def _grain(kpi: Kpi) -> tuple[Grain, Part]:
    (grain,) = grains([kpi])
    return grain, grain.parts[0]


def counted_rows(lake: Lake, principal: Principal, kpi: Kpi, question: Question) -> pl.LazyFrame:
    """The facts a single-sided KPI counts in the selection, with `period`, every column of the fact."""
    grain, part = _grain(kpi)
    as_of = question.as_of or _stored_as_of(lake, grain, question.span)
    facts = _facts(lake, principal, grain, question.span)
    judged = judged_rows(grain, nw.from_native(facts), as_of, None)
    rows = judged.filter(counts(part, nw.col(f"{kpi.key}__state"))).to_native()
    named = rows.with_columns(pl.col(name).fill_null(UNKNOWN) for name in {*question.by, *question.where})
    limits = [pl.col(name) == value for name, value in question.where.items()]
    period = period_of(question.every, question.span, grain.day).alias("period")
    limited: pl.LazyFrame = named.filter(question.span.holds(grain.day), *limits).with_columns(period)
    return limited


def _stored_as_of(lake: Lake, grain: Grain, span: Span) -> AsOf:
    known = entries(lake).get(f"components_{grain.name}")
    if known is None or known.as_of_day is None or known.as_of_epoch is None:
        return AsOf.end_of(span.end)
    return AsOf(known.as_of_day, known.as_of_epoch)


def _from_rows(
    lake: Lake, principal: Principal, kpi: Distribution, question: Question, keys: Sequence[str]
) -> pl.DataFrame:
    seconds = pl.col(kpi.seconds).cast(pl.Float64) / kpi.unit.divisor
    return (
        counted_rows(lake, principal, kpi, question)
        .group_by(keys)
        .agg(
            seconds.median().alias("median"),
            seconds.quantile(0.9, interpolation="linear").alias("p90"),
            pl.lit(True).alias("exact"),
        )
        .collect()
    )


def _from_bins(
    lake: Lake, principal: Principal, kpi: Distribution, question: Question, keys: Sequence[str]
) -> pl.DataFrame:
    limits = [pl.col(name) == value for name, value in question.where.items()]
    counted = (
        _bins(lake, principal, kpi, question)
        .filter(question.span.holds(), *limits)
        .with_columns(period_of(question.every, question.span).alias("period"))
    )
    return percentiles_of_bins(counted, keys, kpi.unit.divisor).collect()


def bin_counts(lake: Lake, principal: Principal, kpi: Distribution, question: Question) -> pl.DataFrame:
    """`bin` and `count` of the rows counted in the span and slice, by rising bin.

    Bounds as in `store.normalise.bins.bin_bounds`. Raises NotAllowed outside the scope.
    """
    require_seen(principal, kpi)
    limits = [pl.col(name) == value for name, value in question.where.items()]
    counted = _bins(lake, principal, kpi, question).filter(question.span.holds(), *limits)
    return counted.group_by("bin").agg(pl.col("count").sum()).sort("bin").collect()


def percentiles_of_bins(counted: pl.LazyFrame, keys: Sequence[str], divisor: int = 1) -> pl.LazyFrame:
    """`median` and `p90` (seconds / divisor) by `keys` from rows of the keys, `bin` and `count`; `exact` is false.

    The geometric middle of the bin in which the row lies that half (nine tenths) of the rows do not exceed: at most
    half a per cent from it. Bins add up, so any days and slices may be put together.
    """
    summed = counted.group_by(*keys, "bin").agg(pl.col("count").sum()).sort(*keys, "bin")
    reached = summed.with_columns(
        pl.col("count").cum_sum().over(keys).alias("upto"), pl.col("count").sum().over(keys).alias("all")
    )
    middle = pl.when(pl.col("bin") == 0).then(0.0).otherwise(pl.lit(GROWTH).pow(pl.col("bin") - 0.5))
    found = [
        middle.filter(pl.col("upto") >= pl.col("all") * share).first().truediv(divisor).alias(name)
        for name, share in (("median", 0.5), ("p90", 0.9))
    ]
    return reached.group_by(keys).agg(*found, pl.lit(False).alias("exact"))


def _bins(lake: Lake, principal: Principal, kpi: Distribution, question: Question) -> pl.LazyFrame:
    """Stored bins; counted from the facts for another moment or for dimensions the stored ones lack."""
    grain, part = _grain(kpi)
    extra = sorted({*question.by, *question.where} - set(grain.dimensions))
    if question.as_of is None and not question.anew and not extra:
        texts = dict.fromkeys(grain.dimensions, pl.String())
        schema = pl.Schema({"day": pl.Date(), **texts, "bin": pl.Int64(), "count": pl.Int64()})
        live = principal.scope.limit(lake.scan(bin_table(grain, part), schema, question.span.bounds()))
        return _with_frozen(lake, principal, kpi, live)
    as_of = question.as_of or _stored_as_of(lake, grain, question.span)
    wide = replace(grain, dimensions=(*grain.dimensions, *extra))
    facts = _facts(lake, principal, grain, question.span)
    counted: pl.LazyFrame = bins(wide, part, nw.from_native(facts), as_of).to_native()
    return counted


def _facts(lake: Lake, principal: Principal, grain: Grain, span: Span) -> pl.LazyFrame:
    """The facts in scope that any day of the grain puts into the span."""
    stored = lake.scan(grain.fact.name, polars_schema(grain.fact), span.bounds(*grain.days))
    return principal.scope.limit(stored).filter(span.holds(*grain.days))


def _with_frozen(lake: Lake, principal: Principal, kpi: Kpi, live: pl.LazyFrame) -> pl.LazyFrame:
    cut, name = frozen_until(kpi, entries(lake)), frozen_bins(kpi)
    if cut is None or lake.version(name) < 0:
        return live
    old = principal.scope.limit(lake.scan(name, lake.schema(name))).filter(pl.col("day") < cut)
    if principal.scope.is_lost(live.collect_schema().names(), old.collect_schema().names()):
        old = old.clear()
    return pl.concat([old, live.filter(pl.col("day") >= cut)], how="diagonal_relaxed")


def with_distinct(
    lake: Lake, principal: Principal, kpi: Distinct, frame: pl.DataFrame, question: Question
) -> pl.DataFrame:
    """Put the recounted number of different values in place of the numerator of each period and slice."""
    recounted = _recounted(lake, principal, kpi, question)
    joined = frame.join(recounted, on=["period", *question.by], how="left")
    different = pl.col("_different").fill_null(0).cast(pl.Int64)
    if isinstance(kpi, DistinctShare):
        hits = pl.col("_hits").fill_null(0).cast(pl.Int64)
        counted = joined.with_columns(hits.alias(column(kpi, "num")), different.alias(column(kpi, "den")))
    else:
        counted = joined.with_columns(different.alias(column(kpi, "num")))
    return counted.drop("_different", "_hits")


def _recounted(lake: Lake, principal: Principal, kpi: Distinct, question: Question) -> pl.DataFrame:
    """The recount; it reads facts, so it is kept for as long as facts and components stay as they are."""
    computed = entries(lake).get(component_table(_grain(kpi)[0]))
    asked = (
        lake.root, lake.version(kpi.rows.fact.name), computed and computed.computed_at, kpi.key, principal.scope,
        question.span, question.every, question.by, tuple(question.where.items()), question.as_of,
    )  # fmt: skip
    if (found := _RECOUNTS.get(asked)) is None:
        rows = nw.from_native(counted_rows(lake, principal, kpi, question))
        hit = kpi.having if isinstance(kpi, DistinctShare) else nw.lit(True)
        counted = rows.with_columns(hit.alias("_hit")).to_native().group_by("period", *question.by)
        of = pl.col(kpi.of)
        different, hits = (
            of.n_unique().alias("_different"),
            of.filter(pl.col("_hit")).n_unique().alias("_hits"),
        )
        found = counted.agg(different, hits).collect()
        if len(_RECOUNTS) >= MOST_RECOUNTS:
            _RECOUNTS.clear()
        _RECOUNTS[asked] = found
    return found
