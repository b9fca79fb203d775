"""The orders under way right now: in which stage, whose slack they have burnt, and which of them will be late."""

from collections.abc import Mapping
from datetime import timedelta

import numpy as np
import polars as pl

from kpi.flow.lateness import DAY_S, REST, own_budgets, with_lateness
from kpi.flow.remaining import Rest, Where, nearest
from kpi.flow.stages import HOME, LETTERS, PROMISED, UNATTRIBUTED, Party, Stage, stage_of
from kpi.flow.tables import CUT, OPEN, SCHEMAS
from kpi.flow.times import NUMBERS
from kpi.flow.weeks import NEVER, Setting

GIVEN_UP_DAYS = 60
MOST_WARNED, MOST_OVERDUE = 100, 50  # of each lane; the rest is counted
NOW, SLACK, ORDER, GIVEN_UP = "now", "slack", "order", "given up"
ENDED = (*NEVER, "delivered", "completed")
Rests = Mapping[Where, Rest]


def open_rows(rows: pl.LazyFrame, setting: Setting, rests: Rests) -> pl.DataFrame:
    """The rows of `flow_open` from placed rows, by the kind in `row`: what is under way, slack, orders, given up.

    `now`: orders by the stage they are in. `slack`: seconds over and under budget by stage and party, and how the
    lateness so far of those overdue divides. `order`: the orders that will be late or are, the likeliest first, at
    most 100 and 50 a lane. `given up`: orders 60 days past their promise, which are no longer counted as under way.
    """
    told = _started(rows, setting).collect()
    silent = pl.col("promised_day") < setting.as_of.day - timedelta(days=GIVEN_UP_DAYS)
    live = told.filter(~silent.fill_null(False))
    sums = (pl.len().cast(pl.Int64).alias("n"),)
    forgotten = told.filter(silent).group_by(CUT).agg(sums).with_columns(pl.lit(GIVEN_UP).alias("row"))
    judged = _foreseen(live, setting, rests).lazy().pipe(own_budgets).pipe(_only_passed).pipe(with_lateness)
    orders = judged.with_columns(*_burnt()).collect()
    parts = [_now(orders), _slack(orders), _orders(orders), forgotten]
    blank = pl.DataFrame(schema=SCHEMAS[OPEN])
    whole = pl.concat([blank, *(_cast(part) for part in parts)], how="diagonal")
    counts = [name for name, dtype in SCHEMAS[OPEN].items() if dtype == pl.Int64]
    return whole.with_columns(
        pl.lit(setting.as_of.day).alias("day"), pl.col(counts).fill_null(0)
    ).sort("row", *CUT, "stage", "party", "shipment_id", nulls_last=True)  # fmt: skip


def _cast(part: pl.DataFrame) -> pl.DataFrame:
    schema = SCHEMAS[OPEN]
    return part.select(pl.col(name).cast(schema[name]) for name in part.columns if name in schema)


def _started(rows: pl.LazyFrame, setting: Setting) -> pl.LazyFrame:
    """Orders not ended at the moment, with `now` (number of the stage), `entered`, and time in it as its duration."""
    at = setting.as_of.epoch
    gone = (pl.col("ended_epoch") <= at).fill_null(False) | (
        pl.col("status").is_in(ENDED) & pl.col("ended_epoch").is_null()
    )
    last, entered = pl.lit(0, pl.Int64), pl.col("started_epoch")
    for n in NUMBERS[:-1]:
        known = (pl.col(f"reached_{n}") <= at).fill_null(False)
        last = pl.when(known).then(n).otherwise(last)
        entered = pl.when(known).then(pl.col(f"reached_{n}")).otherwise(entered)
    at_home = pl.col("route").str.starts_with(HOME[:3])
    now = pl.when(at_home & last.is_in([2, 3])).then(4).otherwise(last + 1)
    live = rows.filter(~gone, pl.col("started_epoch") <= at).with_columns(
        now.alias("now"), entered.alias("entered")
    )
    spent = [
        pl.when(pl.col("now") == n).then(at - pl.col("entered")).when(pl.col("now") > n).then(pl.col(f"stage_{n}_s"))
        .alias(f"stage_{n}_s")
        for n in NUMBERS
    ]  # fmt: skip
    overdue = (pl.lit(setting.as_of.day) - pl.col("promised_day")).dt.total_days().clip(lower_bound=0)
    return live.with_columns(
        *spent, (overdue * DAY_S).fill_null(0).alias("late_s"), (pl.col("due_epoch") - at).alias("left_s"),
        (pl.lit(at) - pl.col("entered")).alias("in_stage_s"),
    )  # fmt: skip


