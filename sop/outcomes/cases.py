"""What became of the cases of procedures, as systems judged them and as runs tied to a record answered."""

from collections.abc import Collection, Mapping

import polars as pl

from kpi.period import Span
from sop.outcomes.links import ANY, KINDS
from store.contract import polars_schema
from store.facts import SopCases, SopRunSteps
from store.lake import Lake

Numbers = Mapping[str, str]


def case_results(lake: Lake, sops: Collection[str], numbers: Numbers, span: Span, epoch: int) -> pl.LazyFrame:
    """
    One row a judged case, and one an answered step of a run tied to a record: `case`, `number` (by which the case
    goes), `sop`, `version`, `step`, `followed` (null where it did not apply). Of cases that began on days of the span.

    `numbers` by procedure, of those that systems judge. What is not settled at `epoch` is not told.
    """
    return pl.concat([_judged(lake, sops, numbers, span, epoch), _answered(lake, sops, span)])


def _judged(lake: Lake, sops: Collection[str], numbers: Numbers, span: Span, epoch: int) -> pl.LazyFrame:
    rows = lake.scan(SopCases.name, polars_schema(SopCases), span.bounds("begun_day"))
    settled = pl.col("left_out").is_null() & (pl.col("due_epoch") <= epoch) & ~pl.col("deleted")
    return rows.filter(span.holds("begun_day"), settled, pl.col("sop").is_in(list(sops))).select(
        pl.col("case_id").alias("case"),
        pl.col("sop").replace_strict(dict(numbers), default=ANY, return_dtype=pl.String).alias("number"),
        "sop", "version", pl.lit("").alias("step"), (pl.col("met_epoch") <= epoch).fill_null(False).alias("followed"),
    )  # fmt: skip


def _answered(lake: Lake, sops: Collection[str], span: Span) -> pl.LazyFrame:
    """Full marks are followed; a step that was not answered is not."""
    rows = lake.scan(SopRunSteps.name, polars_schema(SopRunSteps), span.bounds("executed_day"))
    applied = ~pl.col("not_applicable").fill_null(False)
    own = rows.filter(
        span.holds("executed_day"),
        ~pl.col("deleted"),
        pl.col("case_id").is_not_null(),
        pl.col("sop").is_in(list(sops)),
    )
    return own.select(
        pl.col("case_id").alias("case"),
        pl.col("case_kind").replace_strict(dict(KINDS), default=ANY, return_dtype=pl.String).alias("number"),
        "sop", "version", "step",
        pl.when(applied).then((pl.col("score") >= pl.col("max_score")).fill_null(False)).alias("followed"),
    )  # fmt: skip
