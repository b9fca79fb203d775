"""Which articles run out before the end of a peak, when new goods take as long as nine of ten orders took."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from kpi.prepare.covers import DAY_S, stock_covers
from store.contract import Table, polars_schema
from store.facts import ForecastSnapshots, InventorySnapshots, SupplierReceipts
from store.lake import Lake
from store.state.peak_records import Reach, Short, Stock

SHARE, FEWEST, YEAR = 0.9, 5, timedelta(days=364)
RECENT = timedelta(days=92)  # an older snapshot or forecast tells nothing of today
MOST = 300
LEAD = "lead_days"


@dataclass(frozen=True)
class Supplies:
    """Facts known on the evening of a day; frames with the columns of their tables."""

    stock: pl.LazyFrame
    forecasts: pl.LazyFrame
    receipts: pl.LazyFrame


def stock_until(lake: Lake, as_of: date, last: date, markets: Sequence[str]) -> Stock:
    """How far the stock reaches towards `last`, the end of a peak in these markets (none named: in all)."""
    return reaching(supplies(lake, as_of), as_of, last, markets)


def supplies(lake: Lake, as_of: date) -> Supplies:
    """What is known on that evening; of each place the latest snapshot only."""
    since = as_of - RECENT

    def read(table: type[Table], wanted: pl.Expr) -> pl.LazyFrame:
        found = lake.read(
            table.name, polars_schema(table), lambda scan: scan.filter(~pl.col("deleted")).filter(wanted)
        )
        return found.lazy()

    newest = pl.col("snapshot_day") == pl.col("snapshot_day").max().over("location")
    stock = read(InventorySnapshots, pl.col("snapshot_day").is_between(since, as_of)).filter(newest)
    forecasts = read(ForecastSnapshots, pl.col("made_day").is_between(since, as_of))
    receipts = read(SupplierReceipts, pl.col("ordered_day").is_between(as_of - YEAR, as_of))
    return Supplies(stock, forecasts, receipts)


def reaching(known: Supplies, as_of: date, last: date, markets: Sequence[str]) -> Stock:
    """
    Each listed article run down against its forecast (kpi-domain 1.5, days of cover), with open orders on the day on
    which nine of ten orders of their place had come (or the promised day, where that is later).
    """
    leads = lead_times(known.receipts)
    covers = stock_covers(known.stock, known.forecasts, _expected(known.receipts, leads))
    rows = covers.filter(pl.col("active").fill_null(value=True))
    if markets:
        rows = rows.filter(pl.col("market").is_null() | pl.col("market").is_in(list(markets)))
    judged = (
        rows.join(leads, on="location", how="left", nulls_equal=True)
        .with_columns(
            runs_out_on=pl.col("snapshot_day") + pl.duration(days=pl.col("cover_s") // DAY_S + 1),
            told_until=pl.col("snapshot_day") + pl.duration(days=pl.col("horizon_days")),
        )
        .with_columns(is_short=~pl.col("is_capped") & (pl.col("runs_out_on") <= last))
        .with_columns(
            is_unknown=pl.col("cover_s").is_null() | (pl.col("is_capped") & (pl.col("told_until") < last)),
            order_by=pl.col("runs_out_on") - pl.duration(days=pl.col(LEAD)),
        )
        .collect()
    )
    return _stock(judged, as_of)


def lead_times(receipts: pl.LazyFrame) -> pl.LazyFrame:
    """`location` and `lead_days`: whole days in which nine of ten orders came, where five or more are known."""
    took = (pl.col("received_day") - pl.col("ordered_day")).dt.total_days()
    came = receipts.filter(pl.col("received_day").is_not_null(), pl.col("status") == "received")
    found = came.group_by("location").agg(took.quantile(SHARE, "higher").cast(pl.Int64).alias(LEAD), pl.len())
    return found.filter(pl.col("len") >= FEWEST).select("location", LEAD)


def _expected(receipts: pl.LazyFrame, leads: pl.LazyFrame) -> pl.LazyFrame:
    """Open orders on the day they are counted on; one that should be there by then has no day and is left out."""
    usual = pl.col("ordered_day") + pl.duration(days=pl.col(LEAD))
    safe = pl.max_horizontal("promised_day", usual)
    return receipts.join(leads, on="location", how="left", nulls_equal=True).with_columns(
        promised_day=pl.when(pl.col("status") == "open").then(safe).otherwise(pl.col("promised_day"))
    )


def _stock(judged: pl.DataFrame, as_of: date) -> Stock:
    short = judged.filter("is_short").sort("runs_out_on", "product", "location")
    counts = judged.group_by("market").agg(pl.len(), pl.col("is_unknown").sum()).sort("market")
    fields = ("product", "location", "market", "on_hand", "runs_out_on", "order_by")
    return Stock(
        as_of, judged["snapshot_day"].max(),  # type: ignore[arg-type]
        tuple(Reach(*row) for row in counts.iter_rows()),
        tuple(_short(row) for row in short.head(MOST).select(fields).iter_rows(named=True)),
        max(0, short.height - MOST),
    )  # fmt: skip


def _short(row: dict[str, object]) -> Short:
    texts = {name: row[name] or "" for name in ("product", "location")}
    return Short(**{**row, **texts})  # type: ignore[arg-type]