def _only_passed(rows: pl.LazyFrame) -> pl.LazyFrame:
    """A stage still ahead has burnt nothing and hides nothing."""
    return rows.with_columns(
        pl.when(pl.col("now") < n).then(0).otherwise(pl.col(f"own_{n}")).alias(f"own_{n}") for n in NUMBERS
    )


def _foreseen(live: pl.DataFrame, setting: Setting, rests: Rests) -> pl.DataFrame:
    """Add `remaining_s` (90th percentile), `chance_ppm`, `basis`, `overdue` and `warned`."""
    parts = []
    for (lane, carrier, number), part in live.partition_by("lane", "carrier", "now", as_dict=True).items():
        rest, basis = nearest(rests, str(lane), str(carrier), stage_of(int(str(number))).key)
        age = part["in_stage_s"].to_numpy().astype(np.float64)
        left = part["left_s"].fill_null(2**40).to_numpy().astype(np.float64)
        if rest is None:
            nothing = [pl.lit(None, pl.Int64).alias(name) for name in ("remaining_s", "chance_ppm")]
            parts.append(part.with_columns(*nothing, pl.lit(basis).alias("basis")))
            continue
        ahead, likely = rest.ahead(age, left)
        parts.append(
            part.with_columns(
                pl.Series("remaining_s", np.rint(ahead).astype(np.int64)),
                pl.Series("chance_ppm", np.rint(likely * 1e6).astype(np.int64)),
                pl.lit(basis).alias("basis"),
            )
        )
    nothing = [pl.lit(None, kind).alias(name) for name, kind in
               (("remaining_s", pl.Int64), ("chance_ppm", pl.Int64), ("basis", pl.String))]  # fmt: skip
    told = pl.concat(parts) if parts else live.with_columns(nothing)
    overdue = (pl.col("promised_day") <= setting.as_of.day).fill_null(False)
    warned = ~overdue & (pl.col("remaining_s") > pl.col("left_s")).fill_null(False)
    chance = (
        pl.when(overdue).then(1_000_000).when(pl.col("left_s").is_null()).then(None).otherwise("chance_ppm")
    )
    return told.with_columns(overdue.alias("overdue"), warned.alias("warned"), chance.alias("chance_ppm"))


def _burnt() -> list[pl.Expr]:
    """The stage that burnt most so far, by how much, and who answers for it."""
    most = pl.max_horizontal(f"over_{n}" for n in (*NUMBERS, REST))
    stage: pl.Expr = pl.lit(None, pl.String)
    letter: pl.Expr = pl.lit(None, pl.String)
    for each in reversed(PROMISED):
        is_it = (pl.col(f"over_{each.number}") == most) & (most > 0)
        stage = pl.when(is_it).then(pl.lit(each.key)).otherwise(stage)
        letter = pl.when(is_it).then(pl.col("parties").str.slice(each.number - 1, 1)).otherwise(letter)
    rest = (pl.col(f"over_{REST}") == most) & (most > 0) & stage.is_null()
    return [
        most.alias("burnt_s"),
        pl.when(rest).then(pl.lit(UNATTRIBUTED)).otherwise(stage).alias("burnt_by"),
        pl.when(rest).then(pl.lit(Party.UNKNOWN.value)).otherwise(_party(letter)).alias("party"),
    ]


