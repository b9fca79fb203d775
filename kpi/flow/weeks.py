"""The weekly sums of the flow: time by stage and party, lateness, promises kept, and what carrying took and cost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import polars as pl

from kpi.engine import AsOf
from kpi.flow.budgets import BUDGETS
from kpi.flow.lateness import REST, late_seconds, own_budgets, with_lateness
from kpi.flow.stages import LETTERS, UNATTRIBUTED, Party, Stage, stage_of
from kpi.flow.tables import (
    ALL_CARRIERS,
    BINS,
    CUT,
    OF_REST,
    OF_STAGE,
    ORDER_SUMS,
    ORDERS,
    REST_STEP,
    SCHEMAS,
    STAGE_SUMS,
    STAGES,
    TRANSIT,
)
from kpi.flow.times import NUMBERS
from store.company import Company
from store.normalise import log_bin
from store.scope import NO_MARKET
from store.zones import Clocks

BANDS = ((500, "to 0.5 kg"), (1_000, "to 1 kg"), (2_000, "to 2 kg"), (5_000, "to 5 kg"), (20_000, "to 20 kg"))
HEAVY, UNWEIGHED = "over 20 kg", "weight unknown"
COARSE = 10  # of the 1 % bins of the transit, ten make one
CENT = 10_000
NEVER = ("lost", "returned_to_sender")
IDLE = (
    "shipment_id", "order_id", "source", "source_id", "seen_at", "deleted", "month", *BUDGETS,
    *(f"own_{n}" for n in NUMBERS),
)  # fmt: skip


@dataclass(frozen=True)
class Setting:
    """What the sums depend on besides the facts: the moment, the firm, and the lanes with their budgets."""

    as_of: AsOf
    company: Company
    lanes: pl.DataFrame
    main: Mapping[str, str] = field(default_factory=dict)


def placed(rows: pl.LazyFrame, setting: Setting) -> pl.LazyFrame:
    """Prepared rows with their lane's budget, `window_s`, `due_epoch` and the week `day`; unknown texts are named.

    An order without a shipment counts on the lane that serves its market, where there is only one.
    """
    texts = [pl.col(name).fill_null(NO_MARKET) for name in CUT]
    alone = pl.col("lane") == pl.col("market")
    lane = pl.when(alone).then(pl.col("market").replace(setting.main)).otherwise(pl.col("lane"))
    lanes = setting.lanes.lazy().select("lane", *BUDGETS)
    named = rows.with_columns(lane.alias("lane")).with_columns(*texts)
    return (
        named.join(lanes, on="lane", how="left")
        .with_columns(
            pl.col("due_day").dt.truncate("1w").alias("day"),
            _due(setting.company).alias("due_epoch"),
        )
        .with_columns((pl.col("due_epoch") - pl.col("started_epoch")).alias("window_s"))
    )


def _due(company: Company) -> pl.Expr:
    """The end of the promised day where the customer is, in seconds since 1970 UTC."""
    codes = sorted(company.markets)
    zones = list(dict.fromkeys([company.timezone, *(company.markets[code].timezone for code in codes)]))
    places = {code: zones.index(company.markets[code].timezone) for code in codes}
    clocks = Clocks.of(zones)

    def ends(rows: pl.Series) -> pl.Series:
        told = rows.struct.unnest()
        at = told["market"].replace_strict(places, default=0, return_dtype=pl.Int64)
        midnight = (told["promised_day"] + timedelta(days=1)).cast(pl.Datetime("us"))
        return clocks.to_utc(midnight, at).dt.epoch("s").set(told["promised_day"].is_null(), None)

    return pl.struct("market", "promised_day").map_batches(ends, return_dtype=pl.Int64, is_elementwise=True)


def weekly(rows: pl.LazyFrame, setting: Setting) -> dict[str, pl.DataFrame]:
    """The weekly tables, by name, of placed rows; only what is known at the moment counts."""
    gone = pl.col("ended_epoch") <= setting.as_of.epoch
    settled = (
        rows.with_columns(gone.fill_null(False).alias("settled"))
        .with_columns(pl.when("settled").then(late_seconds("delivered_day")).otherwise(0).alias("late_s"))
        .pipe(own_budgets)
        .pipe(with_lateness)
        .drop(*IDLE, strict=False)
        .collect()
    )
    done = settled.filter("settled")
    return {
        STAGES: _stages(done), BINS: _bins(done), ORDERS: _orders(settled, setting.as_of), TRANSIT: _transit(done)
    }  # fmt: skip


def _stages(done: pl.DataFrame) -> pl.DataFrame:
    parts = [_stage(done, n) for n in (*NUMBERS, REST)]
    return _shaped(pl.concat(parts), STAGES)


def _stage(done: pl.DataFrame, number: int) -> pl.DataFrame:
    spent, key, party = _unexplained() if number == REST else _explained(number)
    late = pl.col(f"late_{number}")
    told = done.lazy().select(
        "day", *CUT, pl.lit(key).alias("stage"), party.alias("party"),
        spent.is_not_null().cast(pl.Int64).alias("n"), spent.fill_null(0).alias("seconds"),
        pl.col(f"over_{number}").alias("over_s"), pl.col(f"under_{number}").alias("under_s"),
        late.alias("late_s"), (late > 0).cast(pl.Int64).alias("late_n"),
    )  # fmt: skip
    sums = told.group_by("day", *CUT, "stage", "party").agg(pl.col(STAGE_SUMS).sum())
    return sums.filter((pl.col("n") > 0) | (pl.col("late_s") > 0)).collect()


def _unexplained() -> tuple[pl.Expr, str, pl.Expr]:
    gap: pl.Expr = pl.when(pl.col("unattributed_s") > 0).then(pl.col("unattributed_s"))
    return gap, UNATTRIBUTED, pl.lit(Party.UNKNOWN.value)


def _explained(number: int) -> tuple[pl.Expr, str, pl.Expr]:
    letter = pl.col("parties").str.slice(number - 1, 1)
    party = letter.replace_strict({v: k.value for k, v in LETTERS.items()}, return_dtype=pl.String)
    return pl.col(f"stage_{number}_s"), stage_of(number).key, party


def _bins(done: pl.DataFrame) -> pl.DataFrame:
    """Time in each stage, and from entering it to the delivery, in 1 % bins."""
    parts = []
    for n in NUMBERS:
        key = pl.lit(stage_of(n).key).alias("stage")
        begun = pl.col("started_epoch") if n == 1 else pl.col(f"reached_{n - 1}")
        on_route = pl.col("route").str.contains(str(n), literal=True)
        rest = pl.when(on_route).then(pl.col("ended_epoch") - begun)
        together = pl.lit(ALL_CARRIERS).alias("carrier")
        for of, seconds, step, carrier in (
            (OF_STAGE, pl.col(f"stage_{n}_s"), 1, together), (OF_REST, rest, REST_STEP, pl.col("carrier")),
        ):  # fmt: skip
            told = done.lazy().select(
                "day", "market", "lane", carrier, key, pl.lit(of).alias("of"), seconds.alias("s")
            )
            binned = told.with_columns((log_bin("s") // step).alias("bin")).drop_nulls("bin")
            keys = ("day", "market", "lane", "carrier", "stage", "of", "bin")
            parts.append(binned.group_by(keys).agg(pl.len().cast(pl.Int64).alias("count")))
    return _shaped(pl.concat(pl.collect_all(parts)), BINS)


def _whole(condition: pl.Expr) -> pl.Expr:
    return condition.fill_null(False).cast(pl.Int64)


def _transit_s() -> pl.Expr:
    """From the hand-over to the carrier to the delivery."""
    return pl.when(pl.col("settled")).then(pl.col("ended_epoch") - pl.col("reached_2"))


def _orders(rows: pl.DataFrame, as_of: AsOf) -> pl.DataFrame:
    settled, due = pl.col("settled"), pl.col("promised_day") <= as_of.day
    minutes, cents = (_transit_s() // 60), pl.col("cost_company_micros") // CENT
    sent = pl.col("reached_2") <= as_of.epoch
    priced, weighed = sent & cents.is_not_null(), pl.col("weight_g") > 0
    told = rows.lazy().select(
        "day", *CUT, band().alias("band"),
        _whole(due).alias("due"),
        _whole(due & settled & (pl.col("delivered_day") <= pl.col("promised_day"))).alias("kept"),
        _whole(due & settled).alias("delivered"),
        _whole(due & ~settled & pl.col("status").is_in(NEVER)).alias("never"),
        pl.when(due).then(pl.col("late_s") // 86_400).otherwise(0).fill_null(0).alias("late_days"),
        (pl.col("disordered") > 0).cast(pl.Int64).alias("disordered"),
        (pl.col("inferred") > 0).cast(pl.Int64).alias("inferred"),
        pl.when(settled).then(pl.col("ended_epoch") - pl.col("started_epoch")).otherwise(0).alias("elapsed_s"),
        pl.when(settled).then(pl.col("unattributed_s")).otherwise(0).alias("unattributed_s"),
        _whole(minutes.is_not_null()).alias("transit_n"),
        minutes.fill_null(0).alias("transit_min"), (minutes * minutes).fill_null(0).alias("transit_min2"),
        _whole(priced).alias("cost_n"),
        pl.when(priced).then(cents).otherwise(0).alias("cost_cents"),
        pl.when(priced).then(cents * cents).otherwise(0).alias("cost_cents2"),
        pl.when(priced & weighed).then(pl.col("weight_g")).otherwise(0).alias("weight_g"),
        pl.when(priced & weighed).then(cents).otherwise(0).alias("weight_cents"),
        _whole(settled & pl.col("damaged")).alias("damaged"),
        _whole(pl.col("held").is_not_null()).alias("declared"), _whole(pl.col("held")).alias("held"),
    )  # fmt: skip
    return _shaped(told.group_by("day", *CUT, "band").agg(pl.col(ORDER_SUMS).sum()).collect(), ORDERS)


def band() -> pl.Expr:
    """The band of chargeable weight within which shipments are compared."""
    told: pl.Expr = pl.lit(HEAVY)
    for grams, name in reversed(BANDS):
        told = pl.when(pl.col("weight_g") <= grams).then(pl.lit(name)).otherwise(told)
    unknown: pl.Expr = pl.when(pl.col("weight_g").is_null()).then(pl.lit(UNWEIGHED)).otherwise(told)
    return unknown


def _transit(done: pl.DataFrame) -> pl.DataFrame:
    told = done.lazy().select("day", *CUT, _transit_s().alias("s")).with_columns(log_bin("s").alias("fine"))
    coarse = told.drop_nulls("fine").with_columns((pl.col("fine") // COARSE).alias("bin"))
    counted = coarse.group_by("day", *CUT, "bin").agg(pl.len().cast(pl.Int64).alias("count"))
    return _shaped(counted.collect(), TRANSIT)


def after_sales(returns: pl.LazyFrame, lanes: pl.LazyFrame, as_of: AsOf) -> dict[str, pl.DataFrame]:
    """Stage 8 by the week of the refund: request to refund, of refunds known at the moment.

    `lanes`: one row an order with the columns of CUT.
    """
    done = returns.filter(pl.col("refund_s") >= 0, pl.col("refunded_epoch") <= as_of.epoch)
    told = (
        done.select(
            "order_id", pl.col("refunded_day").dt.truncate("1w").alias("day"), "refund_s", "refund_bin"
        )
        .join(lanes, on="order_id", how="inner")
        .collect()
    )
    count, same = (
        pl.len().cast(pl.Int64),
        {"stage": pl.lit(Stage.AFTER_SALES.key), "party": pl.lit(Party.US.value)},
    )
    sums = (
        told.group_by("day", *CUT)
        .agg(count.alias("n"), pl.col("refund_s").sum().alias("seconds"))
        .with_columns(**same, **{name: pl.lit(0) for name in STAGE_SUMS[2:]})
    )
    bins = (
        told.rename({"refund_bin": "bin"})
        .group_by("day", "market", "lane", "bin")
        .agg(count.alias("count"))
        .with_columns(**same, of=pl.lit(OF_STAGE), carrier=pl.lit(ALL_CARRIERS))
    )
    return {STAGES: _shaped(sums, STAGES), BINS: _shaped(bins, BINS)}


def _shaped(rows: pl.DataFrame, name: str) -> pl.DataFrame:
    schema = SCHEMAS[name]
    return rows.select(pl.col(column).cast(dtype) for column, dtype in schema.items()).sort(
        [column for column, dtype in schema.items() if dtype != pl.Int64]
    )


def weeks_of(days: Sequence[date | None]) -> list[date]:
    """The Mondays of the weeks of these days, sorted, each once."""
    return sorted({day - timedelta(days=day.weekday()) for day in days if day is not None})
