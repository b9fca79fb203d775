"""What the stored forecasts mean for stock: classes, safety stock, reorder point and days of cover of each product."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

import polars as pl

from kpi.forecast.product_tracks import demand
from kpi.forecast.stored import backtests, forecasts
from kpi.forecast.track import Kind, NoForecast
from kpi.period import Every
from kpi.stock.classes import with_abc, xyz
from kpi.stock.cover import days_of_cover
from kpi.stock.safety import forecast_reorder_point
from store.contract import polars_schema
from store.facts import OrderLines
from store.lake import Lake
from store.scope import Principal

STOCK = "inventory_snapshots"
STOCK_COLUMNS = pl.Schema(
    {"product": pl.String(), "snapshot_day": pl.Date(), "available": pl.Int64(), "deleted": pl.Boolean()}
)
BLOCK, BLOCKS, YEAR_DAYS = 4, 13, 364


@dataclass(frozen=True)
class Stock:
    """Pieces that could be sold on the evening of `day`, by product."""

    day: date | None
    available: Mapping[str, int]


def advice(
    lake: Lake, principal: Principal, as_of: date, *, lead_days: int, service_level: float
) -> pl.DataFrame:
    """One row a product of the latest forecasts, the most valuable first.

    `product`, `abc` (by company-currency sales of the last 364 days), `xyz` (by 4-week sums of the same time, not
    de-seasonalised), `demand_class`, `method`, `forecast` and `sigma` (pieces over the lead time, rounded up to whole
    weeks: the forecast, and its root mean square error in the backtest), `safety_stock`, `reorder_point` (pieces for
    `service_level` of cycles without stock-out), `available`, `cover_days`, `cover_at_least` (the stock outlasts the
    forecast). Where nothing was tested or no stock is known the cells are empty. Raises NoForecast when nothing is
    stored.
    """
    ahead = forecasts(lake, principal, Kind.UNITS)
    if ahead.is_empty():
        raise NoForecast("No forecasts of products are stored; run `fairlead forecast run` first.")
    weeks = ceil(lead_days / 7)
    tests = backtests(lake, principal, Kind.UNITS).filter("is_chosen")
    stock = stock_of(lake, as_of)
    rows = [
        {**_level(name, part, tests, weeks, service_level), **_cover(name, part, stock)}
        for (name,), part in ahead.group_by("key", maintain_order=True)
    ]
    found = pl.DataFrame(rows, infer_schema_length=None).with_columns(
        pl.col("sigma", "safety_stock", "reorder_point", "cover_days").cast(pl.Float64),
        pl.col("available").cast(pl.Int64),
    )
    classes = _classes(lake, as_of)
    joined = found.join(classes, on="product", how="left").sort("value", "product", descending=[True, False])
    first = ["product", "abc", "xyz"]
    return joined.select(*first, pl.exclude(*first, "value", "share_before"))


def _level(
    name: object, ahead: pl.DataFrame, tests: pl.DataFrame, weeks: int, service_level: float
) -> dict[str, object]:
    own = tests.filter(pl.col("key") == name)
    within = own.filter(pl.col("step") == weeks)["sigma"].to_list()
    wanted = float(ahead.filter(pl.col("step") <= weeks)["value"].sum()) if weeks <= ahead.height else None
    told: dict[str, object] = {
        "product": name,
        "demand_class": own["demand_class"].first() if own.height else None,
        "method": ahead["method_name"][0],
        "forecast": wanted,
        "sigma": None,
        "safety_stock": None,
        "reorder_point": None,
    }
    if wanted is None or not within:
        return told
    level = forecast_reorder_point(wanted, within[0], service_level)
    return {**told, "sigma": within[0], "safety_stock": level.safety_stock, "reorder_point": level.level}


def _cover(name: object, ahead: pl.DataFrame, stock: Stock) -> dict[str, object]:
    available = stock.available.get(str(name))
    daily = _daily(ahead, stock.day) if stock.day else []
    if available is None or not daily:
        return {"available": available, "cover_days": None, "cover_at_least": None}
    cover = days_of_cover(available, daily)
    return {"available": available, "cover_days": cover.days, "cover_at_least": cover.is_capped}


def _daily(ahead: pl.DataFrame, evening: date) -> list[float]:
    """A seventh of its week for every day after that evening; empty when the forecast begins later than that."""
    days = {
        start + timedelta(days=n): value / 7
        for start, value in ahead.select("period", "value").iter_rows()
        for n in range(7)
    }
    first = evening + timedelta(days=1)
    return [value for day, value in sorted(days.items()) if day >= first] if first in days else []


def stock_of(lake: Lake, as_of: date) -> Stock:
    """The pieces available by the latest snapshot until the day, summed over locations."""
    rows = lake.read(
        STOCK,
        STOCK_COLUMNS,
        lambda scan: scan.filter(~pl.col("deleted"), pl.col("snapshot_day") <= as_of).filter(
            pl.col("snapshot_day") == pl.col("snapshot_day").max()
        ),
    )
    if rows.is_empty():
        return Stock(None, {})
    sums = rows.group_by("product").agg(pl.col("available").sum())
    return Stock(rows["snapshot_day"][0], dict(sums.iter_rows()))


def _classes(lake: Lake, as_of: date) -> pl.DataFrame:
    """`product`, `value`, `share_before`, `abc`, `xyz` from the sales of the last 364 days."""
    since = as_of - timedelta(days=YEAR_DAYS - 1)
    sold = lake.read(
        OrderLines.name,
        polars_schema(OrderLines),
        lambda scan: (
            scan.filter(~pl.col("deleted"), pl.col("ordered_day").is_between(since, as_of))
            .group_by("product").agg(pl.col("net_company_micros").sum().clip(0).alias("value"))
        ),
    )  # fmt: skip
    weekly = demand(lake, Every.WEEK, as_of)
    names = weekly.units.select("product").unique()
    valued = names.join(sold, on="product", how="left").with_columns(pl.col("value").fill_null(0))
    blocks = weekly.blocks(BLOCK, BLOCKS)
    steadiness = pl.DataFrame(
        {"product": list(blocks), "xyz": [xyz(block).value for block in blocks.values()]},
        schema={"product": pl.String, "xyz": pl.String},
    )
    return with_abc(valued).join(steadiness, on="product", how="left")
