"""The few causes behind most of a loss, in two measures at once (minutes and money)."""

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class Cause:
    """One cause: both losses, its share of the one it is ranked by, and that of it and all before it (0 to 1)."""

    name: str
    first: float
    second: float | None
    share: float
    reached: float


def pareto(first: pl.DataFrame, second: pl.DataFrame, by: str, *, by_second: bool = False) -> list[Cause]:
    """The causes, the largest first, from two frames of `by` and `value`; ranked by the second value if asked.

    Causes without a second value keep None and rank last there. Shares are of all causes, not of those shown.
    """
    losses = first.group_by(by).agg(pl.col("value").sum().alias("first"))
    others = second.group_by(by).agg(pl.col("value").sum().alias("second"))
    joined = losses.join(others, on=by, how="full", coalesce=True).with_columns(
        pl.col("first").fill_null(0.0)
    )
    ranked_by = "second" if by_second else "first"
    rows = joined.sort(pl.col(ranked_by).fill_null(0.0), by, descending=[True, False]).rows(named=True)
    whole = sum(row[ranked_by] or 0.0 for row in rows)
    causes: list[Cause] = []
    so_far = 0.0
    for row in rows:
        mine = row[ranked_by] or 0.0
        so_far += mine
        share, until = (mine / whole, so_far / whole) if whole else (0.0, 0.0)
        causes.append(Cause(str(row[by]), row["first"], row["second"], share, until))
    return causes
