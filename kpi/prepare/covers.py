"""How long the stock of each week's last day lasts against the forecasts and the receipts known on that day."""

import polars as pl

HORIZON_DAYS = 92
SLOT_DAYS = 128  # a forecast bucket of at most a month ends in the slot of its snapshot or in the next one
DAY_S = 86_400
COVER, AHEAD = "cover_id", "ahead"


def stock_covers(snapshots: pl.LazyFrame, forecasts: pl.LazyFrame, receipts: pl.LazyFrame) -> pl.LazyFrame:
    """One row a product, location and week, with the columns of `StockCovers` but the system ones.

    Stock is run down day by day as in `kpi.stock.cover.days_of_cover` (kpi-domain 1.5): against the final forecasts
    made up to the snapshot, with open purchases on their promised day; overdue ones have no day and are left out.
    Without any forecast ahead there is no cover.
    """
    held = _last_of_week(snapshots)
    wanted, coming = _wanted(held, forecasts), _coming(held, receipts)
    days = (
        wanted.group_by(COVER)
        .agg(pl.col(AHEAD).max().alias("horizon_days"))
        .with_columns(pl.int_ranges(1, pl.col("horizon_days") + 1).alias(AHEAD))
        .explode(AHEAD)
        .join(wanted, on=[COVER, AHEAD], how="left")
        .join(coming, on=[COVER, AHEAD], how="left")
        .with_columns(pl.col("wanted", "coming").fill_null(0.0))
        .join(held.select(COVER, "on_hand"), on=COVER)
        .sort(COVER, AHEAD)
    )
    return held.join(_run_down(days), on=COVER, how="left")


def _last_of_week(snapshots: pl.LazyFrame) -> pl.LazyFrame:
    last = pl.col("snapshot_day") == pl.col("snapshot_day").max().over(
        "item", pl.col("snapshot_day").dt.truncate("1w")
    )
    return (
        snapshots.filter(last)
        .group_by("item", "snapshot_day")
        .agg(
            pl.col("location", "market", "product", "category").min(),
            pl.col("active").any(),
            pl.col("on_hand").sum(),
            pl.col("lead_time_days").max(),
        )
        .with_columns(pl.concat_str("item", "snapshot_day", separator="|").alias(COVER))
    )


def _slot(day: pl.Expr) -> pl.Expr:
    return day.dt.epoch("d") // SLOT_DAYS


def _wanted(held: pl.LazyFrame, forecasts: pl.LazyFrame) -> pl.LazyFrame:
    """Pieces forecast for each day ahead of each snapshot: `cover_id`, `ahead` from 1, `wanted`."""
    ends = pl.col("bucket_day") + pl.duration(days=pl.col("bucket_days") - 1)
    final = forecasts.filter(pl.col("version") == "final").select(
        "item",
        "series",
        "bucket_day",
        "made_day",
        "forecast_id",
        "units",
        "bucket_days",
        ends.alias("ends_day"),
    )
    near = held.select(
        COVER,
        "item",
        "snapshot_day",
        pl.concat_list(_slot(pl.col("snapshot_day")) + n for n in (0, 1)).alias("slot"),
    ).explode("slot")
    known = near.join(
        final.with_columns(_slot(pl.col("ends_day")).alias("slot")), on=["item", "slot"]
    ).filter(pl.col("made_day") <= pl.col("snapshot_day"), pl.col("ends_day") > pl.col("snapshot_day"))
    newest = known.sort("made_day", "forecast_id").group_by(COVER, "series", "bucket_day").last()
    first, last = (pl.col(name) - pl.col("snapshot_day") for name in ("bucket_day", "ends_day"))
    spread = newest.select(
        COVER,
        (pl.col("units") / pl.col("bucket_days")).alias("wanted"),
        pl.int_ranges(first.dt.total_days().clip(1), last.dt.total_days().clip(None, HORIZON_DAYS) + 1).alias(
            AHEAD
        ),
    ).explode(AHEAD)
    return spread.drop_nulls(AHEAD).group_by(COVER, AHEAD).agg(pl.col("wanted").sum())


def _coming(held: pl.LazyFrame, receipts: pl.LazyFrame) -> pl.LazyFrame:
    """Pieces promised for each day ahead of each snapshot: `cover_id`, `ahead` from 1, `coming`."""
    open_then = receipts.filter(pl.col("status") != "cancelled").select(
        "item", "ordered_day", "promised_day", "received_day", "units_ordered"
    )
    ahead = (pl.col("promised_day") - pl.col("snapshot_day")).dt.total_days()
    return (
        held.select(COVER, "item", "snapshot_day")
        .join(open_then, on="item")
        .filter(
            ahead.is_between(1, HORIZON_DAYS),
            pl.col("ordered_day").is_null() | (pl.col("ordered_day") <= pl.col("snapshot_day")),
            pl.col("received_day").is_null() | (pl.col("received_day") > pl.col("snapshot_day")),
        )
        .group_by(COVER, ahead.alias(AHEAD))
        .agg(pl.col("units_ordered").sum().cast(pl.Float64).alias("coming"))
    )


def _run_down(days: pl.LazyFrame) -> pl.LazyFrame:
    """`cover_id`, `horizon_days`, `cover_s` and `is_capped` from the days ahead, in order."""
    spent, came = (pl.col(name).cum_sum().over(COVER) for name in ("wanted", "coming"))
    left = days.with_columns((pl.col("on_hand") + came - spent + pl.col("wanted")).alias("left"))
    runs_out = (pl.col("left") <= 0) | (pl.col("wanted") > pl.col("left"))
    inside = pl.when(pl.col("left") > 0).then(pl.col("left") / pl.col("wanted")).otherwise(0.0)
    moment = (pl.col(AHEAD) - 1 + inside) * DAY_S
    return left.group_by(COVER).agg(
        pl.col("horizon_days").first(),
        pl.coalesce(moment.filter(runs_out).min(), pl.col("horizon_days").first() * DAY_S)
        .round().cast(pl.Int64).alias("cover_s"),
        (~runs_out.any() & ((pl.col("left") - pl.col("wanted")).last() > 1e-6)).alias("is_capped"),
    )  # fmt: skip
