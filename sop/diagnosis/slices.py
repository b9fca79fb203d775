"""Where a verdict shows: the market, team or product whose records account for most of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl

from kpi.interval import newcombe
from sop.diagnosis.joined import COUNTS, counted
from sop.diagnosis.verdict import STANDARD, Limits, Verdict, diagnosed

FEWEST = 30


@dataclass(frozen=True)
class Slice:
    """One part of the records, with the failures it has beyond what was to be expected there.

    `stands_out`: more than the rest of the records beyond chance, at a confidence that allows for how many parts
    were looked at.
    """

    dimension: str
    value: str
    records: int
    failures: int
    excess: float
    stands_out: bool


def slices(rows: pl.LazyFrame, sop: str, dimensions: Sequence[str], limits: Limits = STANDARD) -> list[Slice]:
    """The parts of one procedure's joined records by each dimension, the greatest excess first.

    What is counted follows the verdict on all of them: failures with missed steps beyond the rate of followed
    records; failures when followed beyond what is tolerated; both; or, outside the SOP, failures beyond the average.
    Parts of fewer than 30 records are left out; there are none before there is enough evidence.
    """
    own = rows.filter(pl.col("sop") == sop)
    parts = [_parts(own, each) for each in dimensions]
    return sliced(counted(own), pl.concat(parts, how="vertical"), limits)


def sliced(counts: pl.DataFrame, parts: pl.DataFrame, limits: Limits = STANDARD) -> list[Slice]:
    """As `slices`, of what was counted before: one row of counts, and one a part with `dimension` and `value`."""
    whole = diagnosed(counts, limits)
    if whole.is_empty() or whole["verdict"][0] == Verdict.NOT_ENOUGH:
        return []
    verdict, total = Verdict(whole["verdict"][0]), whole.select(COUNTS)
    seen = parts.filter(pl.col("followed") + pl.col("missed") >= FEWEST)
    if seen.is_empty():
        return []
    strict = replace(limits, confidence=1 - (1 - limits.confidence) / seen.height)
    told = _told(seen, total, verdict, strict).sort(
        "excess", "dimension", "value", descending=[True, False, False]
    )
    return [Slice(*row) for row in told.rows()]


def _parts(rows: pl.LazyFrame, dimension: str) -> pl.DataFrame:
    counts = counted(rows.filter(pl.col(dimension).is_not_null()), (dimension,))
    return counts.select(
        pl.lit(dimension).alias("dimension"), pl.col(dimension).cast(pl.String).alias("value"), *COUNTS
    )


def _told(seen: pl.DataFrame, total: pl.DataFrame, verdict: Verdict, limits: Limits) -> pl.DataFrame:
    """The columns of `Slice`; those of the whole stand beside with the ending `_all`."""
    beside = seen.join(total.rename({name: f"{name}_all" for name in COUNTS}), how="cross")
    hits, of = _event(verdict, "")
    hits_all, of_all = _event(verdict, "_all")
    low, _ = newcombe((hits, hits_all - hits), (of, of_all - of), limits.confidence)
    alone = of_all == of
    return beside.select(
        "dimension", "value",
        (pl.col("followed") + pl.col("missed")).cast(pl.Int64).alias("records"),
        (pl.col("followed_failed") + pl.col("missed_failed")).cast(pl.Int64).alias("failures"),
        _excess(verdict, limits).alias("excess"),
        (pl.when(~alone).then(low) > 0).fill_null(False).alias("stands_out"),
    )  # fmt: skip


def _event(verdict: Verdict, end: str) -> tuple[pl.Expr, pl.Expr]:
    """What is counted, of what, as signed whole numbers."""
    followed, kept_failed, missed, missed_failed = (pl.col(f"{name}{end}").cast(pl.Int64) for name in COUNTS)
    match verdict:
        case Verdict.NOT_FOLLOWED:
            return missed_failed, followed + missed
        case Verdict.REFINE:
            return kept_failed, followed
        case _:
            return kept_failed + missed_failed, followed + missed


def _excess(verdict: Verdict, limits: Limits) -> pl.Expr:
    followed, kept_failed, missed, missed_failed = (pl.col(name) for name in COUNTS)
    usual = pl.col("followed_failed_all") / pl.col("followed_all")
    skipped = missed_failed - missed * usual
    failing = kept_failed - followed * limits.tolerated
    hits, of = _event(verdict, "")
    hits_all, of_all = _event(verdict, "_all")
    match verdict:
        case Verdict.NOT_FOLLOWED:
            return skipped
        case Verdict.REFINE:
            return failing
        case Verdict.BOTH:
            return skipped + failing
        case _:
            return hits - of * hits_all / of_all