def _party(letter: pl.Expr) -> pl.Expr:
    return letter.replace_strict(
        {v: k.value for k, v in LETTERS.items()}, default=None, return_dtype=pl.String
    )


def _stage_now() -> pl.Expr:
    return pl.col("now").replace_strict({each.number: each.key for each in Stage}, return_dtype=pl.String)


def _now(orders: pl.DataFrame) -> pl.DataFrame:
    return (
        orders.group_by(*CUT, _stage_now().alias("stage"))
        .agg(
            pl.len().cast(pl.Int64).alias("n"),
            pl.col("warned", "overdue").cast(pl.Int64).sum(),
            pl.col("in_stage_s", "late_s", "chance_ppm").sum(),
        )
        .with_columns(pl.lit(NOW).alias("row"))
    )


def _slack(orders: pl.DataFrame) -> pl.DataFrame:
    parts = []
    for n in (*NUMBERS, REST):
        key = UNATTRIBUTED if n == REST else stage_of(n).key
        party = pl.lit(Party.UNKNOWN.value) if n == REST else _party(pl.col("parties").str.slice(n - 1, 1))
        passed = (pl.col("unattributed_s") > 0) if n == REST else (pl.col("now") >= n)
        told = orders.filter(passed).group_by(*CUT, party.alias("party"))
        sums = told.agg(
            pl.len().cast(pl.Int64).alias("n"), pl.col(f"over_{n}").sum().alias("over_s"),
            pl.col(f"under_{n}").sum().alias("under_s"), pl.col(f"late_{n}").sum().alias("late_s"),
        )  # fmt: skip
        parts.append(sums.with_columns(pl.lit(key).alias("stage")))
    return pl.concat(parts).with_columns(pl.lit(SLACK).alias("row"))


def _orders(orders: pl.DataFrame) -> pl.DataFrame:
    """The likeliest to be late of each lane, and the latest of those overdue."""
    listed = orders.with_columns(_stage_now().alias("stage"))
    warned = listed.filter("warned").sort(
        "chance_ppm", "left_s", "shipment_id", descending=[True, False, False]
    )
    overdue = listed.filter("overdue").sort("late_s", "shipment_id", descending=[True, False])
    kept = pl.concat(
        [
            warned.group_by("lane", maintain_order=True).head(MOST_WARNED),
            overdue.group_by("lane", maintain_order=True).head(MOST_OVERDUE),
        ]
    )
    return kept.with_columns(
        pl.lit(ORDER).alias("row"), pl.col("warned", "overdue").cast(pl.Int64), n=pl.lit(1)
    )


def open_returns(returns: pl.LazyFrame, lanes: pl.LazyFrame, setting: Setting) -> pl.DataFrame:
    """Returns asked for and not refunded yet, of the last 60 days, as rows of the kind `now` in stage 8."""
    at = setting.as_of.epoch
    waits = pl.col("refunded_epoch").is_null() | (pl.col("refunded_epoch") > at)
    recent = pl.col("requested_epoch").is_between(at - GIVEN_UP_DAYS * DAY_S, at)
    ended = pl.col("status").is_in(["refunded", "refused"]).fill_null(False)
    told = returns.filter(waits, recent, ~(ended & pl.col("refunded_epoch").is_null()))
    joined = told.select("order_id", (pl.lit(at) - pl.col("requested_epoch")).alias("in_stage_s")).join(
        lanes, on="order_id", how="inner"
    )
    sums = joined.group_by(CUT).agg(pl.len().cast(pl.Int64).alias("n"), pl.col("in_stage_s").sum()).collect()
    return sums.with_columns(pl.lit(NOW).alias("row"), pl.lit(Stage.AFTER_SALES.key).alias("stage"))


__all__ = ["GIVEN_UP", "NOW", "ORDER", "SLACK", "open_returns", "open_rows"]
