"""How much of its time each stage burnt or saved, and which stages made an order late."""

from collections.abc import Mapping

import polars as pl

from kpi.flow.times import NUMBERS

DAY_S = 86_400
REST = 0  # the time no stage explains


def own_budgets(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Add `own_1`..`own_7`: the lane's budget stretched to what this order was promised, in seconds.

    Needs `budget_1`..`budget_7` (of the lane), `window_s` (start to the end of the promised day), and the columns of
    `with_times`. Stages the order does not pass, or had passed before anything is known of it, get nothing; the
    others add up to the window. A promise that was over before the order began leaves no time.
    """
    shares = {n: pl.when(_passed(n)).then(pl.col(f"budget_{n}")).otherwise(0).fill_null(0) for n in NUMBERS}
    total = pl.sum_horizontal(shares.values())
    window = pl.col("window_s").clip(lower_bound=0)
    return rows.with_columns(each.alias(f"own_{n}") for n, each in _divided(window, shares, total).items())


def _passed(number: int) -> pl.Expr:
    """The stage is on the route, and lies after the first moment known."""
    on_route = pl.col("route").str.contains(str(number), literal=True)
    first_known = [
        (pl.col(f"reached_{n}") == pl.col("started_epoch")) & pl.col(f"stage_{n}_s").is_null()
        for n in NUMBERS[:-1]
        if n >= number
    ]
    return on_route & ~pl.any_horizontal(pl.lit(False), *(each.fill_null(False) for each in first_known))


def _divided(whole: pl.Expr, shares: Mapping[int, pl.Expr], total: pl.Expr) -> dict[int, pl.Expr]:
    """A whole number divided in proportion, each part within one of its share, all adding up exactly."""
    reached, before, told = pl.lit(0, pl.Int64), pl.lit(0, pl.Int64), {}
    for name, share in shares.items():
        reached = reached + share
        upto = pl.when(total > 0).then(whole * reached // total).otherwise(0)
        told[name] = upto - before
        before = upto
    return told


def with_lateness(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Add `over_n` and `under_n` (seconds beyond and below its own budget) and `late_n`, for stages 1 to 7 and 0.

    Stage 0 is the time that no stage explains, against the budgets of the stages it hides. Needs the columns of
    `own_budgets` and `late_s`. The parts of `late_s` are in proportion to the time beyond budget; where no stage went
    beyond it, to the time spent; they add up to `late_s` exactly.
    """
    known = {n: pl.col(f"stage_{n}_s") for n in NUMBERS}
    gap = {n: pl.when(known[n].is_not_null()).then(known[n] - pl.col(f"own_{n}")) for n in NUMBERS}
    hidden = pl.sum_horizontal(
        pl.when(known[n].is_null()).then(pl.col(f"own_{n}")).otherwise(0) for n in NUMBERS
    )
    gap[REST] = pl.when(pl.col("unattributed_s") > 0).then(pl.col("unattributed_s") - hidden)
    told = rows.with_columns(
        *(each.clip(lower_bound=0).fill_null(0).alias(f"over_{n}") for n, each in gap.items()),
        *((-each).clip(lower_bound=0).fill_null(0).alias(f"under_{n}") for n, each in gap.items()),
    )
    over = {n: pl.col(f"over_{n}") for n in (*NUMBERS, REST)}
    spent = {n: known[n].fill_null(0) for n in NUMBERS} | {REST: pl.col("unattributed_s")}
    beyond = pl.sum_horizontal(over.values())
    weights = {n: pl.when(beyond > 0).then(over[n]).otherwise(spent[n]) for n in over}
    weights[REST] = pl.when(pl.sum_horizontal(weights.values()) > 0).then(weights[REST]).otherwise(1)
    late = pl.col("late_s").fill_null(0)
    parts = _divided(late, weights, pl.sum_horizontal(weights.values()))
    return told.with_columns(each.alias(f"late_{n}") for n, each in parts.items())


def late_seconds(until: str) -> pl.Expr:
    """Whole days from the promised day to the day `until`, in seconds; 0 where it was kept or there is no promise."""
    days = (pl.col(until) - pl.col("promised_day")).dt.total_days()
    return (days.clip(lower_bound=0) * DAY_S).fill_null(0)
