"""What was made of what was planned: the frozen plan of each product and bucket beside its production."""

import polars as pl

WEEK, PRODUCT = "plan_week", "product"
BUCKET = (WEEK, PRODUCT, "planned_day")


def plan_outcomes(plans: pl.LazyFrame, runs: pl.LazyFrame) -> pl.LazyFrame:
    """One row a product and bucket, with the columns of `PlanOutcomes` but the system ones.

    Of several versions the last one frozen before the bucket began counts. Production outside of all buckets is
    a bucket of one day without a plan, in weeks that have a plan at all; runs without a product match no plan.
    """
    buckets, made = _frozen(plans), _made(runs)
    near = made.join(buckets.select(*BUCKET, "last_day"), on=[WEEK, PRODUCT])
    inside = near.filter(pl.col("produced_day").is_between("planned_day", "last_day"))
    planned = buckets.join(
        inside.group_by(BUCKET).agg(pl.col("made").sum(), _only("line")),
        on=BUCKET,
        how="left",
        suffix="_made",
    )
    return pl.concat([planned, _outside(made, inside, plans)], how="diagonal").with_columns(
        pl.concat_str(PRODUCT, pl.lit(" "), "planned_day").alias("bucket_id"),
        pl.col("made").fill_null(0),
        pl.coalesce("line", "line_made").alias("line"),
        pl.min_horizontal("planned", pl.col("made").fill_null(0)).alias("attained"),
        pl.when(pl.col("planned") == 0).then(pl.col("made").fill_null(0)).otherwise(0).alias("unplanned"),
    )


def _frozen(plans: pl.LazyFrame) -> pl.LazyFrame:
    """The plan of each bucket by the last version in time; without one in time, none."""
    in_time = pl.col("frozen_day").is_null() | (pl.col("frozen_day") < pl.col("planned_day"))
    last = pl.col("frozen_day").filter(in_time).max().over(BUCKET)
    counts = in_time & pl.col("frozen_day").eq_missing(last)
    return (
        plans.with_columns(counts.alias("counts"))
        .group_by(BUCKET)
        .agg(
            pl.col("last_day").max(),
            pl.when(pl.col("counts").any()).then(pl.col("planned").filter("counts").sum()).alias("planned"),
            (~pl.col("counts").any()).alias("too_late"),
            _only("line"),
        )
    )


def _made(runs: pl.LazyFrame) -> pl.LazyFrame:
    """Good pieces, reworked ones among them, by product, day and line."""
    good = pl.coalesce(pl.col("produced") - pl.col("scrap"), "good", "produced")
    known = runs.filter(pl.col(PRODUCT).is_not_null(), pl.col(WEEK).is_not_null())
    return known.group_by(WEEK, PRODUCT, "produced_day", "line").agg(good.sum().alias("made"))


def _outside(made: pl.LazyFrame, inside: pl.LazyFrame, plans: pl.LazyFrame) -> pl.LazyFrame:
    """Production of days that no bucket of the product holds."""
    return (
        made.join(plans.select(WEEK).unique(), on=WEEK, how="semi")
        .join(inside, on=[WEEK, PRODUCT, "produced_day"], how="anti")
        .group_by(WEEK, PRODUCT, "produced_day")
        .agg(pl.col("made").sum(), _only("line"))
        .with_columns(
            pl.col("produced_day").alias("planned_day"),
            pl.col("produced_day").alias("last_day"),
            pl.lit(0, dtype=pl.Int64).alias("planned"),
            pl.lit(False).alias("too_late"),
        )
    )


def _only(column: str) -> pl.Expr:
    """The one value there is; null where there are several."""
    known = pl.col(column).drop_nulls()
    return pl.when(known.n_unique() == 1).then(known.first()).alias(column)
