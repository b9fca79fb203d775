"""Which version of a procedure is in force from which day, and when its next review is due."""

import polars as pl

SOP, DAY, UNTIL = "sop", "from_day", "until_day"


def in_force(versions: pl.LazyFrame) -> pl.LazyFrame:
    """One row a version that took effect: `sop`, `version`, `owner`, `review_months`, `from_day` and `until_day` (when
    the next one took effect or the procedure was retired), its `place` among them, its `family` and `family_since`.

    Versions of a family differ by minor changes only; a training on one of them holds for the later ones. A version
    that two sources tell of is one.
    """
    told = versions.filter(pl.col("effective_day").is_not_null()).sort(SOP, "effective_day", "version")
    effective = told.unique([SOP, "version"], keep="first", maintain_order=True)
    following = pl.col("effective_day").shift(-1).over(SOP)
    return effective.select(
        SOP,
        "version",
        "owner",
        "review_months",
        pl.col("effective_day").alias(DAY),
        pl.min_horizontal(following, "retired_day").alias(UNTIL),
        pl.int_range(pl.len()).over(SOP).alias("place"),
        (~pl.col("minor").fill_null(False)).cum_sum().over(SOP).alias("family"),
    ).with_columns(pl.col(DAY).min().over(SOP, "family").alias("family_since"))


def cut(spans: pl.LazyFrame, days: pl.LazyFrame, by: str) -> pl.LazyFrame:
    """The spans (`by`, `from_day`, `until_day` open or not) cut at the `day`s of the same `by` that lie inside them."""
    inside = (
        spans.join(days.select(by, "day"), on=by)
        .filter(pl.col("day") > pl.col(DAY), pl.col(UNTIL).is_null() | (pl.col("day") < pl.col(UNTIL)))
        .with_columns(pl.col("day").alias(DAY))
        .drop("day")
    )
    last = pl.col(UNTIL)
    keys = [name for name in spans.collect_schema().names() if name not in (DAY, UNTIL)]
    starts = (
        pl.concat([spans, inside.select(spans.collect_schema().names())])
        .unique()
        .sort(*keys, DAY, nulls_last=True)
    )
    following = pl.col(DAY).shift(-1).over(*keys, UNTIL)
    return starts.with_columns(pl.coalesce(following, last).alias(UNTIL))


def procedure_states(versions: pl.LazyFrame, reviews: pl.LazyFrame) -> pl.LazyFrame:
    """One row a procedure between two changes, with the columns of `ProcedureStates` but the system ones.

    The review clock runs from the last review by then, else from the day the major version took effect, in calendar
    months clamped to the end of the month; the due day itself is in time (kpi-domain 1.6).
    """
    reviewed = reviews.select(SOP, pl.col("reviewed_day").alias("day")).unique().sort("day")
    states = cut(in_force(versions).filter(lasted()), reviewed, SOP).sort(DAY)
    known = states.join_asof(
        reviewed.with_columns(pl.col("day").alias("reviewed")),
        left_on=DAY,
        right_on="day",
        by=SOP,
        check_sortedness=False,
    )
    due = _after(pl.coalesce("reviewed", "family_since"), "review_months")
    return known.with_columns(due.alias("review_due_day")).select(
        pl.format("{}/{}", SOP, DAY).alias("state_id"),
        SOP,
        "owner",
        "version",
        DAY,
        UNTIL,
        "review_due_day",
        overdue("review_due_day"),
    )


def lasted() -> pl.Expr:
    """Versions replaced or retired on the day they took effect were never in force."""
    return pl.col(UNTIL).is_null() | (pl.col(UNTIL) > pl.col(DAY))


def _after(day: pl.Expr, months: str) -> pl.Expr:
    return day.dt.offset_by(pl.format("{}mo", months))


def overdue(due: str) -> pl.Expr:
    """`overdue_from`: the day after the due day, or the first day of the state where that was earlier."""
    first = pl.max_horizontal(pl.col(due) + pl.duration(days=1), DAY)
    begins = pl.col(due).is_not_null() & (pl.col(UNTIL).is_null() | (first < pl.col(UNTIL)))
    return pl.when(begins).then(first).alias("overdue_from")
