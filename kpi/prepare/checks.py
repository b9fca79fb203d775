"""What each check of a procedure scored: its steps added up, and whether it was passed."""

import polars as pl

FIRST_OF_A_RUN = ("sop", "version", "team", "market", "selection")


def sop_checks(steps: pl.LazyFrame) -> pl.LazyFrame:
    """One row a run, with the columns of `SopChecks` but the system ones.

    Steps that did not apply leave both sums, unanswered ones earn nothing; a critical step below its maximum fails
    the run and leaves its points as they are (kpi-domain 1.6 and 6.1; `sop.scoring` says the same of one check).
    """
    applies = ~pl.col("not_applicable").fill_null(False)
    reached = pl.col("score").is_not_null() & (pl.col("score") >= pl.col("max_score"))
    ordered = steps.sort("run_id", "step_id")
    sums = ordered.group_by("run_id", maintain_order=True).agg(
        *(pl.col(name).drop_nulls().first() for name in FIRST_OF_A_RUN),
        pl.col("executed_day").min(),
        applies.sum().cast(pl.Int64).alias("steps"),
        (applies & pl.col("score").is_not_null()).sum().cast(pl.Int64).alias("answered"),
        _points("score", applies).alias("earned"),
        _points("max_score", applies).alias("possible"),
        (applies & pl.col("critical").fill_null(False) & ~reached)
        .sum()
        .cast(pl.Int64)
        .alias("critical_failures"),
        pl.col("pass_mark").max(),
    )
    return sums.with_columns(_passed().alias("passed")).drop("pass_mark")


def _points(column: str, applies: pl.Expr) -> pl.Expr:
    return pl.when(applies).then(pl.col("weight") * pl.col(column).fill_null(0)).otherwise(0).sum()


def _passed() -> pl.Expr:
    """Whole numbers on both sides, so that exactly the pass mark passes; null where nothing applied."""
    enough = pl.col("earned") * 100 >= pl.col("possible") * pl.col("pass_mark")
    nothing = (pl.col("possible") == 0) & (pl.col("critical_failures") == 0)
    return pl.when(~nothing).then(enough & (pl.col("possible") > 0) & (pl.col("critical_failures") == 0))
